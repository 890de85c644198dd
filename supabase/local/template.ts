import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { prepareDataDir } from "./data-dir.ts";
import { StackError } from "./errors.ts";
import { freePorts } from "./free-ports.ts";
import { postgresFiles } from "./parts/postgres.ts";
import { type DataPaths, dataPaths } from "./paths.ts";
import type { Progress } from "./progress.ts";
import { loadSecrets, type Secrets } from "./secrets.ts";
import { startStack } from "./stack.ts";
import { systemUser } from "./system-user.ts";
import { templateFolder, templates } from "./template-folder.ts";

/** Another run may still copy a template that has become stale a moment ago. */
const KEPT_MS = 10 * 60_000;

/**
 * Makes the template of the present sources where it is not there yet: a migrated and seeded database as the ordinary
 * start makes it, stopped. Two that make it at the same time do not disturb each other, since it appears whole.
 */
export async function makeTemplate(progress: Progress): Promise<string> {
  const folder = templateFolder();
  if (existsSync(folder)) return folder;
  const made = dataPaths(mkdtempSync(join(tmpdir(), "health-hub-template-")));
  chmodSync(made.root, 0o711);
  try {
    const onFailure = (error: StackError) => console.error(error.message);
    const stack = await startStack({ paths: made, ports: freePorts(), progress, databaseOnly: true, onFailure });
    await stack.stop();
    mkdirSync(templates, { recursive: true });
    const own = mkdtempSync(`${folder}.new-`);
    cpSync(made.cluster, join(own, "pg"), { recursive: true });
    copyFileSync(made.marker, join(own, "initialised.json"));
    if (existsSync(folder)) rmSync(own, { recursive: true });
    else renameSync(own, folder);
  } finally {
    for (const path of [made.cluster, made.root]) rmSync(path, { recursive: true, force: true });
  }
  removeStale(folder);
  return folder;
}

/** Removes templates that nobody has used lately, and halves that a killed run left behind. */
function removeStale(present: string): void {
  for (const name of readdirSync(templates)) {
    const path = join(templates, name);
    const usedAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (path !== present && usedAt < Date.now() - KEPT_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** Fills a data directory that has no database yet with a template, under passwords and a key of its own. */
export async function copyTemplate(folder: string, paths: DataPaths): Promise<void> {
  if (existsSync(paths.cluster)) return;
  prepareDataDir(paths, false);
  const now = new Date();
  utimesSync(folder, now, now);
  mkdirSync(dirname(paths.cluster), { recursive: true });
  cpSync(join(folder, "pg"), paths.cluster, { recursive: true });
  chmodSync(paths.cluster, 0o700);
  const user = await systemUser();
  if (user) changeOwner(paths.cluster, user);
  await makeSecretsItsOwn(paths.cluster, loadSecrets(paths.secrets));
  copyFileSync(join(folder, "initialised.json"), paths.marker);
}

function changeOwner(path: string, user: { uid: number; gid: number }): void {
  lchownSync(path, user.uid, user.gid);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) changeOwner(join(path, name), user);
}

/** Changes what the template's stack had for itself, before anybody can connect. */
async function makeSecretsItsOwn(cluster: string, { passwords }: Secrets): Promise<void> {
  const statements = [
    ...Object.entries(passwords).map(([role, password]) => `alter role ${role} password ${pg.escapeLiteral(password)}`),
    "update vault._local_key set key = pg_catalog.encode(extensions.gen_random_bytes(32), 'base64')",
  ];
  const child = new Deno.Command(postgresFiles().server, {
    args: ["--single", "-D", cluster, "-F", "-c", "log_checkpoints=off", "-c", "log_min_messages=error", "postgres"],
    ...await systemUser(),
    cwd: "/",
    env: { LC_MESSAGES: "C" },
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${statements.join("\n")}\n`));
  await writer.close();
  const { success, stderr } = await child.output();
  const said = new TextDecoder().decode(stderr).trim();
  if (!success || said !== "") {
    throw new StackError(`The copied database could not be given its own passwords: ${said}`);
  }
}

/** Debian's PostgreSQL 15 with its real pg_cron and pgTAP: a throwaway server beside the embedded one the stack runs on. */

import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StackError } from "./errors.ts";
import { localFolder } from "./paths.ts";
import { answers } from "./sql.ts";
import { delay } from "./supervisor.ts";
import { systemUser } from "./system-user.ts";

const LIB = "/usr/lib/postgresql/15";
const SHARE = "/usr/share/postgresql/15";
const START_MS = 30_000;

/** A running throwaway server; `stop` ends it and removes its files. */
export interface DebianPostgres {
  stop(): Promise<void>;
}

/** What is missing on this machine, as a sentence; undefined where the server can be started. */
export function missingForDebianPostgres(): string | undefined {
  const needed = {
    "postgresql-15": join(LIB, "bin", "postgres"),
    "postgresql-15-cron": join(SHARE, "extension", "pg_cron.control"),
    "postgresql-15-pgtap": join(SHARE, "extension", "pgtap.control"),
    "postgresql-client-15": join(LIB, "bin", "psql"),
  };
  const missing = Object.entries(needed).filter(([, path]) => !existsSync(path)).map(([name]) => name);
  return missing.length === 0 ? undefined : `on this machine Debian's ${missing.join(", ")} is not installed`;
}

/**
 * Copies the server's programs and shared files, so that the stand-ins for pg_net and Vault are seen by it and by no other server of
 * the machine: Postgres finds its folders from where its program lies.
 */
function copyServer(root: string): string {
  const bin = join(root, "lib", "postgresql", "15", "bin");
  const share = join(root, "share", "postgresql", "15");
  mkdirSync(bin, { recursive: true });
  for (const program of ["postgres", "initdb"]) cpSync(join(LIB, "bin", program), join(bin, program));
  symlinkSync(join(LIB, "lib"), join(root, "lib", "postgresql", "15", "lib"));
  cpSync(SHARE, share, { recursive: true, dereference: true });
  const standIns = join(localFolder, "extensions");
  for (const name of readdirSync(standIns)) {
    if (existsSync(join(share, "extension", `${name}.control`))) continue;
    cpSync(join(standIns, name), join(share, "extension"), { recursive: true });
  }
  return bin;
}

/** Makes an empty cluster under the system's temporary folder and starts it with pg_cron loaded. */
export async function startDebianPostgres(adminPassword: string, port: number): Promise<DebianPostgres> {
  const root = mkdtempSync(join(tmpdir(), "health-hub-pg15-"));
  const cluster = join(root, "data");
  const remove = () => rmSync(root, { recursive: true, force: true });
  const adminUrl = `postgres://supabase_admin:${adminPassword}@127.0.0.1:${port}/postgres`;
  const user = await systemUser();
  let server: Deno.ChildProcess;
  try {
    chmodSync(root, 0o711);
    const bin = copyServer(root);
    const passwordFile = join(root, "password");
    mkdirSync(cluster, { mode: 0o700 });
    writeFileSync(passwordFile, adminPassword, { mode: 0o600 });
    if (user) { for (const path of [cluster, passwordFile]) chownSync(path, user.uid, user.gid); }
    await run(join(bin, "initdb"), [
      `--pgdata=${cluster}`,
      "--username=supabase_admin",
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale-provider=icu",
      "--icu-locale=en-US",
      "--locale=C.UTF-8",
      "--no-sync",
    ], user);
    server = new Deno.Command(join(bin, "postgres"), {
      args: ["-D", cluster, "-p", String(port), ...settings()],
      ...user,
      cwd: "/",
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    remove();
    throw error;
  }
  const errors = new Response(server.stderr).text();
  let ended = false;
  const end = server.status.then(() => {
    ended = true;
  });
  const stop = async () => {
    if (!ended) server.kill("SIGINT");
    await end;
    remove();
  };
  const deadline = Date.now() + START_MS;
  while (!(await answers(adminUrl))) {
    if (ended || Date.now() > deadline) {
      await stop();
      throw new StackError(`Debian's PostgreSQL 15 did not start: ${(await errors).trim()}`);
    }
    await delay(100);
  }
  return { stop };
}

function settings(): string[] {
  const values = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    wal_level: "logical",
    // Nothing here outlives the run.
    fsync: "off",
    timezone: "UTC",
    shared_preload_libraries: "pg_cron,pg_stat_statements",
    "cron.database_name": "postgres",
    // Jobs run inside the server: no job needs a password to connect.
    "cron.use_background_workers": "on",
    max_worker_processes: "16",
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

async function run(command: string, args: string[], user: { uid: number; gid: number } | undefined): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, { args, ...user, cwd: "/", stdin: "null" }).output();
  if (!success) throw new StackError(`${command} failed: ${new TextDecoder().decode(stderr).trim()}`);
}

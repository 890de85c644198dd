import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";

/**
 * Started by root, Postgres runs as another user, who cannot get to what lies in root's home or in any other closed
 * folder. What Postgres has to reach is then kept here instead.
 */
const open = join(existsSync("/var/tmp") ? "/var/tmp" : tmpdir(), "health-ecosystem-hub");

/** Whether every folder on the way to a path, as far as it exists, lets other users through. */
export function isReachable(path: string): boolean {
  for (let folder = path;; folder = dirname(folder)) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory() && (found.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function needsOpenPlace(path: string): boolean {
  return process.getuid?.() === 0 && !isReachable(path);
}

/** Where the cluster of a data directory lies: in it, if Postgres can get there. */
export function clusterFolder(dataDir: string): string {
  return needsOpenPlace(dataDir) ? join(open, hash(dataDir), "pg") : join(dataDir, "pg");
}

/** A folder of programs that Postgres can reach: itself, or else a copy made once. */
export function reachableCopy(folder: string): string {
  if (!needsOpenPlace(folder)) return folder;
  const copy = join(open, `${basename(folder)}-${hash(`${folder} ${statSync(folder).mtimeMs}`)}`);
  if (existsSync(copy)) return copy;
  mkdirSync(open, { recursive: true, mode: 0o755 });
  chmodSync(open, 0o755);
  cpSync(folder, `${copy}.${process.pid}`, { recursive: true, verbatimSymlinks: true });
  renameSync(`${copy}.${process.pid}`, copy);
  return copy;
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

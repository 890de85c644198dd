import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { z } from "zod";
import { StackError } from "./errors.ts";
import { endOrphans } from "./parts/postgres.ts";
import type { DataPaths } from "./paths.ts";
import { commandOf, isAlive, readState, removeState } from "./state.ts";

const Marker = z.object({
  bootstrap: z.string(),
  /** Hashes of the migrations and seeds that were applied. */
  schema: z.record(z.string(), z.string()),
});
export type Marker = z.infer<typeof Marker>;

/** What the last complete start wrote, null on an empty data directory. Throws a StackError when an initialisation broke off. */
export function readMarker(paths: DataPaths): Marker | null {
  if (existsSync(paths.marker)) return Marker.parse(JSON.parse(readFileSync(paths.marker, "utf8")));
  if (!existsSync(paths.cluster)) return null;
  throw new StackError(
    `The data directory ${paths.root} is half made, because an earlier start broke off: run npm start -- --reset to make it anew.`,
  );
}

export function writeMarker(paths: DataPaths, marker: Marker): void {
  writeFileSync(paths.marker, JSON.stringify(marker));
}

/** Makes the folders of a data directory; with `reset` removes the database and mails first. Keys stay, so that tools keep working. */
export function prepareDataDir(paths: DataPaths, reset: boolean): void {
  if (reset) {
    for (const path of [paths.marker, paths.cluster, paths.mail]) rmSync(path, { recursive: true, force: true });
  }
  for (const folder of [paths.root, paths.logs, paths.mail]) mkdirSync(folder, { recursive: true });
}

const PATIENCE_MS = 5_000;

/** Ends what a stack that was killed left running: its parts, recognised by what they are and not by number alone. */
export async function endLeftovers(paths: DataPaths): Promise<void> {
  const state = readState(paths.stack);
  if (state === null) return;
  const ours = Object.entries(state.pids).filter(([name, pid]) => isAlive(pid) && isPart(name, commandOf(pid)));
  for (const [, pid] of ours) process.kill(pid, "SIGINT");
  const deadline = Date.now() + PATIENCE_MS;
  while (ours.some(([, pid]) => isAlive(pid)) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const [, pid] of ours) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  await endOrphans(paths.cluster);
  removeState(paths.stack);
}

function isPart(name: string, command: string): boolean {
  const programs: Record<string, string> = {
    postgres: "postgres",
    postgrest: "postgrest",
    auth: "auth/serve.ts",
    functions: "functions/serve.ts",
  };
  const program = programs[name];
  return program !== undefined && command.includes(program);
}

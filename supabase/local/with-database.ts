import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnvironment } from "./environment.ts";
import { freePorts } from "./free-ports.ts";
import { dataPaths } from "./paths.ts";
import { createProgress } from "./progress.ts";
import { startStack } from "./stack.ts";
import { runningStack } from "./state.ts";

/** Runs `work` on the database of the running stack, or else on one made for the occasion out of the migrations alone. */
export async function withDatabase<T>(work: (dbUrl: string) => Promise<T>): Promise<T> {
  const running = runningStack(readEnvironment().paths.stack);
  if (running?.ready) return await work(running.dbUrl);
  const paths = dataPaths(mkdtempSync(join(tmpdir(), "health-hub-")));
  Deno.chmodSync(paths.root, 0o711);
  console.error("No stack is running: making a database for this");
  try {
    const ports = freePorts();
    const stack = await startStack({
      paths,
      ports,
      progress: createProgress(),
      databaseOnly: true,
      seeds: false,
      onFailure: (error) => console.error(error.message),
    });
    try {
      return await work(stack.state.dbUrl);
    } finally {
      await stack.stop();
    }
  } finally {
    rmSync(paths.root, { recursive: true, force: true });
  }
}

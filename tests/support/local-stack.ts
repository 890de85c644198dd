import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { planPorts } from "../../supabase/local/ports.ts";
import { parseState, type StackState } from "../../supabase/local/stack-state.ts";
import { templateFolder } from "../../supabase/local/template-folder.ts";

const launcher = fileURLToPath(new URL("../../supabase/local/launch.js", import.meta.url));
const keeper = fileURLToPath(new URL("./keeper.js", import.meta.url));
const START_TIMEOUT_MS = 180_000;

/** A stack that the tests have started and have to stop. */
export type LocalStack = { info: StackState; stateFile: string; stop(): Promise<void> };

/** Makes the database that stacks are copied from, unless it is there, and answers its folder. */
export async function makeTemplate(): Promise<string> {
  const folder = templateFolder();
  if (existsSync(folder)) return folder;
  const child = spawn(process.execPath, [launcher, "template"], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error("The database of the tests could not be made: the reason is above.");
  return folder;
}

/**
 * Starts a stack on fresh data in a temporary folder and resolves when it is ready. The data is a copy of the template,
 * where there is one. `stop` ends the stack and deletes the data; so does the end of this process, however it ends.
 */
export async function startLocalStack(
  firstPort: number,
  { template }: { template?: string } = {},
): Promise<LocalStack> {
  const port = await freePort(firstPort);
  const dataDir = mkdtempSync(join(tmpdir(), "health-hub-tests-"));
  // Postgres runs as a user of its own when the tests run as root, and has to get through to its part of the folder.
  chmodSync(dataDir, 0o755);
  const stateFile = join(dataDir, "stack.json");
  const child = spawn(process.execPath, [keeper, dataDir, process.execPath, launcher, "start"], {
    env: {
      AUTH_UNLIMITED_ADDRESSES: "127.0.0.1",
      ...process.env,
      PORT: String(port),
      DATA_DIR: dataDir,
      ...(template !== undefined && { DATA_TEMPLATE: template }),
    },
    stdio: ["pipe", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  const running = () => child.exitCode === null && child.signalCode === null;

  async function stop(): Promise<void> {
    child.stdin.end();
    if (running()) await exited;
  }

  try {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (!running()) throw new Error("The stack of the tests did not start: its message is above.");
      const info = existsSync(stateFile) ? parseState(readFileSync(stateFile, "utf8")) : undefined;
      if (info?.ready) return { info, stateFile, stop };
      await delay(50);
    }
    throw new Error(`The stack of the tests was not ready within ${START_TIMEOUT_MS / 1000} s.`);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Looks from another place in each process, so that tests started side by side do not find the same ports free. */
async function freePort(first: number): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = first + 10 * ((process.pid + tries) % 100);
    const free = await Promise.all(Object.values(planPorts(String(port))).map(isFree));
    if (free.every(Boolean)) return port;
  }
  throw new Error(`There are no free ports for a stack from ${first} on.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch {
    return false;
  }
}

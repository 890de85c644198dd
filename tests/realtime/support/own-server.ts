import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { describe } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { denoArguments, denoBinary, freePort } from "../../support/deno.ts";
import { stackInfo } from "../../support/stack-info.ts";
import { RawSocket } from "./raw.ts";
import { sign, target } from "./target.ts";

/** A Realtime of our own on the stack's database, with the limits that a test needs. */
export type OwnServer = {
  port: number;
  child: ChildProcess;
  /** The events it has logged, with their details. */
  logged: { event: string; detail?: unknown }[];
  open(): Promise<RawSocket>;
  stop(): Promise<void>;
};

const Logged = z.object({ event: z.string(), detail: z.unknown().optional() });

/** Tests with a server of their own say nothing of another Realtime, so they are left out there. */
export const withOwnServer = describe.runIf(target().isLocal);

let servers = 0;

export async function startServer(settings: Record<string, unknown> = {}): Promise<OwnServer> {
  const port = await freePort();
  const { adminDbUrl, jwtSecret } = stackInfo();
  const slotSuffix = `test_${process.pid}_${++servers}`;
  const child = spawn(denoBinary(), denoArguments("supabase/local/realtime/serve.ts"), {
    env: {
      ...process.env,
      REALTIME_SETTINGS: JSON.stringify({ port, dbUrl: adminDbUrl, jwtSecret, slotSuffix, ...settings }),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const logged: OwnServer["logged"] = [];
  createInterface(child.stdout).on("line", (line) => logged.push(Logged.parse(JSON.parse(line))));
  const exited = once(child, "exit");
  const deadline = Date.now() + 20_000;
  while (!(await fetch(`http://127.0.0.1:${port}/ready`).then(({ ok }) => ok, () => false))) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error("The server of the test did not start");
    await delay(50);
  }
  return {
    port,
    child,
    logged,
    async open() {
      const token = await sign({ role: "anon" });
      const socket = new WebSocket(`ws://127.0.0.1:${port}/socket/websocket?vsn=2.0.0&apikey=${token}`);
      const raw = new RawSocket(socket, 2);
      await once(socket, "open");
      return raw;
    },
    async stop() {
      // Its input stays open: a server whose parent is gone ends at once, without a word.
      child.kill("SIGTERM");
      await exited;
    },
  };
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { denoArguments, denoBinary, freePort, portOf } from "./deno.ts";

/** The gateway of the local stack in a process of its own, and behind it a server of the test. */
export type OwnGateway = {
  url: string;
  port: number;
  /** What it has written to its error output so far. */
  complaints(): string;
  stop(): Promise<void>;
};

/** Starts a gateway whose every part is `part`. `hosts` are names that it answers to beside its own. */
export async function startOwnGateway(part: RequestListener, hosts: string[] = []): Promise<OwnGateway> {
  const server = createServer(part);
  const port = await freePort();
  const settings = { port, part: await portOf(server), hosts };
  const child = spawn(denoBinary(), denoArguments("tests/support/gateway-process.js"), {
    env: { ...process.env, GATEWAY: JSON.stringify(settings) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (text) => complaints += String(text));
  const exited = once(child, "exit");
  const began = await Promise.race([once(child.stdout, "data").then(() => true), exited.then(() => false)]);
  if (!began) throw new Error(`The gateway of the test did not start: ${complaints}`);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    complaints: () => complaints,
    async stop() {
      child.stdin.end();
      await exited;
      server.closeAllConnections();
      server.close();
    },
  };
}

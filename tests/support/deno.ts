import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The Deno of node_modules. */
export function denoBinary(): string {
  const libc = process.platform === "linux" ? "-glibc" : "";
  const binary = join(root, "node_modules", "@deno", `${process.platform}-${process.arch}${libc}`, "deno");
  if (existsSync(binary)) return binary;
  if (existsSync(`${binary}.exe`)) return `${binary}.exe`;
  throw new Error(`There is no Deno at ${binary}`);
}

export const denoArguments = (script: string, permissions = ["-A"]): string[] => [
  "run",
  ...permissions,
  "--no-lock",
  "--cached-only",
  "--config",
  join(root, "deno.json"),
  join(root, script),
];

/** Listens on the loopback interface, and answers on which port. */
export async function portOf(server: Server, wanted = 0): Promise<number> {
  server.listen(wanted, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server of the test has no port");
  return address.port;
}

/** A port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

import type { Buffer } from "node:buffer";
import { once } from "node:events";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { reset } from "../node-http.ts";

/** How long a client may take to read the last words of a part that has ended the connection. */
const FAREWELL_MS = 3_000;

/**
 * Carries a WebSocket on to a part of the stack, as bytes: a client that does not read makes the part wait, which then cuts it off. False when the part cannot be
 * reached.
 */
export async function relay(
  client: Duplex,
  head: Buffer,
  port: number,
  target: string,
  headers: [string, string][],
): Promise<boolean> {
  const part = connect({ port, host: "127.0.0.1", noDelay: true });
  try {
    await once(part, "connect");
  } catch {
    return false;
  }
  const lines = [
    `GET ${target} HTTP/1.1`,
    "host: localhost",
    "connection: Upgrade",
    "upgrade: websocket",
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  let farewell: ReturnType<typeof setTimeout> | undefined;
  part.on("error", () => reset(client));
  part.on("end", () => farewell = setTimeout(() => reset(client), FAREWELL_MS));
  part.on("close", (failed) => failed && reset(client));
  client.on("error", () => reset(part));
  client.on("close", () => {
    clearTimeout(farewell);
    part.destroy();
  });
  part.write(`${lines.join("\r\n")}\r\n\r\n`);
  if (head.length > 0) part.write(head);
  part.pipe(client);
  client.pipe(part);
  return true;
}

import type { Header } from "../http1/head.ts";
import { encode, Wire } from "../http1/wire.ts";

/** How long a client may take to read the last words of a part that has ended the connection. */
const FAREWELL_MS = 3_000;
/** How long it may take for anything that it is sent. */
const STALL_MS = 60_000;

/**
 * Carries a WebSocket on to a part of the stack, as bytes, until one of the two ends it. A client that does not read
 * makes the part wait, which then cuts it off. False when the part cannot be reached.
 */
export async function relay(client: Wire, port: number, target: string, headers: readonly Header[]): Promise<boolean> {
  const part = await Wire.connect(port).catch(() => null);
  if (part === null) return false;
  const lines = [
    `GET ${target} HTTP/1.1`,
    "host: localhost",
    "connection: Upgrade",
    "upgrade: websocket",
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  const end = () => {
    client.close();
    part.close();
  };
  client.deadline = Infinity;
  try {
    await part.write(encode(`${lines.join("\r\n")}\r\n\r\n`));
    const down = carry(part, client).then(async () => {
      await client.closeWrite();
      setTimeout(end, FAREWELL_MS);
    });
    await Promise.race([carry(client, part), down.then(() => new Promise<never>(() => undefined))]);
  } catch {
    // Whoever has gone, the other one is told by the end of its connection.
  } finally {
    end();
  }
  return true;
}

/** Writes what comes from one side to the other, until the first has ended. */
async function carry(from: Wire, to: Wire): Promise<void> {
  for (let bytes = await from.some(Infinity); bytes !== null; bytes = await from.some(Infinity)) {
    to.deadline = performance.now() + STALL_MS;
    await to.write(bytes);
    to.deadline = Infinity;
  }
}

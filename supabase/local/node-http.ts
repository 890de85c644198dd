import type { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { problem } from "./gateway/problem.ts";
import { type Fault, faultOf } from "./fault.ts";
import { discard, hasBody, requestOf, targetOf } from "./node-request.ts";

export interface ServerOptions {
  port: number;
  handle: (request: Request, message: IncomingMessage) => Promise<Response>;
  /** Takes over the connection of a WebSocket. Answers why not, where it does not. */
  upgrade: (message: IncomingMessage, connection: Duplex, head: Buffer) => Promise<Response | null>;
  failed: (error: unknown) => void;
}

export interface HttpServer {
  /** Takes no more requests, and resolves when those under way have been answered. */
  stop(): Promise<void>;
}

/** How long a client may go on sending what nobody reads. */
const LINGER_MS = 500;
const STOP_MS = 5_000;
/** Longer than clients keep an idle connection, so that none is closed as they send on it. */
const KEEP_ALIVE_MS = 120_000;
const HEADER_BYTES = 64 * 1024;
/** As much of an address as a refusal repeats. */
const SHOWN_BYTES = 200;

/**
 * Serves requests of the web, and the handshakes of `ws`, on the loopback interface. Deno.serve never ends the
 * connection of a WebSocket whose client does not read. Throws when it cannot listen.
 */
export async function listen({ port, handle, upgrade, failed }: ServerOptions): Promise<HttpServer> {
  const underWay = new Set<ServerResponse>();

  async function answerTo(message: IncomingMessage): Promise<Response> {
    const fault = faultIn(message);
    return fault === null ? await handle(requestOf(message), message) : refusal(fault, message);
  }

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    underWay.add(response);
    try {
      await respond(await answerTo(message), message, response);
    } catch (error) {
      // A client that has gone, or sent a body that breaks off, is told nothing.
      if (!message.socket.destroyed) failed(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, { "content-length": 0 }).end();
    } finally {
      underWay.delete(response);
    }
  }

  const options = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEADER_BYTES,
    noDelay: true,
    // Other protocols, which some clients offer with every request, are left aside.
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === "websocket",
  };
  const server = createServer(options, answer);
  server.on("upgrade", (message, connection, head) => {
    connection.on("error", () => undefined);
    const fault = faultIn(message);
    const outcome = fault === null ? upgrade(message, connection, head) : Promise.resolve(refusal(fault, message));
    outcome
      .then((answer) => answer === null ? undefined : refuse(answer, connection))
      .catch((error: unknown) => {
        failed(error);
        connection.destroy();
      });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  return {
    async stop() {
      server.close();
      const signal = AbortSignal.timeout(STOP_MS);
      await Promise.allSettled([...underWay].map((response) => once(response, "close", { signal })));
      server.closeIdleConnections();
    },
  };
}

const faultIn = ({ method = "GET", url = "/", headers }: IncomingMessage) =>
  faultOf({ method, target: url, host: headers.host ?? null });

const refusal = ({ status, code, detail }: Fault, message: IncomingMessage) =>
  problem(status, code, detail, {
    url: `http://localhost${targetOf(message).slice(0, SHOWN_BYTES)}`,
    headers: new Headers(),
  });

/** Sends an answer of the web. */
async function respond(answer: Response, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = answer;
  response.writeHead(status, [...headers].flat());
  const whole = headers.has("content-length") ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  if (body !== null && whole === undefined) await stream(body, response);
  if (!hasBody(message) || message.complete) return void response.end(whole);
  // Ended while the client is still sending, the connection would be closed under it, and it would hear that instead of
  // the answer.
  if (whole !== undefined) response.write(whole);
  else response.flushHeaders();
  await discard(message, LINGER_MS);
  response.end();
}

/**
 * Sends a body as fast as the client reads it, however long it is, and lets go of its source when the client leaves.
 */
async function stream(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  const reader = body.getReader();
  // One pair of listeners for the whole body: a pair for every wait would pile up on the response.
  let wake = () => {};
  response.on("drain", () => wake());
  response.on("close", () => {
    wake();
    reader.cancel().catch(() => undefined);
  });
  for (let read = await reader.read(); read.value !== undefined; read = await reader.read()) {
    if (response.destroyed) return;
    const drained = Promise.withResolvers<void>();
    wake = drained.resolve;
    if (!response.write(read.value)) await drained.promise;
  }
}

/** Refuses an upgrade: there is no response to write to, only the connection. */
async function refuse(answer: Response, connection: Duplex): Promise<void> {
  const body = new Uint8Array(await answer.arrayBuffer());
  const lines = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`,
    ...[...answer.headers].filter(([name]) => name !== "content-length").map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.byteLength}`,
    "connection: close",
  ];
  connection.write(`${lines.join("\r\n")}\r\n\r\n`);
  connection.end(body);
}

/** Ends a connection at once, whatever the other side still has to read. */
export function reset(connection: Duplex): void {
  if (connection instanceof Socket) connection.resetAndDestroy();
  else connection.destroy();
}

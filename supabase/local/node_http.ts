import type { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

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

/**
 * Serves requests of the web on the loopback interface. Deno.serve would do it faster, but never ends the connection of a WebSocket whose client does not read.
 * Throws when it cannot listen.
 */
export async function listen({ port, handle, upgrade, failed }: ServerOptions): Promise<HttpServer> {
  const underWay = new Set<ServerResponse>();

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    underWay.add(response);
    try {
      await respond(await handle(requestOf(message), message), message, response);
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
    upgrade(message, connection, head)
      .then((refusal) => refusal === null ? undefined : refuse(refusal, connection))
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
      const finished = [...underWay].map((response) => once(response, "close"));
      await Promise.race([Promise.all(finished), new Promise((resolve) => setTimeout(resolve, STOP_MS))]);
      server.closeIdleConnections();
    },
  };
}

/** A request of node:http in the words of the web. Throws for an address that is none. */
export function requestOf(message: IncomingMessage): Request {
  const { method = "GET", url = "/", headers, rawHeaders } = message;
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  const body = hasBody(message) && method !== "GET" && method !== "HEAD" ? ReadableStream.from(message) : null;
  const target = url.replace(/^https?:\/\/[^/]*/i, "");
  return new Request(`http://${headers.host ?? "localhost"}${target.startsWith("/") ? target : "/"}`, {
    method,
    headers: pairs,
    body,
  });
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

/** Sends an answer of the web. */
async function respond(answer: Response, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = answer;
  response.writeHead(status, [...headers].flat());
  if (body === null) {
    response.end();
  } else if (headers.has("content-length")) {
    response.end(new Uint8Array(await answer.arrayBuffer()));
  } else {
    for await (const chunk of body) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
    }
    response.end();
  }
  // A client that is still sending what nobody reads gets a moment to hear the answer: cut off at once, it would hear that alone.
  if (hasBody(message) && !message.complete) {
    setTimeout(() => message.complete || message.socket.destroy(), LINGER_MS);
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

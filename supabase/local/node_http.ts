import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** A request of node:http in the words of the web. Throws for an address that is none. */
export function requestOf(message: IncomingMessage, signal?: AbortSignal): Request {
  const { method = "GET", url = "/", headers, rawHeaders } = message;
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  const body = hasBody && method !== "GET" && method !== "HEAD" ? ReadableStream.from(message) : null;
  const host = headers.host ?? "localhost";
  return new Request(`http://${host}${url}`, { method, headers: pairs, body, ...(signal && { signal }) });
}

/** Sends an answer of the web. A client that has gone is not waited for. */
export async function respond(answer: Response, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, headers, body } = answer;
  // What is left of a body that nobody wants would be read for ever.
  const isRead = message.complete ||
    (message.headers["transfer-encoding"] ?? message.headers["content-length"]) === undefined;
  response.writeHead(status, [...headers, ...(isRead ? [] : [["connection", "close"]])].flat());
  if (body === null) {
    response.end();
  } else {
    for await (const chunk of body) {
      if (response.destroyed) return;
      if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
    }
    response.end();
  }
  if (!isRead) message.socket.destroySoon();
}

/** Refuses an upgrade: there is no response to write to, only the connection. */
export async function refuseUpgrade(answer: Response, connection: Duplex): Promise<void> {
  const body = new Uint8Array(await answer.arrayBuffer());
  const lines = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`,
    ...[...answer.headers].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.byteLength}`,
    "connection: close",
  ];
  connection.write(`${lines.join("\r\n")}\r\n\r\n`);
  connection.end(body);
}

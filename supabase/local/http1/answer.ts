import { STATUS_CODES } from "node:http";
import type { Body } from "./body.ts";
import { send } from "./body.ts";
import { hasNoBody, type Header } from "./head.ts";
import type { Exchange } from "./server.ts";
import { encode } from "./wire.ts";

/** Writes an answer whose body comes from elsewhere, piece by piece; null for one without. */
export async function relayAnswer(
  exchange: Exchange,
  status: number,
  headers: readonly Header[],
  body: Body | null,
): Promise<void> {
  const { request, client } = exchange;
  const said = hasNoBody(request.method, status) || body === null || body.length !== null;
  const chunked = !said && request.modern;
  // The end of the connection is the end of the body for a client that knows no chunks.
  if (!said && !chunked) exchange.goesOn = false;
  const framing = chunked ? "transfer-encoding: chunked\r\n" : lengthOf(status, body);
  await send(client, head(exchange, status, headers, framing), said && (body?.done ?? true) ? null : body, chunked);
}

const lengthOf = (status: number, body: Body | null) =>
  status === 204 || status === 304 || body === null || body.length === null ? "" : `content-length: ${body.length}\r\n`;

/** Writes an answer of the web, whole. */
export async function answer(exchange: Exchange, response: Response): Promise<void> {
  const { status } = response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const length = status === 204 || status === 304 ? "" : `content-length: ${bytes.length}\r\n`;
  const text = head(exchange, status, [...response.headers], `date: ${new Date().toUTCString()}\r\n${length}`);
  await exchange.client.write(hasNoBody(exchange.request.method, status) ? encode(text) : encode(text, bytes));
}

function head({ goesOn, request }: Exchange, status: number, headers: readonly Header[], more: string): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`;
  if (!goesOn) more += "connection: close\r\n";
  else if (!request.modern) more += "connection: keep-alive\r\n";
  return `${text}${more}\r\n`;
}

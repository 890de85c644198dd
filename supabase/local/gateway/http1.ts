import { passesBack } from "./headers.ts";

/** One request to a part behind the gateway. */
export interface UpstreamRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: [string, string][];
  /** Small bodies come whole, large ones as a stream. */
  body: Uint8Array | ReadableStream<Uint8Array> | null;
  /** Bytes of a stream, when the client has said how many there will be. */
  length?: number;
}

export interface ResponseHead {
  status: number;
  /** Those that go back to the client. */
  headers: [string, string][];
  /** Bytes of the body; null when it is chunked or ends with the connection. */
  length: number | null;
  chunked: boolean;
  /** Whether the connection serves another request afterwards. */
  keepAlive: boolean;
}

const encoder = new TextEncoder();

/** Header values are bytes, one per character; hardly any is beyond ASCII. */
function toBytes(text: string): Uint8Array {
  // deno-lint-ignore no-control-regex
  return /^[\x00-\x7f]*$/.test(text)
    ? encoder.encode(text)
    : Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function toText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** The request line and headers, with the framing for the body. */
export function encodeHead({ method, target, headers, body, length }: UpstreamRequest, port: number): Uint8Array {
  let head = `${method} ${target} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  if (body instanceof Uint8Array) head += `content-length: ${body.length}\r\n`;
  else if (body !== null && length !== undefined) head += `content-length: ${length}\r\n`;
  else if (body !== null) head += "transfer-encoding: chunked\r\n";
  else if (method !== "GET" && method !== "HEAD") head += "content-length: 0\r\n";
  return toBytes(`${head}\r\n`);
}

/** Reads status line and headers. Throws when they are not HTTP. */
export function parseHead(bytes: Uint8Array): ResponseHead {
  const lines = toText(bytes).split("\r\n");
  const status = /^HTTP\/1\.([01]) (\d{3})/.exec(lines[0] ?? "");
  if (status === null) throw new Error("not an HTTP answer");
  const head: ResponseHead = {
    status: Number(status[2]),
    headers: [],
    length: null,
    chunked: false,
    keepAlive: status[1] === "1",
  };
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? "";
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "content-length") head.length = Number(value);
    else if (name === "transfer-encoding") head.chunked = value.toLowerCase().includes("chunked");
    else if (name === "connection") head.keepAlive = value.toLowerCase() !== "close";
    if (passesBack(name)) head.headers.push([name, value]);
  }
  if (head.chunked) head.length = null;
  return head;
}

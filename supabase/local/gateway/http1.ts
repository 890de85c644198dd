import { passesBack } from "./headers.ts";

/** One request to a part behind the gateway. */
export interface UpstreamRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: [string, string][];
  /** Small bodies come whole, large ones as a stream. */
  body: Uint8Array | ReadableStream<Uint8Array> | null;
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
const decoder = new TextDecoder("latin1");

/** The request line and headers, with the framing for the body. Header values are bytes, as they came in. */
export function encodeHead({ method, target, headers, body }: UpstreamRequest, port: number): Uint8Array {
  let head = `${method} ${target} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  if (body instanceof Uint8Array) head += `content-length: ${body.length}\r\n`;
  else if (body !== null) head += "transfer-encoding: chunked\r\n";
  else if (method !== "GET" && method !== "HEAD") head += "content-length: 0\r\n";
  return encoder.encode(`${head}\r\n`);
}

/** Reads status line and headers. Throws when they are not HTTP. */
export function parseHead(bytes: Uint8Array): ResponseHead {
  const lines = decoder.decode(bytes).split("\r\n");
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

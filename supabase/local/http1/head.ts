/** Names in small letters, as they came; a name may occur more than once. */
export type Header = [name: string, value: string];

/** The head of a request. */
export interface RequestHead {
  method: string;
  target: string;
  /** The client knows HTTP/1.1: chunked bodies, and connections that go on. */
  modern: boolean;
  headers: Header[];
  /** Null when there is none. */
  host: string | null;
  body: Framing;
  /** The client wants no other request on this connection. */
  last: boolean;
}

/** The head of an answer. */
export interface AnswerHead {
  status: number;
  headers: Header[];
  body: Framing;
  last: boolean;
}

/** How the end of a body is told: by its length, by chunks, or by the end of the connection. */
export type Framing = { length: number } | "chunked" | "until end";

/** A head that can be read in more than one way, or in none. */
export class Malformed extends Error {}

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e\x80-\xff]+) HTTP\/1\.([01])$/;
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// deno-lint-ignore no-control-regex
const FORBIDDEN = /[\x00-\x08\x0a-\x1f\x7f]/;
const NONE = { length: 0 };

/**
 * Reads the head of a request. Strict, because what two servers read differently lets one request hide another. Throws
 * Malformed.
 */
export function readRequest(text: string): RequestHead {
  const [first = "", ...lines] = text.split("\r\n");
  const line = REQUEST_LINE.exec(first);
  if (line === null) throw new Malformed();
  const [, method = "", target = "", version] = line;
  const modern = version === "1";
  const { headers, length, coding, connection, host } = readHeaders(lines);
  if (modern && host === null) throw new Malformed();
  if (coding !== null && (coding !== "chunked" || length !== null || !modern)) throw new Malformed();
  const body: Framing = coding !== null ? "chunked" : length === null ? NONE : { length };
  const last = modern ? connection.includes("close") : !connection.includes("keep-alive");
  return { method, target, modern, headers, host, body, last };
}

/** Reads the head of an answer to a request with this method. Throws Malformed. */
export function readAnswer(text: string, method: string): AnswerHead {
  const [first = "", ...lines] = text.split("\r\n");
  const line = STATUS_LINE.exec(first);
  if (line === null) throw new Malformed();
  const status = Number(line[2]);
  const { headers, length, coding, connection } = readHeaders(lines);
  const last = line[1] === "1" ? connection.includes("close") : !connection.includes("keep-alive");
  // PostgREST ends the connection behind such an answer to HEAD, without saying so.
  const untold = method === "HEAD" && length === null;
  if (hasNoBody(method, status)) return { status, headers, body: NONE, last: last || untold };
  if (coding !== null && coding !== "chunked") throw new Malformed();
  const body: Framing = coding !== null ? "chunked" : length === null ? "until end" : { length };
  return { status, headers, body, last };
}

/** Whether an answer ends with its head, whatever its headers say. */
export const hasNoBody = (method: string, status: number): boolean =>
  method === "HEAD" || status < 200 || status === 204 || status === 304;

interface Headers {
  headers: Header[];
  length: number | null;
  coding: string | null;
  connection: string;
  host: string | null;
}

function readHeaders(lines: readonly string[]): Headers {
  const read: Headers = { headers: [], length: null, coding: null, connection: "", host: null };
  for (const line of lines) {
    const mark = line.indexOf(":");
    const name = line.slice(0, mark).toLowerCase();
    const value = line.slice(mark + 1).trim();
    if (mark < 1 || !NAME.test(name) || FORBIDDEN.test(value)) throw new Malformed();
    read.headers.push([name, value]);
    switch (name) {
      case "content-length":
        if (read.length !== null || !/^\d{1,15}$/.test(value)) throw new Malformed();
        read.length = Number(value);
        break;
      case "transfer-encoding":
        if (read.coding !== null) throw new Malformed();
        read.coding = value.toLowerCase();
        break;
      case "host":
        if (read.host !== null) throw new Malformed();
        read.host = value;
        break;
      case "connection":
        read.connection += `${value.toLowerCase()},`;
    }
  }
  return read;
}

/** The value of a header; several of one name are joined, as the web does it. Null when there is none. */
export function headerOf(headers: readonly Header[], name: string): string | null {
  let found: string | null = null;
  for (const [one, value] of headers) if (one === name) found = found === null ? value : `${found}, ${value}`;
  return found;
}

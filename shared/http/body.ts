import type { AppContext } from "../core/context.ts";
import { escapePointer } from "../core/pointer.ts";
import { invalid, problem } from "../core/problem.ts";

/** Largest body that is read, in bytes. */
export const BODY_LIMIT = 1024 * 1024;
/** Deepest nesting of objects and arrays in a body. The API's own inputs nest 4 deep. */
export const DEPTH_LIMIT = 32;

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;
const NUL = "\u0000";
const LONE_SURROGATE = /\p{Cs}/u;

/**
 * Refuses a body that is too large (413), not JSON (415, 400), nests deeper than `DEPTH_LIMIT` or contains what Postgres cannot store (422): U+0000, or half of a
 * pair of surrogates.
 * The text stays cached in hono's request, so that validation does not read it twice.
 */
export async function checkBody(c: AppContext): Promise<void> {
  const { method, headers } = c.req.raw;
  if (method === "GET" || method === "HEAD") return;
  const declared = headers.get("content-length");
  if (declared === "0" || declared === null && c.req.raw.body === null) return;
  if (declared !== null && Number(declared) > BODY_LIMIT) throw tooLarge();
  if (declared === null) {
    // A server cuts a body at its declared length; without one the bytes are counted while they come, and there may be none.
    const body = await readWithin(c.req.raw.body, BODY_LIMIT);
    c.req.raw = new Request(c.req.raw, { body });
    if (body.size === 0) return;
  }
  if (!JSON_TYPE.test(headers.get("content-type") ?? "")) {
    throw problem("unsupported_media_type", { detail: "Send the body as application/json." });
  }
  walk(parse(await c.req.text()), "", 0);
}

/** Refuses U+0000 in the path and the query, which would fail in the database. */
export function checkAddress(c: AppContext): void {
  if (!c.req.raw.url.includes("%00")) return;
  for (const [name, value] of new URL(c.req.raw.url).searchParams) {
    if (name.includes(NUL) || value.includes(NUL)) throw nul(`#/query/${escapePointer(name.replaceAll(NUL, ""))}`);
  }
  throw nul("#/path");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw problem("malformed_json");
  }
}

async function readWithin(body: ReadableStream<Uint8Array<ArrayBuffer>> | null, limit: number): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = body?.getReader();
  let size = 0;
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    size += read.value.byteLength;
    if (size > limit) throw tooLarge();
    chunks.push(read.value);
  }
  return new Blob(chunks);
}

/** Recursion ends at `DEPTH_LIMIT`, so that a body cannot exhaust the stack. */
function walk(value: unknown, pointer: string, depth: number): void {
  if (typeof value === "string") checkText(value, pointer);
  if (typeof value !== "object" || value === null) return;
  if (depth >= DEPTH_LIMIT) throw invalid(pointer.slice(0, 200), `must not nest deeper than ${DEPTH_LIMIT}`);
  for (const [key, item] of Object.entries(value)) {
    checkText(key, pointer);
    walk(item, `${pointer}/${escapePointer(key)}`, depth + 1);
  }
}

function checkText(text: string, pointer: string): void {
  if (text.includes(NUL)) throw nul(pointer);
  if (LONE_SURROGATE.test(text)) throw invalid(pointer, "must not contain half of a character");
}

const tooLarge = () => problem("payload_too_large", { detail: `A body may have ${BODY_LIMIT} bytes.` });
const nul = (pointer: string) => invalid(pointer, "must not contain the character U+0000");

import { answer, relayAnswer } from "../http1/answer.ts";
import { type Header, headerOf } from "../http1/head.ts";
import type { Exchange } from "../http1/server.ts";
import { type Answer, type Question, type Upstream, UpstreamDown } from "../http1/upstream.ts";
import { allowOrigin, ANY_ORIGIN } from "./cors.ts";
import { passesBack, passesOn } from "./headers.ts";
import { problem } from "./problem.ts";
import { type Asked, asked } from "./web-request.ts";

/** How a request goes on to a part. */
export interface Forwarding {
  upstream: Upstream;
  /** Path and query that the part sees. */
  target: string;
  /** Where the request comes from, when it is not the client's own address. */
  address?: string | null;
  /** Takes the place of what the client sent with its key. */
  authorization?: string | null;
  /** Longest body; without one, it is the part that counts. */
  most?: number;
  /** Pages of any origin may read the answer. */
  anyOrigin?: boolean;
  isDataApi?: boolean;
}

/** More than the data API says about an error. */
const ERROR_BYTES = 64 * 1024;

/** Sends a request on to a part and its answer back, each as it comes and no faster than the other side takes it. */
export async function forward(exchange: Exchange, forwarding: Forwarding): Promise<void> {
  const { upstream, target, anyOrigin = false } = forwarding;
  const refuse = (refusal: Response) => answer(exchange, anyOrigin ? allowOrigin(refusal) : refusal);
  try {
    const body = await bodyFor(exchange, forwarding);
    if (body instanceof Response) return await refuse(body);
    const given = await upstream.ask(exchange, { target, headers: sentOn(exchange, forwarding), body });
    try {
      await sendBack(exchange, given, forwarding);
    } finally {
      given.release();
    }
  } catch (error) {
    if (!(error instanceof UpstreamDown)) throw error;
    await refuse(unavailable(exchange));
  }
}

/**
 * The body to send on: as it comes, or counted first where there is a limit and the client does not say how long it is.
 */
async function bodyFor({ request, body }: Exchange, { most }: Forwarding): Promise<Question["body"] | Response> {
  const { method, target, headers } = request;
  if (body.done || method === "GET" || method === "HEAD") return null;
  if (most === undefined || body.length !== null && body.length <= most) return undefined;
  return await body.whole(most) ?? tooLarge(most, asked(target, headers));
}

function sentOn({ request, client }: Exchange, { address, authorization = null }: Forwarding): Header[] {
  const headers: Header[] = [["x-forwarded-for", address ?? client.address]];
  for (const header of request.headers) {
    const [name] = header;
    if (!passesOn(name) || authorization !== null && (name === "authorization" || name === "apikey")) continue;
    headers.push(header);
  }
  if (authorization !== null) headers.push(["authorization", authorization]);
  return headers;
}

async function sendBack(exchange: Exchange, given: Answer, { anyOrigin, isDataApi }: Forwarding): Promise<void> {
  const { status, body } = given;
  if (status === 400 && isDataApi) {
    const mended = await mendLostConnection(given);
    return await answer(exchange, allowOrigin(mended));
  }
  const headers = given.headers.filter(([name]) => passesBack(name) && !(anyOrigin && opensToAll(name)));
  if (anyOrigin) headers.push(...ANY_ORIGIN);
  if (status === 503 && !(Number(headerOf(headers, "retry-after")) >= 1)) headers.push(["retry-after", "1"]);
  await relayAnswer(exchange, status, headers, body);
}

const opensToAll = (name: string) => ANY_ORIGIN.some(([own]) => own === name);

/**
 * PostgREST 12 takes a connection that breaks in the middle of a statement for a bad request without code or message.
 */
async function mendLostConnection({ headers, body }: Answer): Promise<Response> {
  // It ends the connection of a request with too many headers while it answers.
  const bytes = await body.whole(ERROR_BYTES).catch(() => null);
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  if (!text.startsWith('{"code":"",')) {
    return new Response(text, { status: 400, headers: headers.filter(([name]) => passesBack(name)) });
  }
  const lost = {
    code: "PGRST001",
    details: null,
    hint: null,
    message: "The connection to the database was lost: try again.",
  };
  return Response.json(lost, { status: 503, headers: { "retry-after": "1" } });
}

/** The answer for a part that cannot be reached. */
export const unavailable = ({ request: { target, headers } }: Exchange): Response =>
  problem(
    503,
    "unavailable",
    "This part of the stack is starting or being restarted: try again.",
    asked(target, headers),
  );

/** The answer to a body of more than `most` bytes. */
export const tooLarge = (most: number, about: Asked): Response =>
  problem(413, "payload_too_large", `A body has at most ${most} bytes here.`, about);

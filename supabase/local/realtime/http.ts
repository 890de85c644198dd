import { z } from "zod";
import { readBody } from "../body.ts";
import { mayWrite } from "./authorization.ts";
import { fitsFrame, userFanout } from "./broadcast.ts";
import { isOutage, sqlState } from "./database.ts";
import { BODY_BYTES, FRAME_BYTES } from "./limits.ts";
import { textFanout } from "./serializer.ts";
import type { Services } from "./services.ts";
import type { Claims } from "./token.ts";

const Item = z.object({
  topic: z.string().min(1),
  event: z.string().min(1),
  payload: z.record(z.string(), z.unknown()),
  private: z.boolean().default(false),
  id: z.string().optional(),
});
type Item = z.infer<typeof Item>;
const Batch = z.object({ messages: z.array(z.unknown()) });

/** Broadcasts that come by HTTP. Null for a path that is none of these. */
export async function broadcastByHttp(request: Request, services: Services): Promise<Response | null> {
  const { pathname, searchParams } = new URL(request.url);
  const names = /^\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/.exec(pathname)?.slice(1).map(decoded);
  if (names === undefined && pathname !== "/api/broadcast") return null;
  if (request.method !== "POST") return Response.json({ message: "Method Not Allowed" }, { status: 405 });
  const claims = await claimsOf(request, services);
  if (claims === null) return Response.json({ message: "Unauthorized" }, { status: 401 });
  const caller: Caller = { claims, headers: Object.fromEntries(request.headers) };
  delete caller.headers.authorization;
  delete caller.headers.apikey;
  const { events } = services.rates;
  const [topic, event] = names ?? [];
  const answer = events.exceeded
    ? Response.json({ message: "Too many requests" }, { status: 429 })
    : names === undefined
    ? await batch(request, services, caller)
    : topic && event
    ? await one(request, services, caller, { topic, event, private: searchParams.get("private") === "true" })
    : badRequest();
  answer.headers.set("x-rate-rolling", events.average.toFixed(2));
  answer.headers.set("x-rate-limit", String(events.limit));
  answer.headers.set("x-rate-limit-remaining", String(Math.max(Math.floor(events.limit - events.average), 0)));
  return answer;
}

interface Caller {
  claims: Claims;
  headers: Record<string, string>;
}

async function claimsOf(request: Request, { verify }: Services): Promise<Claims | null> {
  const bearer = request.headers.get("authorization")?.replace(/^bearer\s+/i, "");
  const verified = await verify(bearer ?? request.headers.get("apikey") ?? "");
  return "claims" in verified ? verified.claims : null;
}

/** All messages or none; those one may not send are left out without a word, as on the platform. */
async function batch(request: Request, services: Services, caller: Caller): Promise<Response> {
  const bytes = await readBody(request, BODY_BYTES);
  if (bytes === null) return Response.json({ message: "Request Entity Too Large" }, { status: 413 });
  const body = Batch.safeParse(valueOf(bytes));
  if (!body.success) return invalid([{ messages: ["can't be blank"] }]);
  const faults: Record<string, string[]>[] = [];
  const items: Item[] = [];
  for (const message of body.data.messages) {
    const { success, data, error } = Item.safeParse(message);
    const tooLarge = success && JSON.stringify(data.payload).length > services.limits.payloadBytes;
    if (success && !tooLarge) items.push(data);
    faults.push(
      success ? (tooLarge ? { payload: ["Payload size exceeds tenant limit"] } : {}) : Object.fromEntries(
        error.issues.map(({ path }) => [String(path[0] ?? "message"), ["can't be blank"]]),
      ),
    );
  }
  if (items.length < faults.length) return invalid(faults);
  const allowed = new Map<string, boolean>();
  for (const item of items) {
    services.rates.events.add();
    if (item.private) {
      const known = allowed.get(item.topic) ?? await mayWriteTo(services, caller, item.topic).catch(() => false);
      allowed.set(item.topic, known);
      if (!known) continue;
    }
    const payload = { type: "broadcast", event: item.event, payload: item.payload };
    const full = item.id === undefined ? payload : { ...payload, meta: { id: item.id } };
    const message = textFanout(`realtime:${item.topic}`, "broadcast", full, item.id);
    services.hub.broadcast({ name: item.topic, private: item.private }, message);
  }
  return new Response(null, { status: 202 });
}

const invalid = (messages: Record<string, string[]>[]) =>
  Response.json({ errors: { messages: messages } }, { status: 422 });

async function one(
  request: Request,
  services: Services,
  caller: Caller,
  target: { topic: string; event: string; private: boolean },
): Promise<Response> {
  const type = (request.headers.get("content-type") ?? "application/json").split(";")[0]?.trim();
  if (type !== "application/json" && type !== "application/octet-stream") {
    return Response.json(UNSUPPORTED, { status: 415 });
  }
  const name = `realtime:${target.topic}`;
  if (!fitsFrame(name) || !fitsFrame(target.event)) return unprocessable("Topic and event take at most 255 bytes");
  let payload = await readBody(request, Math.min(services.limits.payloadBytes, FRAME_BYTES));
  if (payload === null) return unprocessable("Payload size exceeds tenant limit");
  if (type === "application/json") {
    const json = jsonOf(payload);
    if (json === null) return badRequest();
    payload = json;
  }
  services.rates.events.add();
  if (target.private) {
    try {
      if (!(await mayWriteTo(services, caller, target.topic))) {
        return Response.json({ message: "Unauthorized" }, { status: 403 });
      }
    } catch (error) {
      services.log("write_check_failed", error);
      return unprocessable(reasonOf(error));
    }
  }
  const encoding = type === "application/json" ? "json" : "binary";
  const message = userFanout(name, { event: target.event, encoding, payload });
  services.hub.broadcast({ name: target.topic, private: target.private }, message);
  return new Response(null, { status: 202 });
}

const UNSUPPORTED = { error: "Unsupported Media Type. Use application/json or application/octet-stream" };
const unprocessable = (message: string) => Response.json({ message }, { status: 422 });

const badRequest = () => Response.json({ message: "Bad Request" }, { status: 400 });

/** Null for a part of an address that is no text. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The body as an object in JSON: what is none is wrapped. Null for what is no JSON. */
function jsonOf(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  const value = valueOf(body);
  if (value === undefined) return null;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? body : new TextEncoder().encode(JSON.stringify({ _json: value }));
}

/** Undefined for what is no JSON. */
function valueOf(body: Uint8Array<ArrayBuffer>): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (sqlState(error) === "57014") return "Query canceled";
  if (sqlState(error) === "23514") return "Missing messages partition";
  return isOutage(error) ? "Tenant database unavailable" : "RLS policy error";
}

const mayWriteTo = ({ pool, maintenance }: Services, { claims, headers }: Caller, topic: string) =>
  maintenance.withPlace(() => mayWrite(pool, { topic, claims, headers }, "broadcast"));

import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { BODY_LIMIT } from "../../../shared/http/body.ts";
import { readBody } from "../body.ts";
import { type HttpServer, listen } from "../node-http.ts";
import { requestOf, targetOf } from "../node-request.ts";
import { BODY_BYTES } from "../realtime/limits.ts";
import type { Ports } from "../ports.ts";
import { allowOrigin, preflight } from "./cors.ts";
import { namedAddress, passesOn } from "./headers.ts";
import { type KeyTokens, needsNoKey, translateKey, translateRealtimeKey } from "./keys.ts";
import type { LivePageFacts } from "./live-page.ts";
import { mailbox } from "./mailbox.ts";
import { page } from "./pages.ts";
import { problem } from "./problem.ts";
import { type Destination, route } from "./routes.ts";
import { createUpstream, type Upstream, UpstreamDown, type UpstreamRequest } from "./upstream.ts";
import { relay } from "./websocket.ts";

export interface GatewayOptions {
  ports: Ports;
  keys: KeyTokens;
  mailFolder: string;
  facts: LivePageFacts;
  /** Names that it answers to beside those of the loopback interface. */
  hosts?: readonly string[];
}

/** Longest body for the data API and for Auth: as much as the functions read. The functions themselves count what they are sent. */
const REST_BYTES = BODY_LIMIT;
/** Bodies up to this size are sent on in one piece: a part that refuses a large one before it has read it answers then, instead of breaking off. */
const WHOLE_BYTES = 16 * 1024 * 1024;

/** The one address of the stack: finds the part a request is for, and the role its key stands for. */
export async function startGateway(
  { ports, keys, mailFolder, facts, hosts = [] }: GatewayOptions,
): Promise<HttpServer> {
  const upstreams = {
    auth: createUpstream(ports.auth),
    rest: createUpstream(ports.postgrest),
    functions: createUpstream(ports.functions),
    realtime: createUpstream(ports.realtime),
  };

  async function handle(request: Request, address: string): Promise<Response> {
    const start = request.url.indexOf("/", 8);
    const destination = route(request.url.slice(start));
    switch (destination.to) {
      case "page":
        return page(destination.name, request, facts);
      case "mailbox":
        return mailbox(request, mailFolder);
      case "realtime":
        return await realtime(request, destination, address);
      case "nowhere":
        return problem(404, "not_found", "Nothing is served at this address; / lists what is.", request);
      case "functions":
        return await forward(upstreams.functions, request, destination.target, address, null);
      case "auth":
      case "rest":
        return await guarded(request, destination, address);
    }
  }

  /** Auth and the data API ask for a key and answer browsers of any origin, as behind the platform's gateway. */
  async function guarded(
    request: Request,
    destination: Destination & { to: "auth" | "rest" },
    address: string,
  ): Promise<Response> {
    if (request.method === "OPTIONS") return preflight(request);
    const { headers } = request;
    const open = destination.to === "auth" && needsNoKey(destination.path);
    const key = translateKey(
      keys,
      headers.get("apikey") ?? destination.apikey,
      headers.get("authorization"),
      headers.get("user-agent"),
    );
    if ("refused" in key && !open) return allowOrigin(Response.json({ message: key.refused }, { status: 401 }));
    const authorization = "refused" in key ? null : key.authorization;
    const client = namedAddress(headers, "secret" in key && key.secret) ?? address;
    return allowOrigin(
      await forward(upstreams[destination.to], request, destination.target, client, authorization, REST_BYTES),
    );
  }

  async function realtime(
    request: Request,
    destination: Destination & { to: "realtime" },
    address: string,
  ): Promise<Response> {
    if (request.method === "OPTIONS") return preflight(request);
    const key = realtimeKey(request, destination);
    const open = destination.path === "/realtime/v1/api/ping";
    if ("refused" in key && !open) return allowOrigin(Response.json({ message: key.refused }, { status: 401 }));
    const authorization = "refused" in key ? null : key.authorization;
    const target = authorization === null ? destination.target : signed(destination, authorization);
    return allowOrigin(await forward(upstreams.realtime, request, target, address, authorization, BODY_BYTES));
  }

  /** A socket is carried on with the token in the query, where Realtime looks for it. Answers why not, where it is not. */
  async function upgrade(message: IncomingMessage, connection: Duplex, head: Buffer): Promise<Response | null> {
    const request = requestOf(message);
    const destination = route(targetOf(message));
    const address = message.socket.remoteAddress ?? "";
    if (destination.to !== "realtime" || !isSocket(destination)) return await handle(request, address);
    const key = realtimeKey(request, destination);
    if ("refused" in key) return Response.json({ message: key.refused }, { status: 401 });
    const shown = [...request.headers].filter(([name]) =>
      name.startsWith("sec-websocket-") || (name.startsWith("x-") && name !== "x-api-key" && passesOn(name))
    );
    const target = signed(destination, key.authorization);
    const carried = await relay(connection, head, ports.realtime, target, [...shown, ["x-forwarded-for", address]]);
    return carried ? null : unavailable(request);
  }

  function realtimeKey({ headers }: Request, destination: Destination & { to: "realtime" }) {
    const bearer = isSocket(destination) ? null : headers.get("authorization");
    return translateRealtimeKey(keys, headers.get("apikey") ?? destination.apikey, bearer, headers.get("user-agent"));
  }

  async function forward(
    upstream: Upstream,
    request: Request,
    target: string,
    address: string,
    authorization: string | null,
    most = Infinity,
  ): Promise<Response> {
    const headers: [string, string][] = [["x-forwarded-for", address]];
    for (const header of request.headers) {
      if (
        !passesOn(header[0]) || (authorization !== null && (header[0] === "authorization" || header[0] === "apikey"))
      ) continue;
      headers.push(header);
    }
    if (authorization !== null) headers.push(["authorization", authorization]);
    try {
      const body = most === Infinity || request.body === null ? await bodyOf(request) : await readBody(request, most);
      if (body === null && request.body !== null) {
        return problem(413, "payload_too_large", `A body has at most ${most} bytes here.`, request);
      }
      const answer = await upstream.send({ method: request.method, target, headers, body });
      if (answer.status === 400 && upstream === upstreams.rest) return await mendLostConnection(answer);
      if (answer.status === 503 && Number(answer.headers.get("retry-after") ?? 0) < 1) {
        answer.headers.set("retry-after", "1");
      }
      return answer;
    } catch (error) {
      if (error instanceof UpstreamDown) return unavailable(request);
      throw error;
    }
  }

  return await listen({
    port: ports.gateway,
    handle: (request, message) => handle(request, message.socket.remoteAddress ?? ""),
    upgrade,
    failed: (error) => console.error("gateway:", error),
    hosts,
  });
}

const unavailable = (request: Request) =>
  problem(503, "unavailable", "This part of the stack is starting or being restarted: try again.", request);

const isSocket = ({ path }: Destination & { to: "realtime" }) => path.endsWith("/websocket");

/** The address at Realtime: that of a socket with the token in the query. */
function signed(destination: Destination & { to: "realtime" }, authorization: string): string {
  const { target } = destination;
  if (!isSocket(destination)) return target;
  const token = encodeURIComponent(authorization.slice("Bearer ".length));
  return `${target}${target.includes("?") ? "&" : "?"}apikey=${token}`;
}

/** PostgREST 12 takes a connection that breaks in the middle of a statement for a bad request without code or message. */
async function mendLostConnection(answer: Response): Promise<Response> {
  // It ends the connection of a request with too many headers while it answers.
  const text = await answer.text().catch(() => "");
  if (!text.startsWith('{"code":"",')) return new Response(text, answer);
  const body = {
    code: "PGRST001",
    details: null,
    hint: null,
    message: "The connection to the database was lost: try again.",
  };
  return Response.json(body, { status: 503, headers: { "retry-after": "1" } });
}

/** The body of a request: whole when the client says that it is small enough, else as it comes. */
async function bodyOf(request: Request): Promise<UpstreamRequest["body"]> {
  if (request.body === null) return null;
  const length = request.headers.get("content-length");
  return length !== null && Number(length) <= WHOLE_BYTES ? new Uint8Array(await request.arrayBuffer()) : request.body;
}

import { BODY_LIMIT } from "../../../shared/http/body.ts";
import { type Fault, faultOf, pathAndQuery } from "../fault.ts";
import { answer } from "../http1/answer.ts";
import { type Header, headerOf } from "../http1/head.ts";
import { type Exchange, serve, type Server } from "../http1/server.ts";
import { Upstream } from "../http1/upstream.ts";
import { encode, isLost } from "../http1/wire.ts";
import { BODY_BYTES } from "../realtime/limits.ts";
import type { Ports } from "../ports.ts";
import { allowOrigin, preflight } from "./cors.ts";
import { forward, type Forwarding, tooLarge, unavailable } from "./forward.ts";
import { namedAddress, passesOn } from "./headers.ts";
import { type KeyTokens, needsNoKey, translateKey, translateRealtimeKey } from "./keys.ts";
import type { LivePageFacts } from "./live-page.ts";
import { MAIL_BYTES, mailbox } from "./mailbox.ts";
import { page } from "./pages.ts";
import { problem } from "./problem.ts";
import { type Destination, route } from "./routes.ts";
import { asked, webRequest } from "./web-request.ts";
import { relay } from "./websocket.ts";

export interface GatewayOptions {
  ports: Ports;
  keys: KeyTokens;
  mailFolder: string;
  facts: LivePageFacts;
  /** Names that it answers to beside those of the loopback interface. */
  hosts?: readonly string[];
}

/**
 * Longest body for the data API and for Auth: as much as the functions read. The functions themselves count what they
 * are sent.
 */
const REST_BYTES = BODY_LIMIT;
/** As much of an address as a refusal repeats. */
const SHOWN_BYTES = 200;

const failed = (error: unknown) => console.error("gateway:", error);

/**
 * The one address of the stack: finds the part a request is for, and the role its key stands for. Throws when it cannot
 * listen.
 */
export function startGateway({ ports, keys, mailFolder, facts, hosts = [] }: GatewayOptions): Server {
  const upstreams = {
    auth: new Upstream(ports.auth),
    rest: new Upstream(ports.postgrest),
    functions: new Upstream(ports.functions),
    realtime: new Upstream(ports.realtime),
  };

  async function handle(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    const target = pathAndQuery(request.target);
    const fault = faultOf(request, hosts);
    if (fault !== null) return await answer(exchange, refusal(fault, target));
    const destination = route(target);
    switch (destination.to) {
      case "functions":
        return await forward(exchange, { upstream: upstreams.functions, target: destination.target });
      case "auth":
      case "rest":
        return await guarded(exchange, destination);
      case "realtime":
        return await realtime(exchange, destination);
      case "page":
        return await own(exchange, () => page(destination.name, webRequest(exchange, target, null), facts));
      case "mailbox":
        return await own(exchange, () => mail(exchange, target));
      case "nowhere":
        return await answer(exchange, nowhere(target, request.headers));
    }
  }

  /** What the gateway answers itself. A failure of it is told to nobody but the log. */
  async function own(exchange: Exchange, work: () => Response | Promise<Response>): Promise<void> {
    let response: Response;
    try {
      response = await work();
    } catch (error) {
      if (isLost(error)) throw error;
      failed(error);
      response = new Response(null, { status: 500 });
    }
    await answer(exchange, response);
  }

  async function mail(exchange: Exchange, target: string): Promise<Response> {
    const bytes = await exchange.body.whole(MAIL_BYTES);
    if (bytes !== null) return await mailbox(webRequest(exchange, target, bytes), mailFolder);
    return tooLarge(MAIL_BYTES, asked(target, exchange.request.headers));
  }

  /** Auth and the data API ask for a key and answer browsers of any origin, as behind the platform's gateway. */
  async function guarded(exchange: Exchange, destination: Destination & { to: "auth" | "rest" }): Promise<void> {
    const { method, headers } = exchange.request;
    if (method === "OPTIONS") return await answer(exchange, preflight(headers));
    const open = destination.to === "auth" && needsNoKey(destination.path);
    const key = translateKey(
      keys,
      headerOf(headers, "apikey") ?? destination.apikey,
      headerOf(headers, "authorization"),
      headerOf(headers, "user-agent"),
    );
    if ("refused" in key && !open) return await answer(exchange, keyRefusal(key.refused));
    await forward(exchange, {
      upstream: upstreams[destination.to],
      target: destination.target,
      address: namedAddress(headers, "secret" in key && key.secret),
      authorization: "refused" in key ? null : key.authorization,
      most: REST_BYTES,
      anyOrigin: true,
      isDataApi: destination.to === "rest",
    });
  }

  async function realtime(exchange: Exchange, destination: Destination & { to: "realtime" }): Promise<void> {
    const { method, headers } = exchange.request;
    if (headerOf(headers, "upgrade")?.toLowerCase() === "websocket" && isSocket(destination)) {
      return await socket(exchange, destination);
    }
    if (method === "OPTIONS") return await answer(exchange, preflight(headers));
    const key = realtimeKey(exchange, destination);
    const open = destination.path === "/realtime/v1/api/ping";
    if ("refused" in key && !open) return await answer(exchange, keyRefusal(key.refused));
    const authorization = "refused" in key ? null : key.authorization;
    const forwarding: Forwarding = {
      upstream: upstreams.realtime,
      target: authorization === null ? destination.target : signed(destination, authorization),
      authorization,
      most: BODY_BYTES,
      anyOrigin: true,
    };
    await forward(exchange, forwarding);
  }

  /** A socket is carried on with the token in the query, where Realtime looks for it. */
  async function socket(exchange: Exchange, destination: Destination & { to: "realtime" }): Promise<void> {
    const { request: { headers }, client } = exchange;
    exchange.goesOn = false;
    const key = realtimeKey(exchange, destination);
    if ("refused" in key) return await answer(exchange, Response.json({ message: key.refused }, { status: 401 }));
    const shown = headers.filter(([name]) =>
      name.startsWith("sec-websocket-") || (name.startsWith("x-") && name !== "x-api-key" && passesOn(name))
    );
    shown.push(["x-forwarded-for", client.address]);
    exchange.isSocket = true;
    const carried = await relay(client, ports.realtime, signed(destination, key.authorization), shown);
    if (!carried) await answer(exchange, unavailable(exchange));
  }

  function realtimeKey({ request: { headers } }: Exchange, destination: Destination & { to: "realtime" }) {
    const bearer = isSocket(destination) ? null : headerOf(headers, "authorization");
    const apikey = headerOf(headers, "apikey") ?? destination.apikey;
    return translateRealtimeKey(keys, apikey, bearer, headerOf(headers, "user-agent"));
  }

  return serve({
    port: ports.gateway,
    handle,
    refuse: (client, status) => client.write(encode(unreadable[status])),
    failed,
  });
}

const bare = (line: string) => `HTTP/1.1 ${line}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;
const unreadable = { 400: bare("400 Bad Request"), 431: bare("431 Request Header Fields Too Large") };

const refusal = ({ status, code, detail }: Fault, target: string) =>
  problem(status, code, detail, asked(target.slice(0, SHOWN_BYTES)));

const nowhere = (target: string, headers: readonly Header[]) =>
  problem(404, "not_found", "Nothing is served at this address; / lists what is.", asked(target, headers));

const keyRefusal = (message: string) => allowOrigin(Response.json({ message }, { status: 401 }));

const isSocket = ({ path }: Destination & { to: "realtime" }) => path.endsWith("/websocket");

/** The address at Realtime: that of a socket with the token in the query. */
function signed(destination: Destination & { to: "realtime" }, authorization: string): string {
  const { target } = destination;
  if (!isSocket(destination)) return target;
  const token = encodeURIComponent(authorization.slice("Bearer ".length));
  return `${target}${target.includes("?") ? "&" : "?"}apikey=${token}`;
}

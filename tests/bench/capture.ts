import process from "node:process";
import type { StackState } from "../../supabase/local/stack-state.ts";
import type { Call } from "./client.ts";

type Handler = { fetch(request: Request): Response | Promise<Response> };

/** Headers that the bench sets itself, or that say nothing about the work asked for. */
const NOT_TAKEN = ["authorization", "apikey", "x-request-id", "x-client-info"];

/**
 * Learns which call of the data API a function makes, by running the function in this process with a `fetch` that only
 * listens. So the direct way asks for exactly what the function asks for, also after the function has changed.
 */
export function createCapture(stack: StackState, token: string) {
  Object.assign(process.env, {
    SUPABASE_URL: stack.url,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: stack.publishableKey }),
    JWT_SECRET: stack.jwtSecret,
    LOG_LEVEL: "silent",
  });

  return async function directCall(handler: Handler, call: Call): Promise<Call> {
    const calls: Call[] = [];
    const real = globalThis.fetch;
    globalThis.fetch = async function listen(input, init) {
      const request = new Request(input, init);
      if (!request.url.endsWith("/rpc/lease_rate_limit")) calls.push(await asCall(request));
      return Response.json([]);
    };
    try {
      const body = call.body === undefined ? undefined : JSON.stringify(call.body);
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", ...call.headers };
      const target = call.target.replace(/^\/functions\/v1/, "");
      await handler.fetch(new Request(`${stack.url}${target}`, { method: call.method, headers, body }));
    } finally {
      globalThis.fetch = real;
    }
    const [first] = calls;
    if (first === undefined || calls.length > 1) {
      throw new Error(
        `${call.method} ${call.target} makes ${calls.length} data-API calls: there is nothing to compare it with.`,
      );
    }
    return first;
  };
}

async function asCall(request: Request): Promise<Call> {
  const { pathname, search } = new URL(request.url);
  const headers = Object.fromEntries([...request.headers].filter(([name]) => !NOT_TAKEN.includes(name)));
  const method = request.method === "GET" ? "GET" : "POST";
  if (method === "GET") return { method, target: pathname + search, headers };
  delete headers["content-type"];
  const body: unknown = JSON.parse(await request.text());
  return { method, target: pathname + search, headers, body };
}

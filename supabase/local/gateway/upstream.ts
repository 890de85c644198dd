import { passesBack } from "./headers.ts";

/** One request to a part behind the gateway. */
export interface UpstreamRequest {
  method: string;
  /** Path and query. */
  target: string;
  headers: [string, string][];
  /** Small bodies come whole, large ones as a stream. */
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;
}

/** A part behind the gateway cannot be reached, or broke off before it answered. */
export class UpstreamDown extends Error {}

/** Shorter than the idle time after which any of the parts closes a connection itself (PostgREST: 30 s). */
const IDLE_MS = 5_000;
const MOST_IDLE = 64;
/** Answers up to this size are awaited whole: in one piece they cost the server less than a stream. */
const WHOLE_BYTES = 256 * 1024;

/** Keep-alive connections to one local port. */
export function createUpstream(port: number) {
  const client = Deno.createHttpClient({ poolIdleTimeout: IDLE_MS, poolMaxIdlePerHost: MOST_IDLE });

  return {
    /** Sends a request and resolves with the answer once its head is there. Throws UpstreamDown. */
    async send({ method, target, headers, body }: UpstreamRequest): Promise<Response> {
      const answer = await fetch(`http://127.0.0.1:${port}${target}`, {
        method,
        // Unpacked by `fetch` on the way, a compressed body would no longer be what its headers say.
        headers: [...headers.filter(([name]) => name !== "accept-encoding"), ["accept-encoding", "identity"]],
        body,
        redirect: "manual",
        client,
      }).catch(down);
      const length = answer.headers.get("content-length");
      const whole = length !== null && method !== "HEAD" && Number(length) <= WHOLE_BYTES;
      const kept = [...answer.headers].filter(([name]) => passesBack(name));
      if (!whole) return new Response(answer.body, { status: answer.status, headers: kept });
      const bytes = await wholeBody(answer).catch(down);
      if (bytes !== null) kept.push(["content-length", String(bytes.byteLength)]);
      return new Response(bytes, { status: answer.status, headers: kept });
    },
  };
}

function down(cause: unknown): never {
  throw new UpstreamDown("no answer", { cause });
}

/** Null for the statuses that may not have a body. */
async function wholeBody(answer: Response): Promise<ArrayBuffer | null> {
  const bytes = await answer.arrayBuffer();
  return bytes.byteLength === 0 ? null : bytes;
}

export type Upstream = ReturnType<typeof createUpstream>;

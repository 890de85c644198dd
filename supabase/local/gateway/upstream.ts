import { encodeHead, parseHead, type ResponseHead, type UpstreamRequest } from "./http1.ts";
import { BufferedConnection } from "./connection.ts";
import { bodyOf } from "./http1_body.ts";

/** A part behind the gateway cannot be reached, or broke off before it answered. */
export class UpstreamDown extends Error {}

/** Shorter than the idle time after which any of the parts closes a connection itself (PostgREST: 30 s). */
const IDLE_MS = 5_000;
const MAX_IDLE = 64;
const repeatable = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Keep-alive HTTP/1.1 to one local port. Deno's `fetch` does the same with some 70 microseconds more per request, and
 * unpacks compressed bodies on the way.
 */
export function createUpstream(port: number) {
  const idle: { connection: BufferedConnection; since: number }[] = [];

  function takeIdle(): BufferedConnection | undefined {
    const oldest = Date.now() - IDLE_MS;
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      if (entry.since >= oldest) return entry.connection;
      entry.connection.close();
    }
  }

  function giveBack(connection: BufferedConnection): void {
    if (idle.length >= MAX_IDLE) connection.close();
    else idle.push({ connection, since: Date.now() });
  }

  async function open(): Promise<BufferedConnection> {
    try {
      const socket = await Deno.connect({ hostname: "127.0.0.1", port });
      socket.setNoDelay(true);
      return new BufferedConnection(socket);
    } catch {
      throw new UpstreamDown();
    }
  }

  async function exchange(connection: BufferedConnection, request: UpstreamRequest): Promise<ResponseHead> {
    let sent = false;
    // A part may answer, and hang up, before it has read all of a body it does not want: its answer is what counts.
    connection.write(encodeHead(request, port), request.body, request.length === undefined).then(
      () => sent = true,
      () => undefined,
    );
    for (;;) {
      const head = parseHead(await connection.readHead());
      // 100 Continue and its like announce the real answer.
      if (head.status < 200) continue;
      if (!sent) head.keepAlive = false;
      return head;
    }
  }

  return {
    /** Sends a request and resolves with the answer once its head is there. Throws UpstreamDown. */
    async send(request: UpstreamRequest): Promise<Response> {
      const reused = takeIdle();
      let connection = reused ?? await open();
      let head: ResponseHead;
      try {
        head = await exchange(connection, request);
      } catch {
        connection.close();
        // The part may have closed the idle connection meanwhile; only what changes nothing may be sent twice.
        if (reused === undefined || !repeatable.has(request.method)) throw new UpstreamDown();
        connection = await open();
        try {
          head = await exchange(connection, request);
        } catch {
          connection.close();
          throw new UpstreamDown();
        }
      }
      const body = await bodyOf(connection, head, request.method, giveBack);
      return new Response(body, { status: head.status, headers: head.headers });
    },
  };
}
export type Upstream = ReturnType<typeof createUpstream>;

import { Body } from "./body.ts";
import { headerOf, Malformed, readRequest, type RequestHead } from "./head.ts";
import { encode, isLost, TooLong, Wire } from "./wire.ts";

/** One request, on the connection that its answer goes back on. */
export interface Exchange {
  request: RequestHead;
  body: Body;
  client: Wire;
  /** The body on its way to where it goes; undefined when nobody has taken it. */
  sending?: Promise<void>;
  /** It has become a socket, which ends when its two sides want it. */
  isSocket?: boolean;
  /** Another request may follow on this connection; false once the answer has to end it. */
  goesOn: boolean;
}

export interface ServerOptions {
  port: number;
  /** Writes the answer. What it throws cuts the connection off. */
  handle: (exchange: Exchange) => Promise<void>;
  /** Writes the answer to a head that is too long (431) or cannot be read (400). */
  refuse: (client: Wire, status: 400 | 431) => Promise<void>;
  failed: (error: unknown) => void;
}

export interface Server {
  /** Takes no more requests, and resolves when those under way have been answered. */
  stop(): Promise<void>;
}

const HEAD_BYTES = 64 * 1024;
/** Longer than clients keep an idle connection, so that none is closed as they send on it. */
const IDLE_MS = 120_000;
/** How long a client may take for the head of a request, and for the whole of it. */
const HEAD_MS = 60_000;
const REQUEST_MS = 300_000;
const SWEEP_MS = 5_000;
/** How long a client may go on sending what nobody reads. */
const LINGER_MS = 500;
const STOP_MS = 5_000;

/**
 * Serves HTTP/1.1 on the loopback interface, on plain TCP: a connection that becomes a WebSocket is then carried on as
 * bytes, with the back pressure of both sides, and cut where its client does not read. Deno.serve hands no connection
 * over, and node:http does so at five times the cost. Throws when it cannot listen.
 */
export function serve({ port, handle, refuse, failed }: ServerOptions): Server {
  /** The request that each connection is at; null for one that waits for the next. */
  const clients = new Map<Wire, Exchange | null>();
  let stopping = false;

  async function take(client: Wire): Promise<void> {
    while (!stopping) {
      clients.set(client, null);
      client.deadline = performance.now() + IDLE_MS;
      const text = await client.head(HEAD_BYTES, () => client.deadline = performance.now() + HEAD_MS);
      if (text === null) return;
      client.deadline = performance.now() + REQUEST_MS;
      const request = readRequest(text);
      const body = new Body(client, request.body);
      const exchange: Exchange = { request, body, client, goesOn: !request.last };
      clients.set(client, exchange);
      if (!body.done && headerOf(request.headers, "expect")?.toLowerCase() === "100-continue") {
        await client.write(encode("HTTP/1.1 100 Continue\r\n\r\n"));
      }
      await handle(exchange);
      client.watch(undefined);
      // Closed while the client is still sending, the connection would be cut under it, and it would hear that instead
      // of the answer.
      if (!body.done && !await endsSoon(client, body, exchange.sending) || !exchange.goesOn) return;
    }
  }

  async function connected(client: Wire): Promise<void> {
    try {
      await take(client);
    } catch (error) {
      const status = error instanceof TooLong ? 431 : error instanceof Malformed ? 400 : null;
      if (status !== null) await refuse(client, status).then(() => farewell(client), () => undefined);
      // What a client does that goes away is no failure.
      else if (!client.closed && !isLost(error)) failed(error);
    } finally {
      clients.delete(client);
      client.close();
    }
  }

  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  (async () => {
    for await (const connection of listener) connected(new Wire(connection));
  })().catch((error: unknown) => stopping || failed(error));
  const sweeping = setInterval(() => {
    const now = performance.now();
    for (const client of clients.keys()) if (client.deadline < now) client.close();
  }, SWEEP_MS);

  return {
    async stop() {
      stopping = true;
      listener.close();
      for (const [client, exchange] of clients) if (exchange === null) client.close();
      const deadline = performance.now() + STOP_MS;
      const underWay = () => [...clients.values()].some((exchange) => exchange?.isSocket !== true);
      while (underWay() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
      clearInterval(sweeping);
    },
  };
}

/** Lets the client go on sending what nobody reads; false when it has not come to the end in time. */
async function endsSoon(client: Wire, body: Body, sending?: Promise<void>): Promise<boolean> {
  const timer = setTimeout(() => client.close(), LINGER_MS);
  await sending;
  const ended = await body.discard();
  clearTimeout(timer);
  return ended;
}

async function farewell(client: Wire): Promise<void> {
  await client.closeWrite();
  await endsSoon(client, new Body(client, "until end"));
}

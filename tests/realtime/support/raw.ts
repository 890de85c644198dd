import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { WebSocket } from "ws";
import { z } from "zod";
import { target } from "./target.ts";

/** A frame of the server: its parts for text, its bytes for binary. */
export type Frame = {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: Record<string, unknown>;
  bytes?: Buffer;
};

const fields = z.record(z.string(), z.unknown());
const V2 = z.tuple([z.string().nullable(), z.string().nullable(), z.string(), z.string(), fields]);
const V1 = z.strictObject({ topic: z.string(), event: z.string(), payload: fields, ref: z.string().nullable() });
const PATIENCE_MS = 5_000;

const open = new Set<RawSocket>();

/** Cuts every socket of a test. */
export function cutSockets(): void {
  for (const socket of open) socket.socket.terminate();
  open.clear();
}

type Options = { vsn?: string | null; key?: string | null; headers?: Record<string, string> };

/** The address of a socket, as the client builds it. */
export function socketUrl({ vsn = "2.0.0", key = target().publishableKey }: Options = {}): string {
  const query = new URLSearchParams({ ...(key !== null && { apikey: key }), ...(vsn !== null && { vsn }) });
  return `${target().url.replace(/^http/, "ws")}/realtime/v1/websocket?${query}`;
}

/** A socket that speaks frames, to see and send what no client would. */
export class RawSocket {
  readonly socket: WebSocket;
  readonly received: Frame[] = [];
  readonly version: 1 | 2;
  #refs = 0;

  constructor(socket: WebSocket, version: 1 | 2) {
    this.socket = socket;
    this.version = version;
    socket.on("message", (data: Buffer, isBinary: boolean) => this.received.push(this.#parse(data, isBinary)));
    socket.on("error", () => undefined);
    open.add(this);
  }

  static async open(options: Options = {}): Promise<RawSocket> {
    const socket = new WebSocket(socketUrl(options), { headers: options.headers, perMessageDeflate: false });
    const raw = new RawSocket(socket, options.vsn === undefined || options.vsn?.startsWith("2") === true ? 2 : 1);
    await once(socket, "open");
    return raw;
  }

  #parse(data: Buffer, isBinary: boolean): Frame {
    if (isBinary) return { joinRef: null, ref: null, topic: "", event: "", payload: {}, bytes: data };
    const value: unknown = JSON.parse(data.toString());
    if (this.version === 1) return { joinRef: null, ...V1.parse(value) };
    const [joinRef, ref, topic, event, payload] = V2.parse(value);
    return { joinRef, ref, topic, event, payload };
  }

  /** Sends an event and answers its reference. */
  push(topic: string, event: string, payload: unknown, joinRef: string | null = null): string {
    const ref = String(++this.#refs);
    const message = this.version === 1
      ? { topic, event, payload, ref, join_ref: joinRef }
      : [joinRef, ref, topic, event, payload];
    this.socket.send(JSON.stringify(message));
    return ref;
  }

  /** Joins `realtime:<name>` and answers the reply. */
  async join(name: string, config: Record<string, unknown> = {}, token?: string): Promise<Frame> {
    const joinRef = `j${this.#refs + 1}`;
    const payload = { config, ...(token !== undefined && { access_token: token }) };
    const ref = this.push(`realtime:${name}`, "phx_join", payload, joinRef);
    return await this.reply(ref);
  }

  reply(ref: string): Promise<Frame> {
    return this.next((frame) => frame.event === "phx_reply" && frame.ref === ref);
  }

  event(name: string): Promise<Frame> {
    return this.next((frame) => frame.event === name);
  }

  /** The first frame that fits, of those that came and those to come; each is given once. */
  async next(fits: (frame: Frame) => boolean, ms = PATIENCE_MS): Promise<Frame> {
    const deadline = Date.now() + ms;
    for (;;) {
      const index = this.received.findIndex(fits);
      const [found] = index < 0 ? [] : this.received.splice(index, 1);
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`No such frame came, but ${JSON.stringify(this.received)}`);
      await delay(5);
    }
  }

  /** Resolves with the code once the server has closed the socket. */
  async closed(ms = PATIENCE_MS): Promise<number> {
    if (this.socket.readyState === WebSocket.CLOSED) throw new Error("The socket was closed before");
    const signal = AbortSignal.timeout(ms);
    const [code]: unknown[] = await once(this.socket, "close", { signal });
    return z.number().parse(code);
  }

  /** Whether the server still answers on this socket. */
  async beats(): Promise<void> {
    const reply = await this.reply(this.push("phoenix", "heartbeat", {}));
    if (reply.payload.status !== "ok") throw new Error("The heartbeat was not answered with ok");
  }
}

/** The status and body with which a connection is refused; null when it is accepted. */
export async function refusalOf(options: Options): Promise<{ status: number; body: string } | null> {
  const socket = new WebSocket(socketUrl(options), { headers: options.headers });
  socket.on("error", () => undefined);
  return await new Promise((resolve) => {
    socket.on("open", () => {
      socket.terminate();
      resolve(null);
    });
    socket.on("unexpected-response", (_, response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => body += chunk.toString());
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
}

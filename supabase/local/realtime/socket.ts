import { decodePush, type Fanout } from "./broadcast.ts";
import { Channel, type Line } from "./channel.ts";
import { takeBinaryBroadcast, takeTextBroadcast } from "./channel-broadcast.ts";
import { takePresence } from "./channel-presence.ts";
import { takeToken } from "./channel-token.ts";
import { join, type JoinContext, TOO_MANY_JOINS, welcome } from "./join.ts";
import type { WebSocket } from "ws";
import { Tally } from "./log.ts";
import { Window } from "./rate.ts";
import { decodeText, encodeText, type Message, type Version } from "./serializer.ts";
import { delay, type Services } from "./services.ts";

/** How sockets are closed: 1001 asks the client to come back later, 1008 tells that it did something wrong. */
const CLOSE = { goingAway: 1001, policy: 1008, restart: 1012 } as const;

/** The transport, as far as it is used. */
export type Transport = Pick<WebSocket, "readyState" | "bufferedAmount" | "send" | "close">;

export interface SocketOptions {
  version: Version;
  token: string;
  headers: Record<string, string>;
  onEnd: (socket: Socket) => void;
}

const OPEN = 1;
const MINUTE_MS = 60_000;

/** One client: takes its messages strictly one after the other, and holds its channels. */
export class Socket implements Line {
  readonly headers: Record<string, string>;
  readonly #services: Services;
  readonly #transport: Transport;
  readonly #options: SocketOptions;
  readonly #channels = new Map<string, Channel>();
  #queue: Promise<void> = Promise.resolve();
  readonly #queued = { messages: 0, bytes: 0 };
  readonly #joins: Window;
  readonly #malformedFrames: Window;
  readonly #malformedTally: Tally;
  #heard = Date.now();
  #ended = false;

  constructor(services: Services, transport: Transport, options: SocketOptions) {
    this.#services = services;
    this.#transport = transport;
    this.#options = options;
    this.headers = options.headers;
    this.#joins = new Window(services.limits.joinsPerSocket, MINUTE_MS);
    this.#malformedFrames = new Window(services.limits.malformedPerSocket, MINUTE_MS);
    this.#malformedTally = new Tally("MalformedWebSocketMessage", services.log);
  }

  get channels(): Channel[] {
    return [...this.#channels.values()];
  }

  /** Takes a frame of the client. */
  receive(data: string | ArrayBuffer): void {
    if (this.#ended) return;
    this.#heard = Date.now();
    const { limits, log } = this.#services;
    const size = typeof data === "string" ? data.length : data.byteLength;
    if (this.#queued.messages >= limits.queuedMessages || this.#queued.bytes + size > limits.queuedBytes) {
      return this.end(CLOSE.policy, "too many messages ahead");
    }
    this.#queued.messages++;
    this.#queued.bytes += size;
    // Read no sooner than its turn comes: as objects, messages take many times their size.
    const work = () => this.#take(data, size);
    this.#queue = this.#queue.then(work).catch((error: unknown) => log("message_failed", error)).finally(() => {
      this.#queued.messages--;
      this.#queued.bytes -= size;
    });
  }

  async #take(data: string | ArrayBuffer, size: number): Promise<void> {
    if (this.#ended) return;
    if (typeof data === "string") {
      const message = decodeText(data, this.#options.version);
      return message === null ? this.#malformed() : await this.#handle(message, size);
    }
    const push = this.#options.version === 2 ? decodePush(new Uint8Array(data)) : null;
    if (push === null) return this.#malformed();
    const channel = this.#channels.get(push.topic);
    if (channel === undefined) return this.#unmatched({ ...push, payload: null });
    this.#services.rates.events.add();
    await takeBinaryBroadcast(channel, push);
  }

  #malformed(): void {
    this.#services.rates.events.add();
    this.#malformedTally.add();
    if (!this.#malformedFrames.take()) this.end(CLOSE.policy, "too many malformed frames");
  }

  async #handle(message: Message, size: number): Promise<void> {
    if (message.topic === "phoenix") {
      if (message.event === "heartbeat") this.#reply(message, "ok", {});
      return;
    }
    if (message.event === "phx_join" && message.topic.startsWith("realtime:")) return await this.#join(message);
    const channel = this.#channels.get(message.topic);
    if (channel === undefined) {
      if (message.event === "phx_leave") return this.#reply(message, "ok", {});
      return this.#unmatched(message);
    }
    switch (message.event) {
      case "phx_leave":
        channel.reply(message, "ok");
        return channel.close();
      case "access_token":
        return await takeToken(channel, message.payload);
      case "presence":
        return await takePresence(channel, message);
      case "broadcast":
        this.#services.rates.events.add();
        return await takeTextBroadcast(channel, message, size);
    }
  }

  async #join(message: Message): Promise<void> {
    this.#channels.get(message.topic)?.close();
    const context: JoinContext = {
      services: this.#services,
      line: this,
      version: this.#options.version,
      channels: this.#channels.size,
      token: this.#options.token,
    };
    // Its own rate comes first: what one socket asks for beyond it must not use up what all share.
    const outcome = this.#joins.take() ? await join(context, message) : { refused: TOO_MANY_JOINS };
    if (this.#ended) return;
    if ("refused" in outcome) {
      await delay(this.#services.limits.channelBackOffMs);
      this.#reply(message, "error", { reason: outcome.refused });
      if (outcome.refused === TOO_MANY_JOINS) this.end(CLOSE.goingAway, "disconnect");
      return;
    }
    this.#channels.set(message.topic, outcome.channel);
    welcome(context, outcome, message);
  }

  #unmatched(message: Message): void {
    this.#reply(message, "error", { reason: "unmatched topic" });
  }

  #reply({ joinRef, ref, topic }: Message, status: string, response: Record<string, unknown>): void {
    this.send({ joinRef, ref, topic, event: "phx_reply", payload: { status, response } });
  }

  send(message: Message): void {
    this.sendRaw(encodeText(message, this.#options.version));
  }

  deliver(message: Fanout): void {
    const data = message.encoded(this.#options.version);
    if (data !== null) this.sendRaw(data);
  }

  /** Sends, unless the client has stopped reading: then it is cut off before it costs the others their memory. */
  sendRaw(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#ended || this.#transport.readyState !== OPEN) return;
    if (this.#transport.bufferedAmount > this.#services.limits.unreadBytes) {
      this.#services.log("client_too_slow");
      return this.end(CLOSE.policy, "client reads too slowly");
    }
    this.#transport.send(data);
  }

  forget(channel: Channel): void {
    if (this.#channels.get(channel.topic) === channel) this.#channels.delete(channel.topic);
  }

  /** Ends a socket that has been silent for too long: its client is gone, or as good as. */
  sweep(now: number): void {
    if (now - this.#heard > this.#services.limits.idleMs) this.end(CLOSE.goingAway, "no heartbeat");
  }

  /** Tells the client that this server goes down; it comes back to the next one. */
  restart(): void {
    for (const channel of this.channels) channel.system("ok", "Server requested disconnect");
    this.end(CLOSE.restart, "service restart");
  }

  end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const channel of this.channels) channel.leave();
    this.#malformedTally.flush();
    if (this.#transport.readyState === OPEN) this.#transport.close(code, reason);
    this.#options.onEnd(this);
  }
}

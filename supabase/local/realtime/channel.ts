import { type Extension, mayRead, mayWrite } from "./authorization.ts";
import type { Fanout } from "./broadcast.ts";
import type { Member, RoomName } from "./hub.ts";
import type { JoinRequest } from "./join-payload.ts";
import { Window } from "./rate.ts";
import type { Services } from "./services.ts";
import type { Message } from "./serializer.ts";
import type { Claims } from "./token.ts";
import { textFanout } from "./serializer.ts";

/** The connection a channel is on, as far as channels care. */
export interface Line {
  readonly headers: Record<string, string>;
  send(message: Message): void;
  deliver(message: Fanout): void;
  sendRaw(data: string | Uint8Array<ArrayBuffer>): void;
  forget(channel: Channel): void;
}

/** What policies have said about this channel; a missing entry has not been asked yet. */
interface Grants {
  read: Map<Extension, boolean>;
  write: Map<Extension, boolean>;
}

export type Bearer = { token: string; claims: Claims };

/** One client on one topic, from its join to its end. */
export class Channel implements Member {
  readonly topic: string;
  readonly room: RoomName;
  readonly services: Services;
  readonly line: Line;
  readonly joinRef: string | null;
  readonly request: JoinRequest;
  readonly presenceCalls: Window;
  /** Live messages with these ids were replayed already. */
  readonly replayed = new Set<string>();
  bearer: Bearer;
  presenceEnabled: boolean;
  /** How often anybody's access had changed when the policies were asked last. */
  askedAt: number;
  /** Stops waiting for the bearer's token to expire. */
  unwatch: () => void = () => undefined;
  #grants: Grants = { read: new Map(), write: new Map() };
  #timers = new Set<ReturnType<typeof setTimeout>>();
  #closed = false;

  constructor(
    services: Services,
    line: Line,
    message: Message,
    name: string,
    request: JoinRequest,
    bearer: Bearer,
  ) {
    this.services = services;
    this.line = line;
    this.topic = message.topic;
    this.joinRef = message.joinRef;
    this.room = { name, private: request.private };
    this.request = request;
    this.bearer = bearer;
    this.presenceEnabled = request.presence.enabled;
    this.askedAt = services.access.changes;
    this.presenceCalls = new Window(services.limits.presenceCalls, services.limits.presenceWindowMs);
  }

  get closed(): boolean {
    return this.#closed;
  }

  get hearsBroadcast(): boolean {
    return !this.room.private || this.#grants.read.get("broadcast") === true;
  }

  get hearsPresence(): boolean {
    return !this.room.private || this.#grants.read.get("presence") === true;
  }

  /** Asks which of the extensions may be read, and forgets what was known. Throws when the database cannot be asked. */
  async askRead(extensions: Extension[]): Promise<void> {
    this.askedAt = this.services.access.changes;
    const readable = await this.#readable(extensions);
    this.#grants = { read: new Map(extensions.map((name) => [name, readable.has(name)])), write: new Map() };
  }

  /** Asks about presence alone, where it was not asked when joining. */
  async askReadPresence(): Promise<void> {
    if (!this.room.private || this.#grants.read.has("presence")) return;
    const readable = await this.#readable(["presence"]);
    this.#grants.read.set("presence", readable.has("presence"));
  }

  /** Whether the bearer may send; asked once per token. A database that fails means no. */
  async mayWrite(extension: Extension): Promise<boolean> {
    if (!this.room.private) return true;
    const known = this.#grants.write.get(extension);
    if (known !== undefined) return known;
    try {
      const { pool, maintenance } = this.services;
      const allowed = await maintenance.withPlace(() => mayWrite(pool, this.#asker(), extension));
      this.#grants.write.set(extension, allowed);
      return allowed;
    } catch (error) {
      this.services.log("write_check_failed", error);
      return false;
    }
  }

  #readable(extensions: Extension[]): Promise<Set<Extension>> {
    const { pool, maintenance } = this.services;
    return maintenance.withPlace(() => mayRead(pool, this.#asker(), extensions));
  }

  #asker() {
    return { topic: this.room.name, claims: this.bearer.claims, headers: this.line.headers };
  }

  deliver(message: Fanout): void {
    if (message.id !== undefined && this.replayed.has(message.id)) return;
    this.line.deliver(message);
  }

  push(event: string, payload: Record<string, unknown>): void {
    this.line.send({ joinRef: this.joinRef, ref: null, topic: this.topic, event, payload });
  }

  reply(to: Message, status: "ok" | "error", response: Record<string, unknown> | string = {}): void {
    const payload = { status, response };
    this.line.send({ joinRef: to.joinRef, ref: to.ref, topic: this.topic, event: "phx_reply", payload });
  }

  system(status: "ok" | "error", message: string, extension = "system"): void {
    this.push("system", { extension, status, message, channel: this.room.name });
  }

  /** Runs work later, unless the channel has ended by then or what this answers was called. */
  later(milliseconds: number, work: () => Promise<void> | void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      Promise.resolve(work()).catch((error: unknown) => this.services.log("channel_failed", error));
    }, milliseconds);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  /** Ends the channel for a reason; the client does not join again by itself. */
  fail(message: string): void {
    if (this.#closed) return;
    this.system("error", message);
    this.close();
  }

  /** Ends the channel in a way that makes the client join again: what it missed meanwhile it fetches then. */
  interrupt(reason: string): void {
    if (this.#closed) return;
    this.system("error", reason);
    this.leave();
    this.#farewell("phx_error", { reason });
  }

  close(): void {
    if (this.#closed) return;
    this.leave();
    this.#farewell("phx_close", {});
  }

  /** Ends the channel without a word. */
  leave(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const { hub } = this.services;
    const diff = hub.presence(this.room)?.untrack(this);
    hub.leave(this.room, this);
    this.services.changes.forget(this);
    if (diff) hub.presenceDiff(this.room, textFanout(this.topic, "presence_diff", diff));
    this.line.forget(this);
  }

  #farewell(event: string, payload: Record<string, unknown>): void {
    this.line.send({ joinRef: this.joinRef, ref: this.joinRef, topic: this.topic, event, payload });
  }
}

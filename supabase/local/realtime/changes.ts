import { createHash, randomUUID } from "node:crypto";
import type pg from "pg";
import type { Fanout } from "./broadcast.ts";
import type { Channel } from "./channel.ts";
import { parseWanted } from "./changes-request.ts";
import {
  deleteOthers,
  deleteSubscriptions,
  judge,
  PUBLICATION,
  publishedTables,
  type Subscription,
  writeSubscriptions,
} from "./changes-sql.ts";
import { NO_DATABASE_MESSAGE } from "./database.ts";
import type { Change } from "./pgoutput.ts";
import type { Rate } from "./rate.ts";
import { Replication } from "./replication.ts";
import type { Settings } from "./settings.ts";

const STREAM_PATIENCE_MS = 60_000;
const RETRY_MS = 5_000;

interface Follower {
  subscriptions: Subscription[];
  /** Written one after the other, so that the last claims win. */
  work: Promise<void>;
  subscribed: boolean;
}

export interface ChangesOptions {
  settings: Pick<Settings, "dbUrl" | "slotSuffix">;
  silenceMs: number;
  pool: pg.Pool;
  events: Rate;
  log: (event: string, detail?: unknown) => void;
}

/**
 * `postgres_changes`: the database keeps who has subscribed to which tables, and judges every change. The stream is one of its own, opened for the first
 * subscriber, so that broadcasts never wait for a judgement.
 */
export class Changes {
  readonly #options: ChangesOptions;
  readonly #followers = new Map<Channel, Follower>();
  /** By the key of its subscription, whom to tell, and the id that the client knows it by. */
  readonly #heard = new Map<string, { channel: Channel; id: number }>();
  /** End of the keys of this server, to tell them from those of another on the same database. */
  readonly #ending: string;
  #replication: Replication | null = null;
  #tables = "";
  #gone: string[] = [];
  #sweeping: Promise<void> = Promise.resolve();

  constructor(options: ChangesOptions) {
    this.#options = options;
    this.#ending = createHash("sha256").update(options.settings.slotSuffix).digest("hex").slice(0, 12);
  }

  subscribe(channel: Channel): void {
    if (channel.request.changes.length === 0) return;
    const follower = this.#followers.get(channel) ?? this.#admit(channel);
    if (follower === null) return;
    const { log } = this.#options;
    follower.work = follower.work.then(() => this.#write(channel, follower)).catch((error: unknown) => {
      log("changes_failed", error);
      this.#again(channel);
    });
  }

  #admit(channel: Channel): Follower | null {
    const subscriptions: Subscription[] = [];
    for (const entry of channel.request.changes) {
      const parsed = parseWanted(entry);
      if ("fault" in parsed) {
        channel.system("error", parsed.fault, "postgres_changes");
        return null;
      }
      subscriptions.push({ key: randomUUID().slice(0, -this.#ending.length) + this.#ending, wanted: parsed.wanted });
    }
    const follower = { subscriptions, work: Promise.resolve(), subscribed: false };
    this.#followers.set(channel, follower);
    for (const [index, { key }] of subscriptions.entries()) this.#heard.set(key, { channel, id: index + 1 });
    return follower;
  }

  async #write(channel: Channel, follower: Follower): Promise<void> {
    const { pool } = this.#options;
    this.#replication ??= this.#open();
    const ready = await this.#replication.whenUp(STREAM_PATIENCE_MS);
    if (channel.closed) return;
    if (!ready) return this.#again(channel);
    const refusal = await writeSubscriptions(pool, follower.subscriptions, channel.bearer.claims);
    follower.subscribed = refusal === null;
    if (channel.closed) return this.#discard(follower);
    if (refusal === null) return channel.system("ok", "Subscribed to PostgreSQL", "postgres_changes");
    // What was allowed with the former claims is not with these.
    await deleteSubscriptions(pool, follower.subscriptions.map(({ key }) => key));
    channel.system("error", refusal, "postgres_changes");
  }

  #again(channel: Channel): void {
    if (channel.closed) return;
    channel.system("error", NO_DATABASE_MESSAGE, "postgres_changes");
    channel.later(RETRY_MS, () => this.subscribe(channel));
  }

  #open(): Replication {
    const { settings: { dbUrl, slotSuffix }, silenceMs, pool, log } = this.#options;
    return new Replication({
      dbUrl,
      publication: PUBLICATION,
      slot: `supabase_realtime_replication_slot${slotSuffix === "" ? "" : `_${slotSuffix}`}`,
      silenceMs,
      before: async () => {
        this.#tables = await publishedTables(pool);
      },
      onChange: (change) => this.#heard.size === 0 ? undefined : this.#deliver(change),
      onLost: () => {
        for (const channel of this.#followers.keys()) this.subscribe(channel);
      },
      log,
    });
  }

  async #deliver(change: Change): Promise<void> {
    const { pool, events, log } = this.#options;
    for (const { data, keys } of await judge(pool, change)) {
      if (events.exceeded) return log("UnableToDeliverChange", "too_many");
      const hearing = new Map<Channel, number[]>();
      for (const key of keys) {
        const found = this.#heard.get(key);
        if (found) hearing.set(found.channel, [...hearing.get(found.channel) ?? [], found.id]);
      }
      const messages = new Map<string, Fanout>();
      for (const [channel, ids] of hearing) {
        const head = `${JSON.stringify(channel.topic)} ${ids.sort((one, other) => one - other)}`;
        const message = messages.get(head) ?? changeFanout(channel.topic, ids, data);
        messages.set(head, message);
        channel.deliver(message);
      }
      events.add(hearing.size);
    }
  }

  /** Subscribes everybody again when the publication has other tables than before. */
  async check(): Promise<void> {
    if (this.#followers.size === 0) return;
    const tables = await publishedTables(this.#options.pool);
    if (tables === this.#tables) return;
    this.#tables = tables;
    for (const [channel, { subscribed }] of this.#followers) if (subscribed) this.subscribe(channel);
  }

  forget(channel: Channel): void {
    const follower = this.#followers.get(channel);
    if (follower === undefined) return;
    this.#followers.delete(channel);
    for (const { key } of follower.subscriptions) this.#heard.delete(key);
    this.#discard(follower);
  }

  /** Takes rows away; those of many channels that end at once, together. */
  #discard({ subscriptions }: Follower): void {
    this.#gone.push(...subscriptions.map(({ key }) => key));
    const { pool, log } = this.#options;
    this.#sweeping = this.#sweeping.then(async () => {
      const keys = this.#gone.splice(0);
      if (keys.length > 0) await deleteSubscriptions(pool, keys);
    }).catch((error: unknown) => log("changes_not_forgotten", error));
  }

  /** Takes away the rows that a server which ended without a word has left. */
  async clean(): Promise<void> {
    await deleteOthers(this.#options.pool, this.#ending, [...this.#heard.keys()]);
  }

  async stop(): Promise<void> {
    this.#replication?.stop();
    await this.#sweeping;
  }
}

/** The same change for everybody who knows it by these ids. */
function changeFanout(topic: string, ids: number[], data: string): Fanout {
  const payload = `{"ids":${JSON.stringify(ids)},"data":${data}}`;
  const name = JSON.stringify(topic);
  return {
    encoded: (version) =>
      version === 1
        ? `{"topic":${name},"event":"postgres_changes","payload":${payload},"ref":null}`
        : `[null,null,${name},"postgres_changes",${payload}]`,
  };
}

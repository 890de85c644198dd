import type pg from "pg";
import { userTopic } from "../../../shared/core/realtime-topics.ts";
import { mayRead } from "./authorization.ts";
import type { Channel } from "./channel.ts";
import { askAgain, failForDatabase } from "./channel-token.ts";
import type { Change } from "./pgoutput.ts";

/** What the database tells a person on their own topic when they may do less, or more, than before. */
const EVENT = "access.changed";
/** Channels asked about at a time: an organization that closes has many, and joins want to be answered meanwhile. */
const AT_ONCE = 4;

/**
 * Asks the policies again about the channels of whoever has lost access. The platform asks at a join and for a new token alone, which a client brings that
 * hears the same event; here nobody hears on who does not.
 */
export class Access {
  /** How often anybody's access has changed. A join during which it has is asked about once more. */
  changes = 0;
  readonly #pool: pg.Pool;
  readonly #channels: () => Iterable<Channel>;
  readonly #waiting = new Set<Channel>();
  #asking = 0;

  constructor(pool: pg.Pool, channels: () => Iterable<Channel>) {
    this.#pool = pool;
    this.#channels = channels;
  }

  /** Takes a row of `realtime.messages`, which may tell of a change. */
  async heard({ action, values, transaction }: Change): Promise<void> {
    if (action !== "I" || values.get("event") !== EVENT || values.get("private") !== "t") return;
    // Asked a moment too early, the policies would still see what was.
    await this.#pool.query("select _realtime.await_visible($1)", [transaction.xid]);
    this.changes += 1;
    for (const channel of this.#channels()) {
      if (ownTopic(channel) === values.get("topic")) this.review(channel);
    }
  }

  /** Asks about a channel as soon as it is its turn. */
  review(channel: Channel): void {
    this.#waiting.add(channel);
    if (this.#asking < AT_ONCE) void this.#work();
  }

  async #work(): Promise<void> {
    this.#asking += 1;
    for (const channel of this.#waiting) {
      this.#waiting.delete(channel);
      if (!channel.closed) await ask(channel).catch((error: unknown) => channel.services.log("review_failed", error));
    }
    this.#asking -= 1;
  }
}

const ownTopic = ({ bearer }: Channel) => userTopic(bearer.claims.sub ?? "");

/** A public channel has no policies of its own: it ends for who may not even listen to their own topic, for they may do nothing any more. */
async function ask(channel: Channel): Promise<void> {
  if (channel.room.private) return await askAgain(channel);
  const { services: { pool, maintenance }, bearer: { claims }, line: { headers } } = channel;
  const asker = { topic: ownTopic(channel), claims, headers };
  try {
    const readable = await maintenance.withPlace(() => mayRead(pool, asker, ["broadcast"]));
    if (readable.size > 0) return;
  } catch (error) {
    return failForDatabase(channel, error);
  }
  channel.fail(`You do not have permissions to read from this Channel topic: ${channel.room.name}`);
}

import { Buffer } from "node:buffer";
import { once } from "node:events";
import { Duplex } from "node:stream";
import postgres from "postgres";
import { type Change, PgOutputDecoder } from "./pgoutput.ts";
import { delay } from "./services.ts";

const FIRST_BACK_OFF_MS = 100;
const LONGEST_BACK_OFF_MS = 2_000;
/** How long Postgres has to agree to the end of the stream. */
const FAREWELL_MS = 500;
/** Reports within the silence after which Postgres counts as gone. */
const REPORTS = 9;

const XLOG_DATA = "w".charCodeAt(0);
const KEEPALIVE = "k".charCodeAt(0);
const MICROSECONDS_TO_2000 = BigInt(Date.UTC(2000, 0, 1)) * 1000n;

export interface ReplicationOptions {
  dbUrl: string;
  publication: string;
  slot: string;
  silenceMs: number;
  /** Runs before each stream is opened; when it throws, that is tried again later. */
  before: () => Promise<void>;
  /** The next change waits for the promise, if there is one. */
  onChange: (change: Change) => Promise<void> | void;
  onLost: () => void;
  log: (event: string, detail?: unknown) => void;
}

/** Follows what is committed to the tables of a publication, and connects again by itself for as long as it is not stopped. */
export class Replication {
  readonly #options: ReplicationOptions;
  readonly #waiting = new Set<() => void>();
  #stopped = false;
  #end: (() => void) | null = null;
  up = false;

  constructor(options: ReplicationOptions) {
    this.#options = options;
    this.#run();
  }

  /** Resolves true once the stream is up, false when that takes too long. */
  whenUp(milliseconds: number): Promise<boolean> {
    if (this.up) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (value: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(succeed);
        resolve(value);
      };
      const succeed = () => settle(true);
      const timer = setTimeout(() => settle(false), milliseconds);
      this.#waiting.add(succeed);
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#end?.();
  }

  async #run(): Promise<void> {
    let backOff = FIRST_BACK_OFF_MS;
    while (!this.#stopped) {
      try {
        await this.#options.before();
        await this.#stream();
      } catch (error) {
        this.#options.log("replication_failed", error);
      }
      if (this.up) {
        this.up = false;
        backOff = FIRST_BACK_OFF_MS;
        this.#options.onLost();
      }
      if (this.#stopped) return;
      await delay(backOff);
      backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_MS);
    }
  }

  /** Opens the stream and resolves when it has ended. */
  async #stream(): Promise<void> {
    const { publication, slot, silenceMs } = this.#options;
    const ended = Promise.withResolvers<void>();
    const sql = postgres(this.#options.dbUrl, {
      max: 1,
      fetch_types: false,
      idle_timeout: 0,
      max_lifetime: null,
      connect_timeout: 5,
      onnotice: () => undefined,
      onclose: () => ended.resolve(),
      connection: { application_name: "realtime_replication_connection", replication: "database" },
    });
    let timer: ReturnType<typeof setInterval> | undefined;
    try {
      // The slot goes with the connection. Replication commands are understood in upper case alone.
      await sql.unsafe(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`);
      const stream = await sql.unsafe(
        `START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names '${publication}')`,
      ).writable();
      if (!(stream instanceof Duplex)) throw new TypeError("The replication stream cannot be read");
      const decoder = new PgOutputDecoder();
      let position = 0n;
      let heard = Date.now();
      const report = (wantsAnswer: boolean) => stream.write(standbyStatus(position, wantsAnswer));
      stream.on("data", (chunk: Buffer) => {
        heard = Date.now();
        if (chunk[0] === KEEPALIVE) {
          position = max(position, chunk.readBigUInt64BE(1));
          if (chunk[17] === 1) report(false);
        } else if (chunk[0] === XLOG_DATA) {
          position = max(position, chunk.readBigUInt64BE(1));
          const work = this.#receive(decoder, chunk.subarray(25));
          if (work === null) return;
          stream.pause();
          void work.finally(() => {
            heard = Date.now();
            stream.resume();
          });
        }
      });
      stream.on("error", () => ended.resolve());
      stream.on("close", () => ended.resolve());
      this.#end = () => ended.resolve();
      // Postgres has nothing to say of its own to one who reports: an idle database is told from a lost one by its answers.
      timer = setInterval(
        () => Date.now() - heard > silenceMs ? ended.resolve() : report(true),
        silenceMs / REPORTS,
      );
      this.up = true;
      this.#options.log("replication_up");
      for (const waiting of [...this.#waiting]) waiting();
      await ended.promise;
      if (this.#stopped) {
        stream.end();
        await Promise.race([once(stream, "close"), delay(FAREWELL_MS)]);
      }
    } finally {
      clearInterval(timer);
      this.#end = null;
      sql.end({ timeout: 0 }).catch(() => undefined);
    }
  }

  /** One message that cannot be delivered must not end the stream for all. */
  #receive(decoder: PgOutputDecoder, message: Buffer): Promise<void> | null {
    const lost = (error: unknown) => this.#options.log("message_lost", error);
    try {
      const change = decoder.decode(message);
      return change && (this.#options.onChange(change)?.catch(lost) ?? null);
    } catch (error) {
      lost(error);
      return null;
    }
  }
}

/** Tells Postgres how far we are: it then may drop what lies before. */
function standbyStatus(position: bigint, wantsAnswer: boolean): Buffer {
  const status = Buffer.alloc(34);
  status.write("r");
  for (const at of [1, 9, 17]) status.writeBigUInt64BE(position, at);
  status.writeBigInt64BE(BigInt(Date.now()) * 1000n - MICROSECONDS_TO_2000, 25);
  status.writeUInt8(wantsAnswer ? 1 : 0, 33);
  return status;
}

const max = (one: bigint, other: bigint) => one > other ? one : other;

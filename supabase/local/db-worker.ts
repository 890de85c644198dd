/** A worker beside the database: keeps one connection, listens on a channel, comes back by itself after an outage. */

import pg from "pg";
import { messageOf } from "./errors.ts";

/** Writes one line of the stack's log. */
export type Log = (message: string) => void;

/** What a started worker gives back. `stop` resolves once it holds no connection any more. */
export interface Worker {
  stop(): Promise<void>;
}

interface WorkerOptions {
  dbUrl: string;
  log: Log;
  name: string;
  channel: string;
  /** Called on a fresh connection; false means that there is nothing to do yet: asked again after `idleMs`. */
  onConnect(client: pg.Client): Promise<boolean>;
  /**
   * Called one after the other: after connecting, on a notification, and every `everyMs`, reckoned from the epoch.
   * `changed` is true for the first two.
   */
  onWake(client: pg.Client, changed: boolean): Promise<void>;
  everyMs: number;
}

const IDLE_MS = 2_000;
const RECONNECT_MS = 1_000;
const CONNECT_MS = 5_000;

/** Starts the worker. It never throws later: what goes wrong is logged once per outage and tried again. */
export function startWorker(options: WorkerOptions): Worker {
  let stopped = false;
  let client: pg.Client | undefined;
  let wake = () => {};
  let complained = false;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function session(): Promise<void> {
    const connection = new pg.Client({
      connectionString: options.dbUrl,
      application_name: options.name,
      connectionTimeoutMillis: CONNECT_MS,
    });
    let notified = true;
    let lost: Error | undefined;
    connection.on("error", (error) => {
      lost = error;
      wake();
    });
    connection.on("end", () => {
      lost ??= new Error("the connection ended");
      wake();
    });
    connection.on("notification", () => {
      notified = true;
      wake();
    });
    try {
      await connection.connect();
      // Not before: ending a client while it connects leaves its connect() pending for ever.
      client = connection;
      while (!stopped && !lost && !(await options.onConnect(connection))) await pause(IDLE_MS);
      await connection.query(`listen ${options.channel}`);
      complained = false;
      while (!stopped && !lost) {
        const changed = notified;
        notified = false;
        await options.onWake(connection, changed);
        if (!stopped && !lost && !notified) await pause(options.everyMs - Date.now() % options.everyMs);
      }
      if (lost && !stopped) throw lost;
    } finally {
      await connection.end().catch(() => undefined);
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        await session();
      } catch (error) {
        if (stopped) break;
        if (!complained) options.log(`${options.name}: ${messageOf(error)}; trying again`);
        complained = true;
        await pause(RECONNECT_MS);
      }
    }
  }

  const finished = run();
  return {
    async stop() {
      stopped = true;
      wake();
      await client?.end().catch(() => undefined);
      await finished;
    },
  };
}

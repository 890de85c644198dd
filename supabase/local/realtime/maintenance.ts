import type pg from "pg";
import { sqlState } from "./database.ts";

const LOOK_MS = 20_000;
const HOUR_MS = 3_600_000;
const MISSING_PARTITION = "23514";

/** Sees to it that `realtime.messages` has a place for today, also on a machine that has slept for days: its timers sleep too, its clock does not. */
export class Maintenance {
  readonly #run: () => Promise<unknown>;
  readonly #clock: () => number;
  #done = 0;

  constructor(run: () => Promise<unknown>, clock: () => number = Date.now) {
    this.#run = run;
    this.#clock = clock;
  }

  async now(): Promise<void> {
    const begun = this.#clock();
    await this.#run();
    this.#done = begun;
  }

  /** Does what is due: once an hour, and as soon as the last time is that long ago by the clock on the wall. */
  async whenDue(): Promise<void> {
    if (this.#clock() - this.#done >= HOUR_MS) await this.now();
  }

  /** Does what is due from now on. Answers how to stop. */
  start(failed: (error: unknown) => void): () => void {
    const timer = setInterval(() => this.whenDue().catch(failed), LOOK_MS);
    return () => clearInterval(timer);
  }

  /** Asks the database something, once more where there was no place for today's messages. */
  async withPlace<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (sqlState(error) !== MISSING_PARTITION) throw error;
      await this.now();
      return await ask();
    }
  }
}

export const maintenanceOf = (pool: pg.Pool) =>
  new Maintenance(() => pool.query("select _realtime.maintain_messages()"));

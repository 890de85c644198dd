import { summarize } from "../../../shared/core/log.ts";

/** One JSON line. Topics, payloads and messages of errors stay out: they may speak of people. */
export function log(event: string, detail?: unknown): void {
  const line = { time: new Date().toISOString(), event };
  if (detail instanceof Error) console.error(JSON.stringify({ ...line, error: summarize(detail) }));
  else console.log(JSON.stringify({ ...line, ...(detail !== undefined && { detail }) }));
}

const TALLY_MS = 1_000;

/** What may happen often is logged at most once per second, with how often it did. */
export class Tally {
  readonly #event: string;
  readonly #log: typeof log;
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(event: string, write: typeof log) {
    this.#event = event;
    this.#log = write;
  }

  add(): void {
    this.#count++;
    this.#timer ??= setTimeout(() => this.flush(), TALLY_MS);
  }

  /** Logs what has been counted so far. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#count > 0) this.#log(this.#event, { count: this.#count });
    this.#count = 0;
  }
}

const BUCKET_MS = 5_000;
const BUCKETS = 12;

/** Counts what happens in buckets of five seconds and compares the average per second of the last minute with a limit. */
export class Rate {
  readonly #perSecond: number;
  readonly #clock: () => number;
  readonly #buckets = new Array<number>(BUCKETS).fill(0);
  #current = 0;
  #sum = 0;

  constructor(perSecond: number, clock: () => number = Date.now) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#current = Math.floor(clock() / BUCKET_MS);
  }

  add(count = 1): void {
    this.#advance();
    const index = this.#current % BUCKETS;
    this.#buckets[index] = (this.#buckets[index] ?? 0) + count;
    this.#sum += count;
  }

  /** Average per second. */
  get average(): number {
    this.#advance();
    return this.#sum / (BUCKETS * BUCKET_MS / 1000);
  }

  get limit(): number {
    return this.#perSecond;
  }

  get exceeded(): boolean {
    return this.average > this.#perSecond;
  }

  #advance(): void {
    const now = Math.floor(this.#clock() / BUCKET_MS);
    const steps = Math.min(now - this.#current, BUCKETS);
    for (let step = 1; step <= steps; step++) {
      const index = (this.#current + step) % BUCKETS;
      this.#sum -= this.#buckets[index] ?? 0;
      this.#buckets[index] = 0;
    }
    this.#current = now;
  }
}

/** At most so many calls within a sliding window. */
export class Window {
  readonly #calls: number;
  readonly #ms: number;
  readonly #clock: () => number;
  #times: number[] = [];

  constructor(calls: number, ms: number, clock: () => number = Date.now) {
    this.#calls = calls;
    this.#ms = ms;
    this.#clock = clock;
  }

  /** Whether one more call is allowed; counts it when it is. */
  take(): boolean {
    const now = this.#clock();
    this.#times = this.#times.filter((time) => time > now - this.#ms);
    if (this.#times.length >= this.#calls) return false;
    this.#times.push(now);
    return true;
  }
}

import { type Answer, type Call, Connection } from "./client.ts";
import type { CpuMeter, CpuTimes } from "./cpu.ts";
import { summarize, type Summary } from "./stats.ts";

/** The two ways to the same data: through the function, and straight through the data API (or Auth). */
export type Way = "function" | "direct";

/** A pair of equal questions, one for each way. Each call makes the next one. */
export type Pair = Record<Way, () => Call>;

/** `cpu` is processor time per request and process, in microseconds. */
export type Measured = Summary & { cpu: CpuTimes };

export type Rounds = { ms: number; rounds: number };

/** One kind of call that is measured, on connections of its own or shared. */
export type Track = { load: Load; meter: CpuMeter; next: () => Call };

/** Keep-alive connections to the gateway that measured calls share. */
export class Load {
  readonly #open: () => Promise<Connection>;
  #connections: Connection[];

  private constructor(open: () => Promise<Connection>, connections: Connection[]) {
    this.#open = open;
    this.#connections = connections;
  }

  static async open(port: number, headers: Record<string, string>, concurrency: number): Promise<Load> {
    const open = () => Connection.open(port, headers);
    return new Load(open, await Promise.all(Array.from({ length: concurrency }, open)));
  }

  /** Opens again what the gateway has closed while something else was measured. */
  async #renew(): Promise<void> {
    this.#connections = await Promise.all(
      this.#connections.map((connection) => connection.closed ? this.#open() : connection),
    );
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** Both ways in turn; see `interleave`. */
  async alternate(pair: Pair, rounds: Rounds, meter: CpuMeter): Promise<Record<Way, Measured>> {
    const track = (way: Way): Track => ({ load: this, meter, next: pair[way] });
    const [through, direct] = await interleave([track("function"), track("direct")], rounds);
    if (through === undefined || direct === undefined) throw new Error("Nothing was measured.");
    return { function: through, direct };
  }

  /** Keeps every connection busy for `ms`, then lets what is under way end. */
  async round(next: () => Call, ms: number): Promise<{ latencies: number[]; elapsed: number }> {
    await this.#renew();
    const latencies: number[] = [];
    const startedAt = performance.now();
    const end = startedAt + ms;
    const keepBusy = async (connection: Connection) => {
      for (let sentAt = performance.now(); sentAt < end;) {
        const call = next();
        assertSuccess(call, await connection.send(call));
        const now = performance.now();
        latencies.push(now - sentAt);
        sentAt = now;
      }
    };
    await Promise.all(this.#connections.map(keepBusy));
    return { latencies, elapsed: performance.now() - startedAt };
  }

  /** One call on the first connection; its answer, and how long it took in milliseconds. */
  async once(call: Call): Promise<{ answer: Answer; ms: number }> {
    await this.#renew();
    const [connection] = this.#connections;
    if (connection === undefined) throw new Error("There is no connection.");
    const sentAt = performance.now();
    const answer = await connection.send(call);
    const ms = performance.now() - sentAt;
    assertSuccess(call, answer);
    return { answer, ms };
  }
}

/**
 * All by turns in short rounds, so that a disturbance from outside meets all. A first round of each warms its
 * connections up and does not count.
 */
export async function interleave(tracks: readonly Track[], { ms, rounds }: Rounds): Promise<Measured[]> {
  const seen = tracks.map((track): Seen => ({ track, latencies: [], elapsed: 0, cpu: {} }));
  for (const { load, next } of tracks) await load.round(next, Math.max(ms, WARMING_MS));
  for (let turn = 0; turn < rounds; turn++) {
    for (const one of turn % 2 === 0 ? seen : seen.toReversed()) {
      const { load, meter, next } = one.track;
      const before = meter.read();
      const { latencies, elapsed } = await load.round(next, ms);
      for (const [part, time] of Object.entries(meter.since(before))) one.cpu[part] = (one.cpu[part] ?? 0) + time;
      for (const latency of latencies) one.latencies.push(latency);
      one.elapsed += elapsed;
    }
  }
  return seen.map(({ latencies, elapsed, cpu }) => {
    const perRequest = Object.entries(cpu).map(([part, time]) => [part, Math.round(time / latencies.length)]);
    return { ...summarize(latencies, elapsed), cpu: Object.fromEntries(perRequest) };
  });
}

type Seen = { track: Track; latencies: number[]; elapsed: number; cpu: CpuTimes };

/** Each connection of the data API makes its plans in its first calls. */
const WARMING_MS = 1200;

/** A refusal would be fast and mean nothing, so the bench ends at the first. */
function assertSuccess({ method, target }: Call, { status, body }: Answer): void {
  if (status >= 200 && status < 300) return;
  throw new Error(`${method} ${target} was answered ${status}: ${body.toString("utf8", 0, 500)}`);
}

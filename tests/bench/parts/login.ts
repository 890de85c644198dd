import { type Bench, openStranger, signIn } from "../bench.ts";
import type { Call } from "../client.ts";
import type { Load, Pair } from "../load.ts";
import { atMost, below, type Outcome } from "../part.ts";
import { median, quantile } from "../stats.ts";
import { ms } from "../table.ts";

/**
 * Signing in one at a time, through the function and straight at Auth: p50 of each, and of what the function adds
 * within a pair.
 */
type Alone = { function: number; direct: number; added: number };
/** Sign-ins per second with many at once. */
type AtOnce = { connections: number; function: number; direct: number };
/** p99 of one reader who asks again as soon as it is answered, at rest and during a flood of sign-ins. */
type Flood = { idle: number; flooded: number; times: number; signIns: number };

const MOST_ADDED_MS = 10;
const MOST_FLOOD = 5;

/** Signing in, one at a time and many at once, and reading beside it. Times in milliseconds. */
export async function login({ options, largest }: Bench): Promise<Outcome> {
  const pair = signIn(largest.stack);
  const one = await openStranger(largest.stack, 1);
  const alone = await measureAlone(one, pair, options.logins);
  one.close();
  const many = await openStranger(largest.stack, options.flood);
  const time = options.roundMs * 2;
  const reader = await largest.open(1);
  const { flood, perSecond } = await measureFlood(reader, many, largest.calls.read.function, pair.function, time);
  reader.close();
  const direct = await many.round(pair.direct, time);
  many.close();
  const atOnce: AtOnce = {
    connections: options.flood,
    function: perSecond,
    direct: direct.latencies.length / direct.elapsed * 1000,
  };
  return {
    result: { alone, atOnce, flood },
    text: [
      `Sign-in, one at a time, p50: function ${ms(alone.function)} ms, Auth directly ${ms(alone.direct)} ms, added ` +
      `${ms(alone.added)} ms`,
      `Sign-in, ${atOnce.connections} at once: function ${ms(atOnce.function)} per second, Auth directly ` +
      `${ms(atOnce.direct)} per second`,
      `Read during ${flood.signIns} sign-ins, p99: ${ms(flood.flooded)} ms, at rest ${ms(flood.idle)} ms, ` +
      `${flood.times.toFixed(1)}x`,
    ].join("\n"),
    targets: [
      below("sign-in: added to Auth's own p50", alone.added, MOST_ADDED_MS, " ms"),
      atMost("flood of sign-ins: p99 of read over that at rest", flood.times, MOST_FLOOD, "x"),
    ],
  };
}

/** One after the other and in turn: the difference is small against the hashing that both do. */
async function measureAlone(load: Load, pair: Pair, count: number): Promise<Alone> {
  const times: Alone[] = [];
  for (let i = -2; i < count; i++) {
    const direct = (await load.once(pair.direct())).ms;
    const through = (await load.once(pair.function())).ms;
    if (i >= 0) times.push({ function: through, direct, added: through - direct });
  }
  return {
    function: median(times.map((one) => one.function)),
    direct: median(times.map((one) => one.direct)),
    added: median(times.map((one) => one.added)),
  };
}

/** `reader` has one connection, `many` as many as there are sign-ins at once. */
async function measureFlood(
  reader: Load,
  many: Load,
  read: () => Call,
  login: () => Call,
  time: number,
): Promise<{ flood: Flood; perSecond: number }> {
  const p99 = async () => quantile((await reader.round(read, time)).latencies.toSorted((a, b) => a - b), 0.99);
  const idle = await p99();
  const [flooded, { latencies, elapsed }] = await Promise.all([p99(), many.round(login, time)]);
  const signIns = latencies.length;
  return { flood: { idle, flooded, times: flooded / idle, signIns }, perSecond: signIns / elapsed * 1000 };
}

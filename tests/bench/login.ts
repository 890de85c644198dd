import type { Call } from "./client.ts";
import type { Load, Pair } from "./load.ts";
import { median, quantile } from "./stats.ts";

/** Signing in through the function and straight at Auth: p50 of each, and p50 of the difference within a pair. Times in milliseconds. */
export type LoginResult = { function: number; direct: number; added: number };

/** Reading at rest and during a flood of sign-ins: p99 in milliseconds of one reader who asks again as soon as it is answered. */
export type FloodResult = { idle: number; flooded: number; times: number; signIns: number };

export function loginPair(email: string, password: string): Pair {
  const body = { email, password };
  return {
    function: () => ({ method: "POST", target: "/functions/v1/auth/login", body }),
    direct: () => ({ method: "POST", target: "/auth/v1/token?grant_type=password", body }),
  };
}

/** One after the other and in turn: the difference is small against the hashing that both do. */
export async function measureLogin(load: Load, pair: Pair, count: number): Promise<LoginResult> {
  const times: LoginResult[] = [];
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

/** `reader` has one connection, `flood` as many as there are sign-ins at once. */
export async function measureFlood(
  reader: Load,
  flood: Load,
  read: () => Call,
  login: () => Call,
  ms: number,
): Promise<FloodResult> {
  const p99 = async () => quantile((await reader.round(read, ms)).latencies.toSorted((a, b) => a - b), 0.99);
  const idle = await p99();
  const signingIn = flood.round(login, ms);
  const [flooded, { latencies }] = await Promise.all([p99(), signingIn]);
  return { idle, flooded, times: flooded / idle, signIns: latencies.length };
}

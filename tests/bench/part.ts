import type { Bench } from "./bench.ts";

/** A part of the bench: what it measured, the same as text for people, and held against what the project promises. */
export type Part = (bench: Bench) => Promise<Outcome>;
export type Outcome = { result: unknown; text: string; targets: Target[] };

/**
 * A promise. One that `holds` the bench fails when it is missed: it counts, or is processor time beside the yardstick
 * of the same run, so that a slow or busy machine does not miss it. Times of the clock are reported alone. `held` is
 * what fails the bench instead, where noise passes too or a budget is not reached yet.
 */
export type Target = { name: string; wanted: string; got: string; met: boolean; holds?: boolean; held?: Target };

export const atMost = (name: string, got: number, wanted: number, unit = ""): Target => ({
  name,
  wanted: `at most ${short(wanted)}${unit}`,
  got: `${short(got)}${unit}`,
  met: got <= wanted,
});

export const below = (name: string, got: number, wanted: number, unit = ""): Target => ({
  ...atMost(name, got, wanted, unit),
  wanted: `less than ${short(wanted)}${unit}`,
  met: got < wanted,
});

export const atLeast = (name: string, got: number, wanted: number, unit = ""): Target => ({
  ...atMost(name, got, wanted, unit),
  wanted: `at least ${short(wanted)}${unit}`,
  met: got >= wanted,
});

export const holding = (target: Target): Target => ({ ...target, holds: true });

const short = (value: number): string => String(Number(value.toFixed(2)));

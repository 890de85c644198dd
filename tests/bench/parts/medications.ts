import type { Bench } from "../bench.ts";
import type { Outcome } from "../part.ts";
import { checks } from "./medications/checks.ts";
import { imports } from "./medications/imports.ts";
import { searches } from "./medications/search.ts";

/** What is measured of medicines, each by itself and in this order. */
const MEASURES = { searches, checks, imports };

export async function medications(bench: Bench): Promise<Outcome> {
  const outcomes: [string, Outcome][] = [];
  for (const [name, measure] of Object.entries(MEASURES)) outcomes.push([name, await measure(bench)]);
  return {
    result: Object.fromEntries(outcomes.map(([name, { result }]) => [name, result])),
    text: outcomes.map(([, { text }]) => text).join("\n"),
    targets: outcomes.flatMap(([, { targets }]) => targets),
  };
}

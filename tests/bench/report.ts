import type { PartName } from "./options.ts";
import type { Outcome, Target } from "./part.ts";
import { table } from "./table.ts";

export type Report = Partial<Record<PartName, Outcome>>;

const targetsOf = (report: Report): Target[] => Object.values(report).flatMap(({ targets }) => targets);

/** Promises that fail the bench when they are missed. */
export function faults(report: Report): string[] {
  return targetsOf(report).filter(({ holds }) => holds === true)
    .map((target) => target.held ?? target)
    .filter(({ met }) => !met)
    .map(({ name, got, wanted }) => `${name} is ${got}, and has to be ${wanted}`);
}

/** Everything as text for people. */
export function asText(report: Report): string {
  const targets = targetsOf(report);
  const lines = targets.map((target) => [verdict(target), target.name, target.got, target.wanted]);
  return [
    ...Object.values(report).map(({ text }) => text),
    `Targets: ${targets.filter(({ met }) => met).length} of ${targets.length} met\n\n${table(lines)}`,
    "",
  ].join("\n\n");
}

function verdict({ met, held }: Target): string {
  if (met) return "✓ met";
  if (held === undefined) return "✗ missed";
  return `${held.met ? "○ budget missed, held at" : "✗ budget missed, not held at"} ${
    held.wanted.replace("at most ", "")
  }`;
}

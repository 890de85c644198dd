import type { PartName } from "./options.ts";
import type { Outcome, Target } from "./part.ts";
import { table } from "./table.ts";

export type Report = Partial<Record<PartName, Outcome>>;

const targetsOf = (report: Report): Target[] => Object.values(report).flatMap(({ targets }) => targets);

/** Promises that fail the bench when they are missed. */
export function faults(report: Report): string[] {
  return targetsOf(report).filter(({ holds, met }) => holds === true && !met)
    .map(({ name, got, wanted }) => `${name} is ${got}, and has to be ${wanted}`);
}

/** Everything as text for people. */
export function asText(report: Report): string {
  const targets = targetsOf(report);
  const lines = targets.map(({ name, wanted, got, met }) => [met ? "✓ met" : "✗ missed", name, got, wanted]);
  return [
    ...Object.values(report).map(({ text }) => text),
    `Targets: ${targets.filter(({ met }) => met).length} of ${targets.length} met\n\n${table(lines)}`,
    "",
  ].join("\n\n");
}

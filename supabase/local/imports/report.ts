import type { ImportRejected } from "./api.ts";
import type { ImportOutcome } from "./import-file.ts";

/** What an import did, for people. */
export function outcomeText({ source, lines, report, repeated, unfinished }: ImportOutcome): string {
  if (report === null) return `Nothing to do: this is the newest file of the source "${source}".`;
  const rows = Object.entries(report.counts).sort(([a], [b]) => a.localeCompare(b));
  const table = [
    ["", "added", "changed", "unchanged", "ended"],
    ...rows.map(([section, n]) => [section, ...[n.added, n.changed, n.unchanged, n.ended].map(number)]),
  ];
  const { substances, products, most } = report.unmapped;
  return [
    `${number(lines)} lines of the source "${source}"`,
    ...table.map(([section = "", ...cells]) =>
      `  ${section.padEnd(26)}${cells.map((cell) => cell.padStart(11)).join("")}`
    ),
    ...(repeated > 0 ? [`${number(repeated)} products stand in the file twice; the first counts.`] : []),
    ...(unfinished > 0 ? [`${number(unfinished)} products are no finished ones and were left out.`] : []),
    ...(substances > 0
      ? [
        `${number(substances)} substances of ${number(products)} active products lead to no ingredient; no check of ` +
        `these products can be complete. Most of them: ${
          most.slice(0, 10).map((one) => `${one.substance} (${number(one.products)})`).join(", ")
        }.`,
      ]
      : []),
    {
      imported: `Imported. The knowledge is at version ${report.knowledge_version}.`,
      unchanged: "Nothing to change.",
      dry_run: "A dry run: nothing was imported.",
    }[report.status],
  ].join("\n");
}

/** Why a file was refused, line by line. */
export function rejectionText({ rejected, faults }: ImportRejected): string {
  const lines = new Set(faults.map(({ place }) => place)).size;
  return [
    ...faults.map(({ place, pointer, message }) => `  ${place}${pointer === "" ? "" : ` ${pointer}`}: ${message}`),
    ...(lines < rejected ? [`  … and ${number(rejected - lines)} more lines`] : []),
    `${number(rejected)} ${rejected === 1 ? "line is" : "lines are"} at fault. Nothing was imported.`,
  ].join("\n");
}

const number = (value: number) => value.toLocaleString("en-US");

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { filesBelow, read } from "../../contract/project.ts";
import { sql } from "../../support/database.ts";
import { stackInfo } from "../../support/stack.ts";

const run = promisify(execFile);

/** The shell commands under a heading of the README, in their order. */
function commandsUnder(heading: string): string[] {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const section = readme.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
}

/** Runs commands as one script against the stack of the tests and answers what each printed. */
async function runAll(commands: string[]): Promise<string[]> {
  const mark = "----- next command -----";
  const script = commands.join(`\necho; echo '${mark}'\n`).replaceAll("http://127.0.0.1:54321", stackInfo().url);
  const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script]);
  return stdout.split(mark);
}

test("the first calls of the README work as written", async () => {
  const printed = await runAll(commandsUnder("First calls"));
  expect(printed).toHaveLength(6);
  const [, me, patients, , changes, bookings] = printed;
  expect(me).toContain('"email":"doctor@demo.health"');
  expect(patients).toContain('"family_name":"Müller"');
  expect(changes).toMatch(/^etag: W\/"1"/im);
  expect(changes).toContain('"city":"Potsdam"');
  expect(changes).toContain('"code":"stale_version"');
  expect(bookings).toContain('"status":"booked"');
  expect(bookings).toMatch(/"code":"(slot_taken|patient_busy)"/);
  expect(bookings).toMatch(/"alternatives":\[\{/);
});

test("the database can plan every SQL statement of the documentation", async () => {
  const pages = ["README.md", ...filesBelow("supabase", ".md"), ...filesBelow("functions", ".md")];
  const blocks = pages.flatMap((page) => [...read(page).matchAll(/^ *```sql\n([\s\S]*?)^ *```$/gm)]);
  const statements = blocks.flatMap(([, block = ""]) => block.split(";")).filter((statement) =>
    statement.trim() !== ""
  );
  expect(statements.length).toBeGreaterThan(3);
  for (const statement of statements) await expect(sql().query(`explain ${statement}`)).resolves.toBeDefined();
});

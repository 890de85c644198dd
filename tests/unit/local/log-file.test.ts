import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openLog } from "../../../supabase/local/log-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "log-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function* lines(count: number, text: string) {
  for (let n = 0; n < count; n++) yield await Promise.resolve(new TextEncoder().encode(`${text}${n}\n`));
}

it("A log that grows is kept once more, and no further, while its part runs", async () => {
  const path = join(folder, "part.log");
  const log = openLog(path, 100);
  await log.take(lines(1000, "line "));
  log.close();
  expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThan(250);
  expect(readFileSync(path, "utf8")).toMatch(/line 999\n$/);
});

it("A log that had grown before is moved aside with the first line", async () => {
  const path = join(folder, "part.log");
  for (const text of ["old ", "new "]) {
    const log = openLog(path, 100);
    await log.take(lines(text === "old " ? 16 : 1, text));
    log.close();
  }
  expect(readFileSync(path, "utf8")).toBe("new 0\n");
  expect(readFileSync(`${path}.1`, "utf8")).toContain("old 15\n");
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openLog } from "../../../supabase/local/log-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "log-"));
  path = join(folder, "part.log");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A part that writes what it reads, as long as it has something to read. */
function part(file: number) {
  const child = spawn(process.execPath, ["-e", "process.stdin.pipe(process.stdout)"], { stdio: ["pipe", file, file] });
  closeSync(file);
  return {
    async say(text: string): Promise<void> {
      const size = statSync(path).size;
      child.stdin?.write(text);
      await expect.poll(() => statSync(path).size, { timeout: 20_000 }).toBe(size + text.length);
    },
    async end(): Promise<void> {
      child.stdin?.end();
      await once(child, "exit");
    },
  };
}

it(
  "A log that grows is kept once more, and no further, while its part goes on writing",
  { timeout: 60_000 },
  async () => {
    const log = openLog(path, 100);
    const writer = part(log.open());
    for (let n = 0; n < 10; n++) {
      await writer.say(`line ${n}${"x".repeat(30)}\n`);
      await log.rotate();
    }
    await writer.say("the last line\n");
    await writer.end();
    expect(statSync(path).size + statSync(`${path}.1`).size).toBeLessThan(250);
    expect(readFileSync(path, "utf8")).toMatch(/^line \d+x+\n[^]*the last line\n$/);
    expect(readFileSync(`${path}.1`, "utf8")).toMatch(/^line \d/);
  },
);

it("A log that is small is left as it is", { timeout: 60_000 }, async () => {
  const log = openLog(path, 100);
  const writer = part(log.open());
  await writer.say("a line\n");
  await log.rotate();
  await writer.end();
  expect(readFileSync(path, "utf8")).toBe("a line\n");
  expect(existsSync(`${path}.1`)).toBe(false);
});

it("The last words of a part are those of its present run", { timeout: 60_000 }, async () => {
  const first = part(openLog(path).open());
  await first.say("error: address already in use\n");
  await first.end();
  const log = openLog(path);
  const second = part(log.open());
  expect(log.said(/in use/)).toBe(false);
  expect(log.reason()).toBe("");
  await second.say("error: no memory\nbye\n");
  await second.end();
  expect(log.reason()).toBe(" It said: error: no memory");
});

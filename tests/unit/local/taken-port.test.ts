import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { denoArguments, denoBinary } from "../../support/deno.ts";

const run = promisify(execFile);
const Outcome = z.object({
  outcome: z.string(),
  notes: z.array(z.string()),
  failure: z.string(),
  ms: z.number(),
  port: z.number(),
});
const config = readFileSync("supabase/config.toml", "utf8");
const parts = ["gateway", "auth", "functions", "realtime"] as const;

let starts = 0;

/** Starts a part whose port is held by something else for so long. */
async function started(part: string, held: number) {
  const port = String(11_000 + 10 * ((process.pid + starts++) % 900));
  const { stdout } = await run(denoBinary(), denoArguments("tests/support/taken-port-process.js"), {
    env: { ...process.env, TAKEN: JSON.stringify({ port, part, held, config }) },
  });
  return Outcome.parse(JSON.parse(stdout));
}

describe.concurrent("a port that is taken after the check", { timeout: 60_000 }, () => {
  it.each(parts)("and is meant for %s is waited for while an outgoing connection has it", async (part) => {
    expect(await started(part, 1_500)).toMatchObject({ outcome: "started", failure: "" });
  });

  it.each(["gateway", "functions"])("and is meant for %s is named when it stays taken", async (part) => {
    const { outcome, port, ms } = await started(part, 60_000);
    expect(outcome).toMatch(new RegExp(`^Port ${port}, meant for .*, is taken: .* npm start\\.$`));
    expect(ms).toBeLessThan(15_000);
  });
});

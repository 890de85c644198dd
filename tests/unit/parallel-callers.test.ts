import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { z } from "zod";
import { denoArguments, denoBinary } from "../support/deno.ts";
import { mixUps } from "../support/parallel-callers.ts";

test("callers at the same time keep their own token, request id and key, on Node", async () => {
  const { own, shared } = await mixUps();
  expect(own).toBe(0);
  expect(shared, "of callers who share what is put on a call").toBeGreaterThan(20);
});

test("and on Deno", async () => {
  const script = denoArguments("tests/support/parallel-callers-deno.ts");
  const { stdout } = await promisify(execFile)(denoBinary(), [...script], { timeout: 30_000 });
  const { own, shared } = z.object({ own: z.number(), shared: z.number() }).parse(JSON.parse(stdout));
  expect(own).toBe(0);
  expect(shared).toBeGreaterThan(20);
}, 40_000);

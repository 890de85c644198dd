import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { denoArguments, denoBinary } from "../support/deno.ts";
import { target } from "./support/target.ts";

test("the official client works on Deno", async () => {
  const { url, publishableKey } = target();
  const { stdout } = await promisify(execFile)(
    denoBinary(),
    [...denoArguments("tests/realtime/support/deno-client.ts"), url, publishableKey],
    { timeout: 15_000 },
  );
  expect(stdout.trim()).toBe('{"event":"hello","payload":{"from":"Deno"}}');
});

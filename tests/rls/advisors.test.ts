import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { stackInfo } from "../support/stack.ts";

const launcher = fileURLToPath(new URL("../../supabase/local/launch.js", import.meta.url));

test("Supabase's advisors find nothing", { timeout: 60_000 }, async () => {
  const { dataDir, ports } = stackInfo();
  const env = { ...process.env, DATA_DIR: dataDir, PORT: String(ports.gateway) };
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, "advisors"], { env });
  expect(stdout.trim()).toBe("The advisors have nothing to say.");
});

/**
 * Lints the served OpenAPI document as `npm run check` does: no error and no warning of the linter's recommended rules. Prints what it found.
 * Nothing leaves the machine: telemetry and the look for updates are off.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { app } from "../../functions/docs/routes.ts";
import { root } from "./project.ts";

Object.assign(process.env, {
  SUPABASE_URL: "http://127.0.0.1:54321",
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"lint"}',
  LOG_LEVEL: "silent",
});

const report = z.object({
  problems: z.array(z.object({
    severity: z.string(),
    ruleId: z.string(),
    message: z.string(),
    location: z.array(z.object({ pointer: z.string().optional() })),
  })),
});

const folder = mkdtempSync(join(tmpdir(), "hub-openapi-"));
try {
  const file = join(folder, "openapi.json");
  writeFileSync(file, await (await app.request("/docs/openapi.json")).text());
  const redocly = join(root, "node_modules", "@redocly", "cli", "bin", "cli.js");
  const config = join(root, "tests", "contract", "redocly.yaml");
  const node = process.env.npm_node_execpath ?? "node";
  const { status, stdout, stderr } = spawnSync(
    node,
    [redocly, "lint", file, `--config=${config}`, "--format=json", "--max-problems=50"],
    { encoding: "utf8", env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" } },
  );
  if (stdout === "") throw new Error(`The linter did not run: ${stderr}`);
  const { problems } = report.parse(JSON.parse(stdout));
  for (const { severity, ruleId, message, location } of problems) {
    console.log([severity, ruleId, message, location[0]?.pointer ?? ""].join("  "));
  }
  if (status !== 0) console.log(stderr.trim());
  process.exitCode = status === 0 && problems.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { nodeModules, projectRoot } from "../paths.ts";
import { seconds } from "../progress.ts";

interface Check {
  name: string;
  command: string;
  args: string[];
}

/**
 * Formatting, lint and types of everything, the lint of the OpenAPI document, and the citations of the knowledge about
 * medicines. Runs all of it and tells what failed.
 */
export async function check(): Promise<number> {
  const deno = Deno.execPath();
  // Deno checks what changed since its last check in another order, and then takes minutes for types that a cold check has in seconds.
  const cold = await Deno.makeTempDir({ prefix: "hub-check-" });
  const folders = ["functions", "shared", "supabase/local"];
  const checks: Check[] = [
    { name: "deno fmt --check", command: deno, args: ["fmt", "--check", "--quiet", ...formatted()] },
    { name: "deno lint", command: deno, args: ["lint", "--quiet", ...folders, "tests"] },
    { name: "deno check", command: deno, args: ["check", "--quiet", ...folders] },
    {
      name: "tsc --noEmit",
      command: nodeCommand(),
      args: [join(nodeModules, "typescript", "bin", "tsc"), "--noEmit", "--pretty", "false"],
    },
    {
      name: "redocly lint",
      command: deno,
      args: ["run", "-A", "--quiet", "--no-lock", "--cached-only", "tests/contract/lint-document.ts"],
    },
    {
      name: "check:knowledge",
      command: deno,
      args: ["run", "-A", "--quiet", "--no-lock", "--cached-only", "supabase/local/main.ts", "check:knowledge"],
    },
  ];
  const failed: string[] = [];
  for (const { name, command, args } of checks) {
    const started = Date.now();
    const { success, stdout, stderr } = await new Deno.Command(command, {
      args,
      cwd: projectRoot,
      stdin: "null",
      env: { NO_COLOR: "1", DENO_DIR: cold },
    }).output();
    console.log(`${success ? "ok    " : "FAILED"}  ${name.padEnd(20)} ${seconds(Date.now() - started)}`);
    if (success) continue;
    failed.push(name);
    console.log([stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim()).filter(Boolean).join("\n"));
  }
  await Deno.remove(cold, { recursive: true });
  console.log(failed.length === 0 ? "Everything is in order." : `Not in order: ${failed.join(", ")}.`);
  return failed.length === 0 ? 0 : 1;
}

/** SQL stays as it is written; Markdown and the configuration files are prose and data of their owners. */
function formatted(): string[] {
  return ["functions", "shared", "supabase/local", "tests", "deno.json", "tsconfig.json"].filter((path) =>
    existsSync(join(projectRoot, path))
  );
}

function nodeCommand(): string {
  return process.env.npm_node_execpath ?? "node";
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { StackError } from "./errors.ts";
import { nodeModules, projectRoot } from "./paths.ts";

export interface CliResult {
  success: boolean;
  stdout: string;
  stderr: string;
}

/** Runs the Supabase CLI in this project, without Docker, account or questions. */
export async function supabaseCli(args: string[]): Promise<CliResult> {
  const { success, stdout, stderr } = await new Deno.Command(cliBinary(), {
    args: [...args, "--workdir", projectRoot, "--yes"],
    cwd: projectRoot,
    env: { SUPABASE_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { success, stdout: decode(stdout), stderr: decode(stderr) };
}

function cliBinary(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const name = process.platform === "win32" ? "supabase.exe" : "supabase";
  for (const variant of [platform, `${platform}-musl`]) {
    const binary = join(nodeModules, "@supabase", `cli-${variant}`, "bin", name);
    if (existsSync(binary)) return binary;
  }
  throw new StackError(
    `There is no Supabase CLI for ${platform} in node_modules: delete node_modules and start again, on a platform the CLI supports.`,
  );
}

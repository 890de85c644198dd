import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { StackError } from "../errors.ts";
import { projectRoot } from "../paths.ts";
import { supabaseCli } from "../supabase-cli.ts";
import { withDatabase } from "../with-database.ts";

/** Writes shared/data/database.types.ts from the schema. */
export async function types(): Promise<number> {
  const { success, stdout, stderr } = await withDatabase((dbUrl) =>
    supabaseCli(["gen", "types", "--lang=typescript", "--schema=public", `--remote=${dbUrl}`])
  );
  if (!success || !stdout.includes("export type Database")) {
    throw new StackError(`The types could not be generated. The Supabase CLI says:\n${stdout}${stderr}`);
  }
  writeFileSync(
    join(projectRoot, "shared", "data", "database.types.ts"),
    await formatted(stdout.slice(stdout.indexOf("export type Json"))),
  );
  console.log("Wrote shared/data/database.types.ts");
  return 0;
}

/** The CLI leaves the layout to the project. */
async function formatted(source: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext=ts", "--line-width=120", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(source));
  await writer.close();
  const { success, stdout } = await child.output();
  return success ? new TextDecoder().decode(stdout) : source;
}

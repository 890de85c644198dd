import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { StackError } from "../errors.ts";
import { projectRoot } from "../paths.ts";
import { supabaseCli } from "../supabase_cli.ts";
import { withDatabase } from "../with_database.ts";

/** Writes shared/database.types.ts from the schema. */
export async function types(): Promise<number> {
  const { success, stdout, stderr } = await withDatabase((dbUrl) =>
    supabaseCli(["gen", "types", "--lang=typescript", "--schema=public", `--remote=${dbUrl}`])
  );
  if (!success || !stdout.includes("export type Database")) {
    throw new StackError(`The types could not be generated. The Supabase CLI says:\n${stdout}${stderr}`);
  }
  writeFileSync(join(projectRoot, "shared", "database.types.ts"), stdout);
  console.log("Wrote shared/database.types.ts");
  return 0;
}

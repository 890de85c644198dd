import { supabaseCli } from "../supabase_cli.ts";
import { withDatabase } from "../with_database.ts";

/** Asks Supabase's advisors about security and performance of the schema; a warning fails. */
export async function advisors(): Promise<number> {
  const { success, stdout, stderr } = await withDatabase((dbUrl) =>
    supabaseCli(["db", "advisors", "--type=all", "--level=info", "--fail-on=warn", `--remote=${dbUrl}`])
  );
  console.log((stdout.trim() || stderr.trim()) || "No findings.");
  if (!success) console.error("The advisors found something: see above.");
  return success ? 0 : 1;
}

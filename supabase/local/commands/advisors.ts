import { z } from "zod";
import { StackError } from "../errors.ts";
import { supabaseCli } from "../supabase-cli.ts";
import { withDatabase } from "../with-database.ts";

const Findings = z.array(
  z.looseObject({ name: z.string(), level: z.string(), detail: z.string(), remediation: z.string() }),
);

/**
 * SQL functions that are to be inlined have no settings. They have a body in standard SQL (`return …`), whose names are
 * bound when it is created, so a search path has nothing to resolve: that warning does not concern them.
 */
const INLINED = ["is_party", "patient_brief", "is_open_status", "is_series_length", "holding_display", "display_of"];

/**
 * Asks Supabase's advisors about security and performance of the schema. Any warning fails. Their notes below a warning
 * (indexes a fresh database has not used yet) are left out.
 */
export async function advisors(): Promise<number> {
  const args = ["db", "advisors", "--type=all", "--level=warn", "--fail-on=warn"];
  const { success, stdout, stderr } = await withDatabase((dbUrl) => supabaseCli([...args, `--remote=${dbUrl}`]));
  const start = stdout.indexOf("[\n");
  const all = start < 0 ? [] : Findings.parse(JSON.parse(stdout.slice(start)));
  if (!success && all.length === 0) {
    throw new StackError(`The advisors could not be asked. The Supabase CLI says:\n${stdout}${stderr}`);
  }
  const findings = all.filter(({ name, detail }) =>
    name !== "function_search_path_mutable" || !INLINED.some((one) => detail.includes(`\`private.${one}\``))
  );
  for (const { level, name, detail, remediation } of findings) {
    console.log(`${level} ${name}: ${detail}\n  ${remediation}`);
  }
  if (findings.length === 0) console.log("The advisors have nothing to say.");
  return findings.length === 0 ? 0 : 1;
}

import { z } from "zod";
import { StackError } from "../errors.ts";
import { supabaseCli } from "../supabase-cli.ts";
import { withDatabase } from "../with-database.ts";

const Findings = z.array(
  z.looseObject({ name: z.string(), level: z.string(), detail: z.string(), remediation: z.string() }),
);

/**
 * Asks Supabase's advisors about security and performance of the schema. Any warning fails. Their notes below a warning
 * (indexes a fresh database has not used yet) are left out.
 */
export async function advisors(): Promise<number> {
  const args = ["db", "advisors", "--type=all", "--level=warn", "--fail-on=warn"];
  const { success, stdout, stderr } = await withDatabase((dbUrl) => supabaseCli([...args, `--remote=${dbUrl}`]));
  const start = stdout.indexOf("[\n");
  const findings = start < 0 ? [] : Findings.parse(JSON.parse(stdout.slice(start)));
  for (const { level, name, detail, remediation } of findings) {
    console.log(`${level} ${name}: ${detail}\n  ${remediation}`);
  }
  if (success && findings.length === 0) console.log("The advisors have nothing to say.");
  if (!success && findings.length === 0) {
    throw new StackError(`The advisors could not be asked. The Supabase CLI says:\n${stdout}${stderr}`);
  }
  return success ? 0 : 1;
}

import { join } from "node:path";
import { CONTENT } from "../content.ts";
import { checkContent } from "../imports/check-content.ts";
import { projectRoot } from "../paths.ts";

/** Fails unless every row of the shipped knowledge, or of a folder, says where it is from and whether that was opened. */
export async function checkKnowledge([folder]: string[]): Promise<number> {
  const shipped = CONTENT.find(({ kind }) => kind === "knowledge")?.folder ?? "";
  const { faults, cited, verified, unquoted } = await checkContent(folder ?? join(projectRoot, shipped));
  for (const fault of faults) console.log(fault);
  if (faults.length > 0) {
    console.log(`${faults.length} faults in the citations.`);
    return 1;
  }
  const quotes = unquoted.length === 0 ? "" : ` Verified without a quote: ${unquoted.join(", ")}.`;
  console.log(`${cited} rows name their source; ${verified} of these were opened and say it.${quotes}`);
  console.log("None was reviewed by a pharmacist. That has to happen before real use.");
  return 0;
}

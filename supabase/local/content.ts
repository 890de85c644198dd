import { join } from "node:path";
import { StackError } from "./errors.ts";
import { databaseApi, ImportRejected } from "./imports/api.ts";
import { importFile } from "./imports/import-file.ts";
import type { ImportKind } from "./imports/line.ts";
import { rejectionText } from "./imports/report.ts";
import { projectRoot } from "./paths.ts";
import type { Progress } from "./progress.ts";
import { withClient } from "./sql.ts";

/** What the project ships about medicines, in the order in which it is loaded: products lead to ingredients. */
export const CONTENT: readonly { kind: ImportKind; folder: string; step: string }[] = [
  { kind: "knowledge", folder: "supabase/content/knowledge", step: "Medicines: ingredients and interactions" },
  { kind: "catalogue", folder: "supabase/content/catalogue", step: "Medicines: demo catalogue" },
];

/** Loads the shipped medicines where they are not there yet or have changed. Throws a StackError with the lines at fault. */
export async function loadContent(dbUrl: string, progress: Progress): Promise<void> {
  await withClient(dbUrl, async (client) => {
    const api = databaseApi(client);
    for (const { kind, folder, step } of CONTENT) {
      const opened = Promise.withResolvers<void>();
      const path = join(projectRoot, folder);
      const importing = importFile(api, { kind, path, replace: true, onOpen: opened.resolve });
      const unchanged = await Promise.race([importing.then(() => true), opened.promise.then(() => false)])
        .catch(rejected(folder));
      if (!unchanged) await progress.step(step, () => importing.catch(rejected(folder)));
    }
  });
}

function rejected(folder: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof ImportRejected) throw new StackError(`${folder} cannot be loaded.\n${rejectionText(error)}`);
    throw error;
  };
}

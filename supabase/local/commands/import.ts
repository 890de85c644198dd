import process from "node:process";
import { readEnvironment } from "../environment.ts";
import { StackError } from "../errors.ts";
import { dataApi, ImportRejected } from "../imports/api.ts";
import { importFile } from "../imports/import-file.ts";
import type { ImportKind } from "../imports/line.ts";
import { outcomeText, rejectionText } from "../imports/report.ts";
import { createProgress } from "../progress.ts";
import { runningStack } from "../state.ts";

/** Lines between two words about the progress. */
const TOLD_LINES = 10_000;

/** Imports products, their packs and codes. */
export const importMedications = (args: string[]) => importCommand("import:medications", "catalogue", args);
/** Imports ingredients, classes, rules and limits. */
export const importInteractions = (args: string[]) => importCommand("import:interactions", "knowledge", args);

/** Imports a file or a folder into the running stack, or with --url and a secret key into any project. */
async function importCommand(name: string, kind: ImportKind, args: string[]): Promise<number> {
  const { path, source, url, key, dryRun, replace, json } = readArguments(name, args);
  const progress = createProgress();
  const target = url === undefined ? localProject() : { url, secretKey: key };
  progress.note(`${dryRun ? "Trying" : "Importing"} ${path} into ${target.url}`);
  let told = 0;
  try {
    const outcome = await importFile(dataApi(target.url, target.secretKey), {
      kind,
      path,
      source,
      dryRun,
      replace,
      onProgress: (lines) => {
        if (lines < told + TOLD_LINES) return;
        told = lines;
        progress.note(`${lines.toLocaleString("en-US")} lines read, ${progress.elapsed()}`);
      },
    });
    progress.note(`Done after ${progress.elapsed()}`);
    console.log(json ? JSON.stringify(outcome, null, 2) : outcomeText(outcome));
    return 0;
  } catch (error) {
    if (!(error instanceof ImportRejected)) throw error;
    const { rejected, faults } = error;
    console.log(json ? JSON.stringify({ status: "rejected", rejected, faults }, null, 2) : rejectionText(error));
    return 1;
  }
}

interface Arguments {
  path: string;
  source: string | undefined;
  url: string | undefined;
  key: string;
  dryRun: boolean;
  replace: boolean;
  json: boolean;
}

function readArguments(name: string, args: string[]): Arguments {
  const usage = `npm run ${name} -- FILE [--source NAME] [--dry-run] [--replace] [--json] [--url URL --key SECRET_KEY]`;
  const values: Record<string, string> = {};
  const flags = new Set<string>();
  const paths: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    const value = args[at + 1];
    if (/^--(dry-run|replace|json)$/.test(arg)) flags.add(arg);
    else if (/^--(source|url|key)$/.test(arg) && value !== undefined) {
      values[arg.slice(2)] = value;
      at += 1;
    } else if (arg.startsWith("-")) throw new StackError(`${name} does not know ${arg}: ${usage}`);
    else paths.push(arg);
  }
  const [path, ...more] = paths;
  if (path === undefined || more.length > 0) throw new StackError(`Name one file or folder: ${usage}`);
  const key = values.key ?? process.env.IMPORT_KEY ?? "";
  if (values.url !== undefined && key === "") {
    throw new StackError("Another project needs its secret key: give it with --key or in the variable IMPORT_KEY.");
  }
  return {
    path,
    source: values.source,
    url: values.url,
    key,
    dryRun: flags.has("--dry-run"),
    replace: flags.has("--replace"),
    json: flags.has("--json"),
  };
}

function localProject(): { url: string; secretKey: string } {
  const { paths } = readEnvironment();
  const state = runningStack(paths.stack);
  if (state === null || !state.ready) {
    throw new StackError(
      `No stack is running on ${paths.root}: start one with npm start, or name a project with --url.`,
    );
  }
  return { url: state.url, secretKey: state.secretKey };
}

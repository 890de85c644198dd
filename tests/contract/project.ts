import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "deno-std/toml/parse.js";
import { z } from "zod";

/** The folder of the whole project. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The text of a file, by its path from the root. */
export const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The code of a file without comments, so that prose may speak of what code may not do. */
export const code = (path: string): string =>
  read(path).replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");

/** The files below a folder, by their paths from the root. */
export function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** The functions that have a folder. */
export const functionFolders: string[] = readdirSync(join(root, "functions"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

const configSchema = z.looseObject({
  functions: z.record(
    z.string(),
    z.object({ enabled: z.boolean(), verify_jwt: z.boolean(), entrypoint: z.string(), import_map: z.string() }),
  ),
});

/** What supabase/config.toml says of the functions. */
export const configured = configSchema.parse(parse(read("supabase/config.toml"))).functions;

/** The import map of the functions. */
export const importMap =
  z.object({ imports: z.record(z.string(), z.string()) }).parse(JSON.parse(read("deno.json"))).imports;

/** The parts of package.json that tests look at. */
export const manifest = z.object({
  scripts: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
}).parse(JSON.parse(read("package.json")));

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** All templates. Installing the packages anew throws them away. */
export const templates = join(root, "node_modules", ".cache", "health-ecosystem-hub");

/** Everything that a migrated and seeded database comes from, as files and folders. */
const SOURCES = [
  "package-lock.json",
  "supabase/config.toml",
  "supabase/migrations",
  "supabase/seeds",
  "supabase/content",
  "supabase/local/bootstrap",
  "supabase/local/bootstrap.ts",
  "supabase/local/extensions",
  "supabase/local/migrate.ts",
  "supabase/local/content.ts",
  "supabase/local/imports",
  "supabase/local/parts/postgres.ts",
  "supabase/local/template.ts",
];

/** Where the template of the present sources lies, if it is there. Rows have dates: each day has its own. */
export function templateFolder(): string {
  const hash = createHash("sha256").update(new Date().toISOString().slice(0, 10));
  for (const path of SOURCES.flatMap((source) => filesIn(join(root, source)))) {
    hash.update(`\0${relative(root, path)}\0`).update(readFileSync(path));
  }
  return join(templates, hash.digest("hex").slice(0, 16));
}

function filesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).sort().flatMap((name) => filesIn(join(path, name)));
}

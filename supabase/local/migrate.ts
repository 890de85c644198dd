import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { diskFull, isDiskFull, StackError } from "./errors.ts";
import { projectRoot } from "./paths.ts";
import { withClient } from "./sql.ts";
import { supabaseCli } from "./supabase-cli.ts";

const supabaseFolder = join(projectRoot, "supabase");

/** The migrations and seeds of the project, as file names. */
export function schemaFiles(): { migrations: string[]; seeds: string[] } {
  const sql = (name: string) => {
    const folder = join(supabaseFolder, name);
    return existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".sql")).sort() : [];
  };
  return { migrations: sql("migrations").filter((file) => /^\d+_/.test(file)), seeds: sql("seeds") };
}

/** Whether the CLI has something to do. Asking the database takes milliseconds, asking the CLI takes seconds. */
export async function needsPush(adminUrl: string): Promise<boolean> {
  const { migrations, seeds } = schemaFiles();
  const applied = await withClient(adminUrl, async (client) => {
    const { rows } = await client.query(
      "select to_regclass('supabase_migrations.schema_migrations') is not null and to_regclass('supabase_migrations.seed_files') is not null as present",
    );
    if (rows[0]?.present !== true) return null;
    const versions = await client.query("select version from supabase_migrations.schema_migrations");
    const paths = await client.query("select path from supabase_migrations.seed_files");
    return {
      versions: new Set(versions.rows.map(({ version }) => String(version))),
      seeds: new Set(paths.rows.map(({ path }) => String(path).split("/").at(-1))),
    };
  });
  if (applied === null) return migrations.length + seeds.length > 0;
  const wanted = migrations.map((file) => file.split("_")[0] ?? "");
  return wanted.length !== applied.versions.size || wanted.some((version) => !applied.versions.has(version)) ||
    seeds.some((file) => !applied.seeds.has(file));
}

/** Applies migrations and seeds with the Supabase CLI. Throws a StackError with the CLI's words when one fails. */
export async function pushSchema(dbUrl: string, { seeds }: { seeds: boolean }): Promise<void> {
  const args = ["db", "push", `--remote=${dbUrl}`, "--include-all", "--skip-vault"];
  const { success, stdout, stderr } = await supabaseCli(seeds ? [...args, "--include-seed"] : args);
  if (success) return;
  const said = `${stdout}\n${stderr}`;
  if (isDiskFull(said)) throw diskFull("the database");
  const hint = /not found in local migrations directory/i.test(said)
    ? "\nThe database has migrations that the folder no longer has: `npm start -- --reset` starts over."
    : "";
  throw new StackError(`The migrations or seeds could not be applied. The Supabase CLI says:\n${told(said)}${hint}`);
}

/** What the CLI prints, without its progress and its advice. */
function told(text: string): string {
  const noise =
    /^(initialising login role|connecting to (remote|local) database|applying migration|seeding data|skipping migration|finished supabase|try rerunning|a new version|we recommend|do you want to|\s*$)/i;
  return text.split("\n").filter((line) => !noise.test(line)).map((line) => `  ${line}`).join("\n");
}

/** Changes when a migration or seed is edited. */
export function schemaVersions(): Record<string, string> {
  const { migrations, seeds } = schemaFiles();
  const paths = [...migrations.map((file) => join("migrations", file)), ...seeds.map((file) => join("seeds", file))];
  return Object.fromEntries(
    paths.map((
      path,
    ) => [path, createHash("sha256").update(readFileSync(join(supabaseFolder, path))).digest("hex").slice(0, 16)]),
  );
}

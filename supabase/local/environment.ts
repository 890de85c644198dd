import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseEnvFile } from "./env-file.ts";
import { type DataPaths, dataPaths, defaultDataDir, projectRoot } from "./paths.ts";
import { planPorts, type Ports } from "./ports.ts";

/** Takes over what .env says and the shell does not. */
export function loadEnvFile(): void {
  const path = join(projectRoot, ".env");
  if (!existsSync(path)) return;
  for (const [name, value] of Object.entries(parseEnvFile(readFileSync(path, "utf8")))) process.env[name] ??= value;
}

/** Which data and which ports this run is about: DATA_DIR and PORT. */
export function readEnvironment(): { paths: DataPaths; ports: Ports } {
  const folder = process.env.DATA_DIR;
  return { paths: dataPaths(folder ? resolve(folder) : defaultDataDir), ports: planPorts(process.env.PORT) };
}

/** The names of ALLOWED_HOSTS, which the gateway answers to beside those of this machine. */
export function allowedHosts(text: string | undefined): string[] {
  return (text ?? "").split(",").map((name) => name.trim().toLowerCase()).filter((name) => name !== "");
}

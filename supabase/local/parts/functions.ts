import { join } from "node:path";
import process from "node:process";
import type { ProjectConfig } from "../config.ts";
import { localFolder, projectRoot } from "../paths.ts";
import type { Ports } from "../ports.ts";
import type { Secrets } from "../secrets.ts";
import type { Part } from "../supervisor.ts";
import { denoArguments, denoCommand, isHealthy } from "./deno.ts";

export interface FunctionsPartOptions {
  config: ProjectConfig;
  ports: Ports;
  url: string;
  secrets: Secrets;
}

/** The functions of config.toml, the very files that are deployed, with the environment the platform gives them. */
export function functionsPart({ config, ports, url, secrets }: FunctionsPartOptions): Part {
  const entries = Object.entries(config.functions).filter(([, entry]) => entry.enabled)
    .map(([name, { entrypoint }]) => ({ name, file: join(projectRoot, "supabase", entrypoint) }));
  return {
    name: "functions",
    command: denoCommand(),
    args: denoArguments(
      ["--allow-net", "--allow-env", "--allow-sys", `--allow-read=${projectRoot}`],
      join(localFolder, "functions", "serve.ts"),
    ),
    env: {
      ...passedOn(),
      FUNCTIONS: JSON.stringify({ port: ports.functions, entries }),
      ...functionsEnvironment({ ports, url, secrets }),
    },
    isReady: () => isHealthy(`http://127.0.0.1:${ports.functions}/_ready`),
  };
}

/** The variables the platform injects, plus those that only a stack next door needs (.env.example explains them). */
export function functionsEnvironment(
  { ports, url, secrets }: Omit<FunctionsPartOptions, "config">,
): Record<string, string> {
  return {
    SUPABASE_URL: url,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: secrets.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: secrets.secretKey, cron: secrets.cronKey }),
    JWT_SECRET: secrets.jwtSecret,
    MAILBOX_URL: `${url}/mailbox/messages`,
    DATA_API_URL: `http://127.0.0.1:${ports.postgrest}`,
  };
}

function passedOn(): Record<string, string> {
  const names = ["LOG_LEVEL", "CORS_ORIGINS", "MAIL_FROM", "RESEND_API_KEY", "APP_URL"];
  return Object.fromEntries(
    names.flatMap((name) => process.env[name] === undefined ? [] : [[name, process.env[name] ?? ""]]),
  );
}

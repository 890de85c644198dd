import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { hookStatement } from "../auth/hooks.ts";
import { authOptions, authRules, mailTemplates, type ProjectConfig } from "../config.ts";
import { denoArguments, denoCommand, isHealthy } from "./deno.ts";
import { localFolder, projectRoot } from "../paths.ts";
import type { Ports } from "../ports.ts";
import type { Part } from "../supervisor.ts";

export interface AuthPartOptions {
  config: ProjectConfig;
  ports: Ports;
  url: string;
  siteUrl: string;
  dbUrl: string;
  jwtSecret: string;
  mailFolder: string;
}

/** Auth, in a process of its own: hashing passwords keeps a processor busy. */
export function authPart({ config, ports, url, siteUrl, dbUrl, jwtSecret, mailFolder }: AuthPartOptions): Part {
  const unlimited = unlimitedAddresses();
  const limits = { ...config.auth.rate_limit, unlimited };
  const rules = authRules(config);
  const settings = {
    port: ports.auth,
    url,
    dbUrl,
    mailFolder,
    auth: authOptions(config, siteUrl, jwtSecret),
    limits,
    passwordHook: hookStatement(config.auth.hook.password_verification_attempt),
    rules: unlimited.length > 0 ? { ...rules, maxFrequencySeconds: Math.min(rules.maxFrequencySeconds, 1) } : rules,
    mails: mailTemplates(config, (path) => readFileSync(join(projectRoot, path), "utf8")),
  };
  return {
    name: "auth",
    command: denoCommand(),
    args: denoArguments(["-A"], join(localFolder, "auth", "serve.ts")),
    env: { AUTH_SETTINGS: JSON.stringify(settings) },
    isReady: () => isHealthy(`http://127.0.0.1:${ports.auth}/auth/v1/health`),
  };
}

/**
 * AUTH_UNLIMITED_ADDRESSES: whom Auth's own limits do not count. For tests and benches, which sign in hundreds of times from one address;
 * they wait a second at most between two mails to one account.
 */
const unlimitedAddresses = () => (process.env.AUTH_UNLIMITED_ADDRESSES ?? "").split(",").filter(Boolean);

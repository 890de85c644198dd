import { join } from "node:path";
import { authOptions, type ProjectConfig } from "../config.ts";
import { denoArguments, denoCommand, isHealthy } from "./deno.ts";
import { localFolder } from "../paths.ts";
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

/** Auth, in a process of its own: it hashes passwords in JavaScript, which keeps its only thread busy. */
export function authPart({ config, ports, url, siteUrl, dbUrl, jwtSecret, mailFolder }: AuthPartOptions): Part {
  const settings = { port: ports.auth, url, dbUrl, mailFolder, auth: authOptions(config, siteUrl, jwtSecret) };
  return {
    name: "auth",
    command: denoCommand(),
    args: denoArguments(["-A"], join(localFolder, "auth", "serve.ts")),
    env: { AUTH_SETTINGS: JSON.stringify(settings) },
    isReady: () => isHealthy(`http://127.0.0.1:${ports.auth}/auth/v1/health`),
  };
}

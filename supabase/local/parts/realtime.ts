import { join } from "node:path";
import process from "node:process";
import { localFolder, projectRoot } from "../paths.ts";
import type { Ports } from "../ports.ts";
import { Settings } from "../realtime/settings.ts";
import type { Part } from "../supervisor.ts";
import { denoArguments, denoCommand, isHealthy } from "./deno.ts";

export interface RealtimePartOptions {
  ports: Ports;
  /** As the superuser. */
  dbUrl: string;
  jwtSecret: string;
}

/**
 * Realtime. REALTIME_PROFILE (cli, free, pro, team) makes it as strict and as slow to refuse as the platform is, REALTIME_PRIVATE_ONLY=1 refuses public channels.
 */
export function realtimePart({ ports, dbUrl, jwtSecret }: RealtimePartOptions): Part {
  const profile = process.env.REALTIME_PROFILE || undefined;
  const privateOnly = !["", "0"].includes(process.env.REALTIME_PRIVATE_ONLY ?? "");
  const settings = Settings.parse({ port: ports.realtime, dbUrl, jwtSecret, profile, privateOnly });
  return {
    name: "realtime",
    command: denoCommand(),
    args: denoArguments(
      ["--allow-net", "--allow-env", "--allow-sys", `--allow-read=${projectRoot}`],
      join(localFolder, "realtime", "serve.ts"),
    ),
    env: { REALTIME_SETTINGS: JSON.stringify(settings) },
    isReady: () => isHealthy(`http://127.0.0.1:${ports.realtime}/ready`),
  };
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stackInfo } from "./stack.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const START_MS = 30_000;

function denoBinary(): string {
  const libc = process.platform === "linux" ? "-glibc" : "";
  const binary = join(root, "node_modules", "@deno", `${process.platform}-${process.arch}${libc}`, "deno");
  return existsSync(binary) ? binary : `${binary}.exe`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port");
  return address.port;
}

/**
 * The function `jobs` in a process of its own, the very files that are deployed, with mail going to `mailUrl`. `run` calls it as the scheduler does; `kill` ends it
 * without a chance to do anything more.
 */
export async function startJobs(mailUrl: string) {
  const { url, publishableKey, secretKey, cronKey, jwtSecret } = stackInfo();
  const port = await freePort();
  const entries = [{ name: "jobs", file: join(root, "functions", "jobs", "index.ts") }];
  const child: ChildProcess = spawn(
    denoBinary(),
    [
      "run",
      "--allow-net",
      "--allow-env",
      "--allow-sys",
      `--allow-read=${root}`,
      "--no-lock",
      "--cached-only",
      "--config",
      join(root, "deno.json"),
      join(root, "supabase", "local", "functions", "serve.ts"),
    ],
    {
      stdio: ["pipe", "ignore", "inherit"],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        DENO_DIR: process.env.DENO_DIR,
        LOG_LEVEL: "silent",
        FUNCTIONS: JSON.stringify({ port, entries }),
        SUPABASE_URL: url,
        SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: publishableKey }),
        SUPABASE_SECRET_KEYS: JSON.stringify({ default: secretKey, cron: cronKey }),
        JWT_SECRET: jwtSecret,
        MAILBOX_URL: mailUrl,
      },
    },
  );
  const exited = once(child, "exit");
  const base = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + START_MS;;) {
    if (await fetch(`${base}/_ready`).then((answer) => answer.ok, () => false)) break;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error("The function jobs did not start");
    await delay(20);
  }
  return {
    run: () => fetch(`${base}/jobs/mail`, { method: "POST", headers: { apikey: cronKey } }),
    async kill(): Promise<void> {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

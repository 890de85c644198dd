import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { denoArguments, denoBinary, freePort, root } from "./deno.ts";
import { stackInfo } from "./stack.ts";

const START_MS = 30_000;

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
    denoArguments("supabase/local/functions/serve.ts", [
      "--allow-net",
      "--allow-env",
      "--allow-sys",
      `--allow-read=${root}`,
    ]),
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

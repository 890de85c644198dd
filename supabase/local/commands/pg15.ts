import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingForDebianPostgres, startDebianPostgres } from "../debian-postgres.ts";
import { messageOf, StackError } from "../errors.ts";
import { freePorts } from "../free-ports.ts";
import { dataPaths, projectRoot } from "../paths.ts";
import { arrangeAppointments, awaitReminder } from "../pg15-appointments.ts";
import { createProgress, type Progress } from "../progress.ts";
import { withClient } from "../sql.ts";
import { type Stack, startStack } from "../stack.ts";
import type { StackState } from "../stack-state.ts";
import { delay } from "../supervisor.ts";
import { readTap, type TapResult } from "../tap.ts";

const testsFolder = join(projectRoot, "supabase", "tests");
/** A job of every minute is due within 60 seconds; the rest is for starting and finishing. */
const TICK_MS = 75_000;

/**
 * Migrations, seeds, the pgTAP files of supabase/tests and the real pg_cron, which brings a reminder to the mailbox, with the whole stack on
 * Debian's PostgreSQL 15. Where that is not installed it says so and skips.
 */
export async function pg15(): Promise<number> {
  const files = readdirSync(testsFolder).filter((name) => name.endsWith(".sql")).sort();
  const missing = missingForDebianPostgres();
  if (missing) {
    console.log(`Skipped, because ${missing}.`);
    console.log(`0 passed, 0 failed, ${files.length + 3} skipped`);
    return 0;
  }
  const total: TapResult = { passed: 0, skipped: 0, failures: [] };
  const add: Add = (name, { passed, skipped, failures }) => {
    total.passed += passed;
    total.skipped += skipped;
    total.failures.push(...failures.map((failure) => `${name}: ${failure}`));
    console.log(`${failures.length === 0 ? "ok    " : "FAILED"}  ${name}  ${passed} passed, ${failures.length} failed`);
    for (const failure of failures) console.log(`  ${failure}`);
  };

  const paths = dataPaths(mkdtempSync(join(tmpdir(), "health-hub-pg15-")));
  Deno.chmodSync(paths.root, 0o711);
  const ended = Promise.withResolvers<never>();
  ended.promise.catch(() => undefined);
  const interrupted = () => ended.reject(new StackError("Interrupted."));
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, interrupted);
  const progress = createProgress();
  let stack: Stack | undefined;
  try {
    stack = await startStack({
      paths,
      ports: freePorts(),
      progress,
      startServer: startDebianPostgres,
      onFailure: ended.reject,
    });
    await Promise.race([ended.promise, tryOut(stack.state, files, add, progress)]);
  } catch (error) {
    add("PostgreSQL 15", { passed: 0, skipped: 0, failures: [messageOf(error)] });
  } finally {
    await stack?.stop();
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(signal, interrupted);
    rmSync(paths.root, { recursive: true, force: true });
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`${total.passed} passed, ${total.failures.length} failed${skipped}`);
  return total.failures.length === 0 ? 0 : 1;
}

type Add = (name: string, result: TapResult) => void;

async function tryOut({ dbUrl, mailboxUrl }: StackState, files: string[], add: Add, progress: Progress): Promise<void> {
  add("migrations and seeds", { passed: 1, skipped: 0, failures: [] });
  for (const file of files) add(file, await runFile(file, dbUrl));
  await withClient(dbUrl, arrangeAppointments);
  add("a tick of pg_cron", await progress.step("Waited for pg_cron", () => awaitTick(dbUrl)));
  const arrived = () => withClient(dbUrl, (client) => awaitReminder(client, mailboxUrl));
  add("a reminder by pg_cron", await progress.step("Waited for a reminder", arrived));
}

/** Runs one file as the role postgres, as `supabase test db` does. */
async function runFile(file: string, dbUrl: string): Promise<TapResult> {
  const { success, stdout, stderr } = await new Deno.Command("/usr/lib/postgresql/15/bin/psql", {
    args: ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", dbUrl, "-f", join(testsFolder, file)],
    stdin: "null",
    env: { PGOPTIONS: "-c client_min_messages=warning", LC_ALL: "C.UTF-8" },
  }).output();
  const result = readTap(new TextDecoder().decode(stdout));
  if (!success) result.failures.push(new TextDecoder().decode(stderr).trim());
  return result;
}

/** Waits until jobs have run by themselves: those of the migrations that are due every minute, or one made for it. */
async function awaitTick(dbUrl: string): Promise<TapResult> {
  return await withClient(dbUrl, async (client) => {
    const everyMinute = `select jobid from cron.job where active and schedule = '* * * * *'`;
    if ((await client.query(everyMinute)).rowCount === 0) {
      await client.query("select cron.schedule('tick', '* * * * *', 'select 1')");
    }
    // A pg_cron that reads its list while migrations add to it can miss the newest jobs; touching the table makes it read anew.
    await client.query("select cron.alter_job(jobid, active => true) from cron.job where active");
    const deadline = Date.now() + TICK_MS;
    for (;;) {
      const { rows } = await client.query<{ name: string; status: string | null; message: string | null }>(
        `select j.jobname as name, d.status, d.return_message as message
         from cron.job j left join lateral (
           select status, return_message from cron.job_run_details r
           where r.jobid = j.jobid and r.status in ('succeeded', 'failed') order by runid limit 1
         ) d on true
         where j.jobid in (${everyMinute})`,
      );
      const waiting = rows.filter(({ status }) => status === null);
      if (waiting.length === 0 || Date.now() > deadline) {
        const failed = rows.filter(({ status }) => status === "failed");
        return {
          passed: rows.length - waiting.length - failed.length,
          skipped: 0,
          failures: [
            ...waiting.map(({ name }) => `the job ${name} did not run within ${TICK_MS / 1000} s`),
            ...failed.map(({ name, message }) => `the job ${name} failed: ${message}`),
          ],
        };
      }
      await delay(500);
    }
  });
}

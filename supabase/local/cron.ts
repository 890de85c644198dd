/** Runs the jobs of the stand-in for pg_cron. Where the real extension is installed it does nothing: that one runs them. */

import pg from "pg";
import { isDue, parseSchedule, type Schedule } from "./cron-schedule.ts";
import { type Log, startWorker, type Worker } from "./db-worker.ts";
import { messageOf } from "./errors.ts";

interface Job {
  jobid: string;
  schedule: string;
  command: string;
  database: string;
  username: string;
}

interface Entry {
  job: Job;
  schedule: Schedule;
  running: boolean;
  /** Triggers that came while a run was under way: they run one after the other, as in pg_cron. */
  waiting: number;
  lastStart: number;
}

/** Jobs at a time; the platform advises no more than eight. */
const MAX_RUNNING = 8;
const MINUTE_MS = 60_000;

/** What pg_cron writes as the message of a run that went well: the rows of a query, else the command's tag. */
export function resultMessage(result: pg.QueryResult | pg.QueryResult[]): string {
  const last = Array.isArray(result) ? result.at(-1) : result;
  if (last === undefined) return "";
  const count = last.rowCount ?? 0;
  if (last.fields.length > 0) return count === 1 ? "1 row" : `${count} rows`;
  if (last.command === "INSERT") return `INSERT 0 ${count}`;
  return last.rowCount === null ? last.command : `${last.command} ${count}`;
}

/** Starts the scheduler. `dbUrl` is that of a superuser: a job runs as the role that made it. */
export function startCron({ dbUrl, log }: { dbUrl: string; log: Log }): Worker {
  const entries = new Map<string, Entry>();
  const open = new Set<pg.Client>();
  const runs = new Set<Promise<void>>();
  let stopping = false;
  let booted = false;
  let lastMinute = 0;

  async function onConnect(control: pg.Client): Promise<boolean> {
    const { rows: [found] } = await control.query<{ standin: boolean; free: boolean }>(
      `select to_regclass('cron.job') is not null and to_regproc('cron._put_job') is not null as standin,
         pg_try_advisory_lock(hashtext('local cron')) as free`,
    );
    if (!found?.standin || !found.free) return false;
    await control.query(
      `update cron.job_run_details set status = 'failed', return_message = 'server restarted', end_time = now()
       where status in ('starting', 'running')`,
    );
    lastMinute = Math.floor(Date.now() / MINUTE_MS);
    return true;
  }

  /** Reads the jobs again; a job that is still there keeps its run and its queue. */
  async function load(control: pg.Client): Promise<void> {
    const { rows } = await control.query<Job>(
      `select jobid::text, schedule, command, database, username from cron.job where active and database = current_database()`,
    );
    const known = new Set(rows.map((job) => job.jobid));
    for (const id of entries.keys()) if (!known.has(id)) entries.delete(id);
    for (const job of rows) {
      try {
        const schedule = parseSchedule(job.schedule);
        const entry = entries.get(job.jobid);
        if (entry) Object.assign(entry, { job, schedule });
        else entries.set(job.jobid, { job, schedule, running: false, waiting: 0, lastStart: Date.now() });
      } catch (error) {
        log(`cron: job ${job.jobid}: ${messageOf(error)}`);
      }
    }
  }

  function trigger(entry: Entry): void {
    entry.waiting += 1;
    entry.lastStart = Date.now();
    startWaiting();
  }

  function startWaiting(): void {
    for (const entry of entries.values()) {
      if (stopping || runs.size >= MAX_RUNNING) return;
      if (entry.running || entry.waiting === 0) continue;
      entry.waiting -= 1;
      entry.running = true;
      const run = execute(entry.job)
        .catch((error) => {
          if (!stopping) log(`cron: job ${entry.job.jobid}: ${messageOf(error)}`);
        })
        .finally(() => {
          entry.running = false;
          runs.delete(run);
          startWaiting();
        });
      runs.add(run);
    }
  }

  async function execute(job: Job): Promise<void> {
    const recorder = await connect("pg_cron recorder");
    try {
      // Whoever switches a job off sees in its runs whether it still works: the lock leaves no time between the two.
      const { rows: [started] } = await recorder.query<{ runid: string }>(
        `with due as (select jobid from cron.job where jobid = $1 and active for share)
         insert into cron.job_run_details (jobid, database, username, command, status)
         select jobid, $2, $3, $4, 'starting' from due returning runid`,
        [job.jobid, job.database, job.username, job.command],
      );
      if (started === undefined) return;
      const [status, message] = await attempt(recorder, job, started.runid);
      await recorder.query(
        `update cron.job_run_details set status = $2, return_message = $3, end_time = clock_timestamp() where runid = $1`,
        [started.runid, status, message],
      );
    } finally {
      await close(recorder);
    }
  }

  async function attempt(recorder: pg.Client, job: Job, runid: string): Promise<[string, string]> {
    let worker: pg.Client | undefined;
    try {
      worker = await connect("pg_cron");
      const { rows: [own] } = await worker.query<{ pid: number }>(`select pg_backend_pid() as pid`);
      await recorder.query(
        `update cron.job_run_details set status = 'running', job_pid = $2, start_time = clock_timestamp() where runid = $1`,
        [runid, own?.pid],
      );
      await worker.query(`set session authorization ${pg.escapeIdentifier(job.username)}`);
      return ["succeeded", resultMessage(await worker.query(job.command))];
    } catch (error) {
      return ["failed", `ERROR:  ${messageOf(error)}`];
    } finally {
      if (worker) await close(worker);
    }
  }

  async function connect(name: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: dbUrl, application_name: name });
    // Without a listener a broken connection would end the whole process; the query under way reports it as well.
    client.on("error", () => undefined);
    open.add(client);
    try {
      await client.connect();
    } catch (error) {
      await close(client);
      throw error;
    }
    return client;
  }

  async function close(client: pg.Client): Promise<void> {
    open.delete(client);
    await client.end().catch(() => undefined);
  }

  async function onWake(control: pg.Client, changed: boolean): Promise<void> {
    if (changed) await load(control);
    const now = Date.now();
    const minute = Math.floor(now / MINUTE_MS);
    // After a sleep of the machine only the current minute counts: a job finds by itself what is due.
    const newMinute = minute > lastMinute;
    lastMinute = minute;
    for (const entry of entries.values()) {
      const { schedule } = entry;
      if (schedule.kind === "reboot" && !booted) trigger(entry);
      if (schedule.kind === "minutes" && newMinute && isDue(schedule, new Date(now))) trigger(entry);
      if (schedule.kind === "seconds" && !entry.running && now - entry.lastStart >= schedule.seconds * 1000 - 500) {
        trigger(entry);
      }
    }
    booted = true;
  }

  const worker = startWorker({
    dbUrl,
    log,
    name: "cron",
    channel: "cron_job_changed",
    everyMs: 1000,
    onConnect,
    onWake,
  });
  return {
    async stop() {
      stopping = true;
      await worker.stop();
      await Promise.all([...open].map(close));
      await Promise.allSettled(runs);
    },
  };
}

import { type ChildProcess, spawn as spawnProcess } from "node:child_process";
import { appendFileSync, closeSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { messageOf, StackError } from "./errors.ts";
import { openLog } from "./log-file.ts";

/** A process of the stack and how to tell that it serves. */
export interface Part {
  /** Also the name of its log file. */
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  cwd?: string;
  /** System user to run as, when the stack itself runs as root. */
  user?: { uid: number; gid: number };
  stopSignal?: "SIGTERM" | "SIGINT";
  /** Resolves true once the part answers. Called until it does. */
  isReady: () => Promise<boolean>;
  /** Cleans up what a killed predecessor left. */
  beforeRestart?: () => Promise<void>;
  /** Why it cannot listen: a port of it is taken. Asked when it has ended. */
  taken?: () => StackError | null;
}

export interface Supervisor {
  /** Starts a part and waits until it is ready. Throws a StackError when it dies first or takes too long. */
  start(part: Part): Promise<void>;
  /** Stops a part and starts it again, without counting it as a death. */
  restart(name: string): Promise<void>;
  stop(): Promise<void>;
  pids(): Record<string, number>;
}

interface Running {
  part: Part;
  child: ChildProcess;
  log: ReturnType<typeof openLog>;
  deaths: number[];
  /** Stopping on purpose. */
  expected: boolean;
  /** Ended because it could not listen, and is started again. */
  waits: boolean;
  /** Why it is given up. */
  failure?: StackError;
  exited: Promise<void>;
}

const MAX_DEATHS = 5;
const DEATH_WINDOW_MS = 60_000;
const READY_TIMEOUT_MS = 60_000;
/** Longer than it takes a Ctrl-C, which reaches all processes at once, to reach this one. */
const FIRST_BACK_OFF_MS = 200;
const STOP_TIMEOUT_MS = 15_000;
/** How often logs are looked at that may have grown. */
const ROTATE_MS = 2_000;
/** What every part says of a port that it cannot have. */
const IN_USE = /address (already )?in use/i;
/**
 * How long a part waits for a port that something else holds: an outgoing connection soon ends, another server does
 * not.
 */
const PORT_PATIENCE_MS = 5_000;

export interface SupervisorOptions {
  logs: string;
  /** Tells people about restarts. */
  note: (text: string) => void;
  /** A part is beyond repair: the stack has to go down. */
  onFailure: (error: StackError) => void;
  onPids?: () => void;
}

/**
 * Keeps the processes of the stack alive: one that dies is started again, later each time; five deaths in a minute are
 * a failure.
 */
export function createSupervisor({ logs, note, onFailure, onPids }: SupervisorOptions): Supervisor {
  const running = new Map<string, Running>();
  let stopping = false;

  function spawn(part: Part, deaths: number[]): Running {
    const log = openLog(join(logs, `${part.name}.log`));
    const file = log.open();
    const child = spawnProcess(part.command, part.args, {
      env: { ...process.env, ...part.env },
      cwd: part.cwd,
      ...part.user,
      // The input is held open for the life of the stack: a part of ours that sees it end knows that the stack was
      // killed, and ends too.
      stdio: ["pipe", file, file],
    });
    closeSync(file);
    const entry: Running = { part, child, log, deaths, expected: false, waits: false, exited: Promise.resolve() };
    const ended = Promise.withResolvers<string>();
    child.on("exit", (code, signal) => ended.resolve(signal === null ? `with exit code ${code}` : `by ${signal}`));
    child.on("error", (error) => {
      appendFileSync(log.path, `error: ${error.message}\n`);
      ended.resolve("before it began");
    });
    entry.exited = ended.promise.then((how) => died(entry, how));
    running.set(part.name, entry);
    onPids?.();
    return entry;
  }

  async function died(entry: Running, how: string): Promise<void> {
    const { part, log, deaths } = entry;
    if (stopping || entry.expected || running.get(part.name) !== entry) return;
    const taken = part.taken?.() ?? null;
    entry.waits = taken !== null || log.said(IN_USE);
    if (taken !== null) return await startOnceFree(entry, taken);
    const now = Date.now();
    deaths.push(now);
    while (deaths[0] !== undefined && deaths[0] < now - DEATH_WINDOW_MS) deaths.shift();
    if (deaths.length >= MAX_DEATHS) {
      const said = entry.child.signalCode === null ? log.reason() : "";
      const what = `${part.name} ended ${how} for the ${MAX_DEATHS}th time within a minute`;
      return fail(entry, new StackError(`${what}: read ${log.path}.${said}`));
    }
    await delay(FIRST_BACK_OFF_MS * 2 ** (deaths.length - 1));
    if (stopping) return;
    note(`${part.name} ended ${how} and is started again`);
    await startAgain(entry);
  }

  /** A port that is taken is no fault of the part, and counts as no death. */
  async function startOnceFree(entry: Running, taken: StackError): Promise<void> {
    note(`${entry.part.name} waits. ${taken.message}`);
    for (
      const deadline = Date.now() + PORT_PATIENCE_MS;
      entry.part.taken?.() !== null;
      await delay(FIRST_BACK_OFF_MS)
    ) {
      if (stopping) return;
      if (Date.now() > deadline) return fail(entry, taken);
    }
    if (!stopping) await startAgain(entry);
  }

  async function startAgain(entry: Running): Promise<void> {
    const { part, deaths } = entry;
    try {
      await part.beforeRestart?.();
      if (!stopping) spawn(part, deaths);
    } catch (error) {
      fail(entry, new StackError(`${part.name} cannot be started again: ${messageOf(error)}`));
    }
  }

  function fail(entry: Running, error: StackError): void {
    entry.failure = error;
    onFailure(error);
  }

  async function waitUntilReady(part: Part): Promise<void> {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    const first = running.get(part.name);
    while (Date.now() < deadline) {
      if (await part.isReady().catch(() => false)) return;
      const current = running.get(part.name);
      if (current?.failure !== undefined) throw current.failure;
      if (current === undefined || (current === first && !first.waits && first.deaths.length > 0)) {
        throw new StackError(
          `${part.name} did not start: read ${join(logs, `${part.name}.log`)}.${first?.log.reason() ?? ""}`,
        );
      }
      await delay(25);
    }
    throw new StackError(
      `${part.name} did not answer within ${READY_TIMEOUT_MS / 1000} s: read ${join(logs, `${part.name}.log`)}.`,
    );
  }

  async function end(entry: Running): Promise<void> {
    entry.expected = true;
    entry.child.kill(entry.part.stopSignal ?? "SIGTERM");
    const ended = await Promise.race([entry.exited.then(() => true), delay(STOP_TIMEOUT_MS).then(() => false)]);
    if (ended) return;
    appendFileSync(entry.log.path, `did not stop within ${STOP_TIMEOUT_MS / 1000} s: killed\n`);
    entry.child.kill("SIGKILL");
    await entry.exited;
  }

  const rotating = setInterval(() => {
    for (const { log } of running.values()) log.rotate();
  }, ROTATE_MS);

  return {
    async start(part) {
      spawn(part, []);
      await waitUntilReady(part);
    },
    async restart(name) {
      const entry = running.get(name);
      if (entry === undefined || stopping) return;
      await end(entry);
      spawn(entry.part, entry.deaths);
      await waitUntilReady(entry.part);
    },
    async stop() {
      stopping = true;
      clearInterval(rotating);
      // In reverse order: Postgres, the first to start, goes last, when nobody uses it any more.
      const entries = [...running.values()].reverse();
      await Promise.all(entries.slice(0, -1).map(end));
      const last = entries.at(-1);
      if (last !== undefined) await end(last);
    },
    pids: () => Object.fromEntries([...running].map(([name, { child }]) => [name, child.pid ?? 0])),
  };
}

export function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

/** Processor time by part of the stack, in microseconds. */
export type CpuTimes = Record<string, number>;

export type CpuMeter = { read(): CpuTimes; since(before: CpuTimes): CpuTimes };

/**
 * Reads how long the processes of a stack have run; what `postgres` names counts with its children. Empty elsewhere
 * than on Linux.
 */
export function cpuMeter(pids: Record<string, number>): CpuMeter {
  const read = (): CpuTimes => {
    if (process.platform !== "linux") return {};
    const times: CpuTimes = { bench: timeOf(process.pid) };
    for (const [part, pid] of Object.entries(pids)) times[part] = timeOf(pid);
    if (pids.postgres !== undefined) {
      for (const child of childrenOf(pids.postgres)) times.postgres = (times.postgres ?? 0) + exactTimeOf(child);
    }
    return times;
  };
  return {
    read,
    since: (before) =>
      Object.fromEntries(Object.entries(read()).map(([part, time]) => [part, time - (before[part] ?? 0)])),
  };
}

/** Linux counts processor time in ticks of 1/100 s (USER_HZ, fixed for all architectures it tells user space about). */
const TICK_MICROSECONDS = 10_000;

/** Of all threads, those that ended too: proc(5), /proc/<pid>/stat, fields 14 and 15. */
function timeOf(pid: number): number {
  const fields = statOf(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MICROSECONDS;
}

/** To the nanosecond, of a process that has but one thread: /proc/<pid>/schedstat. */
function exactTimeOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[0]) / 1000;
  } catch {
    return 0;
  }
}

/** The parent is field 4 of /proc/<pid>/stat. */
function childrenOf(parent: number): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)
    .filter((pid) => Number(statOf(pid)[1]) === parent);
}

/** The fields from the third on: the name in the second may contain blanks. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

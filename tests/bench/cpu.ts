import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

/** Processor time by part of the stack, in microseconds. */
export type CpuTimes = Record<string, number>;

/** Linux counts processor time in ticks of 1/100 s (USER_HZ, fixed for all architectures it tells user space about). */
const TICK_MICROSECONDS = 10_000;

export type CpuMeter = { read(): CpuTimes; since(before: CpuTimes): CpuTimes };

/** Reads how long the processes of a stack have run; what `postgres` names counts with its children. Empty elsewhere than on Linux. */
export function cpuMeter(pids: Record<string, number>): CpuMeter {
  const read = (): CpuTimes => {
    if (process.platform !== "linux") return {};
    const times: CpuTimes = { bench: ticksOf(process.pid).ticks };
    for (const [part, pid] of Object.entries(pids)) times[part] = ticksOf(pid).ticks;
    if (pids.postgres !== undefined) times.postgres = (times.postgres ?? 0) + childrenOf(pids.postgres);
    return Object.fromEntries(Object.entries(times).map(([part, ticks]) => [part, ticks * TICK_MICROSECONDS]));
  };
  return {
    read,
    since: (before) =>
      Object.fromEntries(Object.entries(read()).map(([part, time]) => [part, time - (before[part] ?? 0)])),
  };
}

function childrenOf(parent: number): number {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((pid) => ticksOf(Number(pid)))
    .filter((entry) => entry.parent === parent).reduce((sum, { ticks }) => sum + ticks, 0);
}

/** proc(5), /proc/<pid>/stat: fields 4 (parent), 14 and 15 (user and system time). The name in field 2 may contain blanks. */
function ticksOf(pid: number): { parent: number; ticks: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return { parent: 0, ticks: 0 };
  }
}

import { setTimeout as delay } from "node:timers/promises";
import { topicWith } from "../../realtime/support/policies.ts";
import { sendFromDatabase } from "../../realtime/support/target.ts";
import { type CpuMeter, type CpuTimes } from "../cpu.ts";
import { quantile } from "../stats.ts";
import { subscribers } from "./clients.ts";
import type { Options } from "./options.ts";

export type Latency = {
  subscribers: number;
  deliveries: number;
  lost: number;
  p50: number;
  p95: number;
  p99: number;
  /** Processor time per event in microseconds, by process. */
  cpu: CpuTimes;
};

const WARM_UP = 20;
const PATIENCE_MS = 10_000;

/**
 * From the database to the callbacks of many clients in this one process. The clock starts when the statement that
 * sends is handed to Postgres, so the time of the statement and of its commit are in it.
 */
export async function measureLatency(
  { subscribers: count, events, pauseMs }: Options,
  meter: CpuMeter,
): Promise<Latency> {
  const topic = topicWith("r");
  const started: number[] = [];
  const latencies: number[] = [];
  const clients = await subscribers(count, topic, (_, { n }) => {
    const begun = started[n];
    if (begun !== undefined && n >= WARM_UP) latencies.push(performance.now() - begun);
  });
  const before = meter.read();
  for (let n = 0; n < WARM_UP + events; n++) {
    started[n] = performance.now();
    await sendFromDatabase(topic, "e", { n, type: "appointment", status: "booked", at: new Date().toISOString() });
    await delay(pauseMs);
  }
  const deadline = Date.now() + PATIENCE_MS;
  while (latencies.length < count * events && Date.now() < deadline) await delay(10);
  const spent = Object.entries(meter.since(before));
  const cpu = Object.fromEntries(spent.map(([part, time]) => [part, Math.round(time / (WARM_UP + events))]));
  await clients.close();
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => quantile(sorted, share);
  const lost = count * events - sorted.length;
  return { subscribers: count, deliveries: sorted.length, lost, p50: at(0.5), p95: at(0.95), p99: at(0.99), cpu };
}

import type { Target } from "../part.ts";
import type { Latency } from "./latency.ts";
import type { Order } from "./order.ts";
import type { Sockets } from "./sockets.ts";

export type RealtimeReport = { latency: Latency; order: Order; sockets: Sockets; targets: Target[] };

const MOST_P95_MS = 25;

/**
 * What has to hold on any machine, however slow and busy: nothing is lost, nothing out of order, everybody is reached.
 * Empty when it does.
 */
export function faults({ latency, order, sockets }: Omit<RealtimeReport, "targets">): string[] {
  return [
    ...(latency.lost === 0 ? [] : [`${latency.lost} deliveries were lost`]),
    ...(order.missing === 0 ? [] : [`${order.missing} of the ordered events were not heard`]),
    ...(order.inOrder === order.listeners
      ? []
      : [`${order.listeners - order.inOrder} listeners heard events out of order`]),
    ...(sockets.reached === sockets.sockets
      ? []
      : [`one event reached ${sockets.reached} of ${sockets.sockets} sockets`]),
  ];
}

/**
 * Holds what was measured against what the project promises. Times are reported, never asserted: a busy machine is no
 * defect.
 */
export function targets({ latency, order, sockets }: Omit<RealtimeReport, "targets">): Target[] {
  return [
    {
      name: `commit to callback, p95, ${latency.subscribers} subscribers`,
      wanted: `less than ${MOST_P95_MS} ms`,
      got: `${ms(latency.p95)} ms`,
      met: latency.p95 < MOST_P95_MS && latency.lost === 0,
    },
    {
      name: `${count(order.events)} events heard in order`,
      wanted: `all ${order.listeners} listeners`,
      got: `${order.inOrder}`,
      met: order.inOrder === order.listeners && order.missing === 0,
    },
    {
      name: "sockets at once that one event reached",
      wanted: count(sockets.sockets),
      got: count(sockets.reached),
      met: sockets.reached === sockets.sockets,
    },
  ];
}

/** Everything as text for people. */
export function asText({ latency, order, sockets, targets }: RealtimeReport): string {
  const grown = Object.entries(sockets.kilobytes).map(([name, kilobytes]) => `${name} ${kilobytes.toFixed(1)} KB`);
  const spent = Object.entries(latency.cpu).map(([name, time]) => `${name} ${ms(time / 1000)} ms`);
  const lines = [
    `Commit to callback, ${latency.subscribers} official clients on one topic, ${
      count(latency.deliveries)
    } deliveries, ${latency.lost} lost`,
    `  p50 ${ms(latency.p50)} ms, p95 ${ms(latency.p95)} ms, p99 ${ms(latency.p99)} ms`,
    ...(spent.length > 0 ? [`  processor time per event: ${spent.join(", ")}`] : []),
    "",
    `${count(order.events)} events, a transaction each, to ${order.listeners} official clients`,
    `  in ${ms(order.ms)} ms (${
      count(Math.round(order.events / order.ms * 1000))
    } per second), ${order.inOrder} heard all in order, ${order.missing} missing`,
    "",
    `${count(sockets.sockets)} sockets at once, each with a private channel, within ${ms(sockets.connectMs)} ms`,
    `  memory per socket: ${grown.join(", ")}`,
    `  one event reached ${count(sockets.reached)} of them, the last after ${ms(sockets.lastMs)} ms`,
    "",
    "Targets",
    "",
    ...targets.map(({ name, wanted, got, met }) => `  ${met ? "✓" : "✗"} ${name}: ${got} (${wanted})`),
  ];
  return `${lines.join("\n")}\n`;
}

const ms = (value: number) => value.toFixed(value < 10 ? 2 : 1);
const count = (value: number) => value.toLocaleString("en");

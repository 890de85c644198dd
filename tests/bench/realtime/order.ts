import { setTimeout as delay } from "node:timers/promises";
import { topicWith } from "../../realtime/support/policies.ts";
import { sendFromDatabase } from "../../realtime/support/target.ts";
import { subscribers } from "./clients.ts";
import type { Options } from "./options.ts";

export type Order = { events: number; listeners: number; inOrder: number; missing: number; ms: number };

const PATIENCE_MS = 20_000;

/**
 * Many events, each a transaction of its own, as fast as they can be committed: does every listener hear all of them,
 * in order?
 */
export async function measureOrder({ ordered, listeners }: Options): Promise<Order> {
  const topic = topicWith("r");
  const heard = Array.from({ length: listeners }, () => new Array<number>());
  const clients = await subscribers(listeners, topic, (client, { n }) => heard[client]?.push(n));
  const begun = performance.now();
  for (let n = 0; n < ordered; n++) await sendFromDatabase(topic, "e", { n });
  const deadline = Date.now() + PATIENCE_MS;
  while (heard.some(({ length }) => length < ordered) && Date.now() < deadline) await delay(5);
  const ms = performance.now() - begun;
  await clients.close();
  return {
    events: ordered,
    listeners,
    inOrder: heard.filter((list) => list.every((n, index) => n === index)).length,
    missing: heard.reduce((sum, { length }) => sum + ordered - length, 0),
    ms,
  };
}

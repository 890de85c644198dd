import { Buffer } from "node:buffer";
import { fitsFrame, type UserBroadcast, userFanout } from "./broadcast.ts";
import type { Hub } from "./hub.ts";
import type { Change, Values } from "./pgoutput.ts";

const UTF8 = new TextEncoder();

export type Outcome = "delivered" | "not_ours" | "incomplete" | "too_large" | "name_too_long" | "too_many";

/** Hands a row of `realtime.messages` to those who are on its topic. A row that cannot be delivered is dropped, as on the platform. */
export function deliverRow(
  { action, relation, values }: Change,
  hub: Hub,
  limits: { payloadBytes: number; tooMany: () => boolean },
): Outcome {
  if (action !== "I" || relation.schema !== "realtime" || !relation.name.startsWith("messages")) return "not_ours";
  const [id, topic, event, isPrivate] = ["id", "topic", "event", "private"].map((name) => values.get(name));
  const message = event ? messageOf(event, values) : null;
  if (!id || !topic || !isPrivate || message === null) return "incomplete";
  if (message.payload.byteLength > limits.payloadBytes) return "too_large";
  if (limits.tooMany()) return "too_many";
  const name = `realtime:${topic}`;
  if (!fitsFrame(name) || !fitsFrame(message.event)) return "name_too_long";
  hub.broadcast({ name: topic, private: isPrivate === "t" }, userFanout(name, message, id));
  return "delivered";
}

function messageOf(event: string, values: Values): UserBroadcast | null {
  const bytes = values.get("binary_payload");
  // The text of a bytea is \x and hexadecimal digits.
  if (bytes) return { event, encoding: "binary", payload: new Uint8Array(Buffer.from(bytes.slice(2), "hex")) };
  const json = values.get("payload");
  return json ? { event, encoding: "json", payload: UTF8.encode(json) } : null;
}

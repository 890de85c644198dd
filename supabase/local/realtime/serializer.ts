import { z } from "zod";
import type { Fanout } from "./broadcast.ts";

/** Version of the frames: 1 is objects, 2 is arrays and binary broadcasts. */
export type Version = 1 | 2;

export interface Message {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
}

const ref = z.string().nullable();
const V1 = z.object({
  topic: z.string(),
  event: z.string(),
  payload: z.unknown().optional(),
  ref: ref.default(null),
  join_ref: ref.default(null),
});
const V2 = z.tuple([ref, ref, z.string(), z.string(), z.unknown()]).rest(z.unknown());

/** The version a client asks for with `vsn`; null for one that does not exist. */
export function versionOf(vsn: string | null): Version | null {
  if (vsn === null || vsn === "" || /^1\.0\.\d+$/.test(vsn)) return 1;
  return /^2\.0\.\d+$/.test(vsn) ? 2 : null;
}

/** Reads a text frame. Null when it is malformed. */
export function decodeText(text: string, version: Version): Message | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (version === 1) {
    const { success, data } = V1.safeParse(value);
    return success
      ? { joinRef: data.join_ref, ref: data.ref, topic: data.topic, event: data.event, payload: data.payload }
      : null;
  }
  const { success, data } = V2.safeParse(value);
  if (!success) return null;
  const [joinRef, ref, topic, event, payload] = data;
  // JSON knows no undefined: the array was too short.
  return payload === undefined ? null : { joinRef, ref, topic, event, payload };
}

/** A message of the server. Version 1 has no place for the join it belongs to. */
export function encodeText({ joinRef, ref, topic, event, payload }: Message, version: Version): string {
  return JSON.stringify(version === 1 ? { topic, event, payload, ref } : [joinRef, ref, topic, event, payload]);
}

/** A message without a join that goes to many sockets. */
export function textFanout(topic: string, event: string, payload: unknown, id?: string): Fanout {
  const texts = new Map<Version, string>();
  return {
    ...(id !== undefined && { id }),
    encoded(version) {
      const known = texts.get(version) ??
        encodeText({ joinRef: null, ref: null, topic, event, payload }, version);
      texts.set(version, known);
      return known;
    },
  };
}

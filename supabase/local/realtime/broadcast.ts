import type { Version } from "./serializer.ts";

/** One message on its way to many sockets, encoded once per version of the protocol. Null where a version cannot carry it. */
export interface Fanout {
  /** Id of the row a message of the database came from. */
  id?: string;
  encoded(version: Version): string | Uint8Array<ArrayBuffer> | null;
}

export type Encoding = "json" | "binary";

/** An event with its payload, as it came out of a client's frame, an HTTP request or the database. */
export interface UserBroadcast {
  event: string;
  encoding: Encoding;
  /** For `json` the text, in UTF-8. */
  payload: Uint8Array<ArrayBuffer>;
}

const KIND_PUSH = 3;
const KIND_BROADCAST = 4;
const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true });

/** Length fields of a frame are one byte. */
export const LONGEST_NAME = 255;
export const fitsFrame = (text: string): boolean => utf8.encode(text).byteLength <= LONGEST_NAME;

export interface UserPush extends UserBroadcast {
  joinRef: string | null;
  ref: string | null;
  topic: string;
}

/** Reads the binary frame of a client. Null when it is malformed; JSON is checked, because a subscriber may not survive what is none. */
export function decodePush(frame: Uint8Array<ArrayBuffer>): UserPush | null {
  const [kind, joinRef = 0, ref = 0, topic = 0, event = 0, meta = 0, encoding] = frame;
  const end = 7 + joinRef + ref + topic + event + meta;
  if (kind !== KIND_PUSH || frame.byteLength < end || (encoding !== 0 && encoding !== 1)) return null;
  try {
    let at = 7;
    const take = (length: number) => strict.decode(frame.subarray(at, at += length));
    const names = { joinRef: take(joinRef) || null, ref: take(ref) || null, topic: take(topic), event: take(event) };
    const payload = frame.subarray(end);
    if (encoding === 1) JSON.parse(strict.decode(payload));
    return { ...names, encoding: encoding === 1 ? "json" : "binary", payload };
  } catch {
    return null;
  }
}

/** The binary frame a server sends. `meta` is JSON, or "". */
export function encodeBroadcast(topic: string, message: UserBroadcast, meta: string): Uint8Array<ArrayBuffer> {
  const names = [topic, message.event, meta].map((text) => utf8.encode(text));
  const lengths = names.map(({ byteLength }) => byteLength);
  if (lengths.some((length) => length > LONGEST_NAME)) throw new RangeError("A name is too long for a frame");
  const head = [KIND_BROADCAST, ...lengths, message.encoding === "json" ? 1 : 0];
  const total = lengths.reduce((sum, length) => sum + length, head.length);
  const frame = new Uint8Array(total + message.payload.byteLength);
  let at = 0;
  for (const part of [head, ...names, message.payload]) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

/** The same as the text of version 1, which has no place for bytes. The payload goes in as it is, so that no number loses digits. */
export function broadcastText(topic: string, message: UserBroadcast, meta: string): string | null {
  if (message.encoding === "binary") return null;
  const payload = new TextDecoder().decode(message.payload);
  const inner = `{"type":"broadcast","event":${JSON.stringify(message.event)},"payload":${payload}${
    meta === "" ? "" : `,"meta":${meta}`
  }}`;
  return `{"topic":${JSON.stringify(topic)},"event":"broadcast","payload":${inner},"ref":null}`;
}

/** A user broadcast for everyone of a topic (with `realtime:`). */
export function userFanout(topic: string, message: UserBroadcast, id?: string): Fanout {
  const meta = id === undefined ? "" : JSON.stringify({ id });
  let frame: Uint8Array<ArrayBuffer> | undefined;
  let text: string | null | undefined;
  return {
    ...(id !== undefined && { id }),
    encoded(version) {
      if (version === 2) return frame ??= encodeBroadcast(topic, message, meta);
      return text === undefined ? text = broadcastText(topic, message, meta) : text;
    },
  };
}

import { Buffer } from "node:buffer";
import type pg from "pg";
import { encodeBroadcast } from "./broadcast.ts";
import { encodeText, type Version } from "./serializer.ts";

/** A message that was sent before the client came. */
export interface Replayed {
  id: string;
  event: string;
  payload: unknown;
  binary_payload: Buffer | null;
}

const MOST = 25;

/** The latest private messages of a topic from an instant on (epoch milliseconds), oldest first. */
export async function loadReplay(
  pool: pg.Pool,
  topic: string,
  { since, limit }: { since: number; limit: number },
): Promise<Replayed[]> {
  const { rows } = await pool.query<Replayed>(
    `select id, event, payload, binary_payload from realtime.messages
     where topic = $1 and private and extension = 'broadcast' and event is not null
       and inserted_at >= to_timestamp($2::double precision / 1000) at time zone 'utc'
       and inserted_at < now() at time zone 'utc' + interval '1 minute'
     order by inserted_at desc limit $3`,
    [topic, since, Math.min(limit, MOST)],
  );
  return rows.reverse();
}

/** Null where the version cannot carry it. `topic` is the full name. */
export function encodeReplayed(
  { id, event, payload, binary_payload }: Replayed,
  topic: string,
  joinRef: string | null,
  version: Version,
): string | Uint8Array<ArrayBuffer> | null {
  const meta = { replayed: true, id };
  if (binary_payload === null) {
    const message = { type: "broadcast", event, payload, meta };
    return encodeText({ joinRef, ref: null, topic, event: "broadcast", payload: message }, version);
  }
  if (version === 1) return null;
  const bytes = new Uint8Array(binary_payload);
  return encodeBroadcast(topic, { event, encoding: "binary", payload: bytes }, JSON.stringify(meta));
}

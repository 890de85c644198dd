import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

export type Meta = Record<string, unknown> & { phx_ref: string };
export type PresenceState = Record<string, { metas: Meta[] }>;
export interface Diff {
  joins: PresenceState;
  leaves: PresenceState;
}

interface Entry {
  key: string;
  payload: Record<string, unknown>;
  meta: Meta;
}

/** Who is present in one room: at most one entry per channel, any number under one key. */
export class Presence {
  /** In the order in which they came. */
  readonly #entries = new Map<object, Entry>();

  /** Makes an owner present, or changes what it shows. Null when nothing changes. */
  track(owner: object, key: string, payload: Record<string, unknown>): Diff | null {
    const former = this.#entries.get(owner);
    if (former !== undefined && isDeepStrictEqual(former.payload, payload)) return null;
    const reference = { phx_ref: randomBytes(12).toString("base64url") };
    const meta = { ...payload, ...reference, ...(former && { phx_ref_prev: former.meta.phx_ref }) };
    this.#entries.set(owner, { key, payload, meta });
    return { joins: one(key, meta), leaves: former ? one(former.key, former.meta) : {} };
  }

  /** Null when the owner was not present. */
  untrack(owner: object): Diff | null {
    const former = this.#entries.get(owner);
    if (former === undefined) return null;
    this.#entries.delete(owner);
    return { joins: {}, leaves: one(former.key, former.meta) };
  }

  state(): PresenceState {
    const state = new Map<string, { metas: Meta[] }>();
    for (const { key, meta } of this.#entries.values()) {
      const known = state.get(key);
      if (known) known.metas.push(meta);
      else state.set(key, { metas: [meta] });
    }
    return Object.fromEntries(state);
  }
}

const one = (key: string, meta: Meta): PresenceState => Object.fromEntries([[key, { metas: [meta] }]]);

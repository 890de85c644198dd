import type pg from "pg";
import type { Channel } from "./channel.ts";
import type { Hub } from "./hub.ts";
import type { Limits } from "./limits.ts";
import type { Maintenance } from "./maintenance.ts";
import type { Rate } from "./rate.ts";
import type { Verified } from "./token.ts";

/** What all sockets share. */
export interface Services {
  limits: Limits;
  privateOnly: boolean;
  hub: Hub;
  pool: pg.Pool;
  maintenance: Maintenance;
  rates: { joins: Rate; events: Rate; presence: Rate };
  verify: (token: string) => Promise<Verified>;
  replication: { readonly up: boolean; whenUp(milliseconds: number): Promise<boolean> };
  /** Subscribes a channel to the tables it asked for, or again with the claims that it has now; forgets it when it ends. */
  changes: { subscribe(channel: Channel): void; forget(channel: Channel): void };
  /** Asks again about the channels of whoever has lost access. */
  access: { readonly changes: number; review(channel: Channel): void };
  log: (event: string, detail?: unknown) => void;
}

export const delay = (milliseconds: number): Promise<void> =>
  milliseconds === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, milliseconds));

import type pg from "pg";
import type { Hub } from "./hub.ts";
import type { Limits } from "./limits.ts";
import type { Rate } from "./rate.ts";
import type { Verified } from "./token.ts";

/** What all sockets share. */
export interface Services {
  limits: Limits;
  hub: Hub;
  pool: pg.Pool;
  rates: { joins: Rate; events: Rate; presence: Rate };
  verify: (token: string) => Promise<Verified>;
  replication: { readonly up: boolean; whenUp(milliseconds: number): Promise<boolean> };
  log: (event: string, detail?: unknown) => void;
}

export const delay = (milliseconds: number): Promise<void> =>
  milliseconds === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, milliseconds));

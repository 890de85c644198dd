import type { PoolClient } from "pg";
import { afterAll, beforeAll } from "vitest";
import { sql } from "../support/database.ts";
import { arrange, lookUp } from "./world.ts";

/**
 * Gives the tests of a file one connection in a transaction that holds the world of the matrix and is rolled back in the end: `const world = useWorld()`, then
 * `world.client`. `more` adds to the world.
 */
export function useWorld(more?: (client: PoolClient) => Promise<void>): { readonly client: PoolClient } {
  let connected: PoolClient | undefined;
  beforeAll(async () => {
    connected = await sql().connect();
    await connected.query("begin");
    await arrange(connected);
    await lookUp(connected);
    await more?.(connected);
  });
  afterAll(async () => {
    await connected?.query("rollback");
    connected?.release();
  });
  return {
    get client() {
      if (connected === undefined) throw new Error("The world is there while tests run");
      return connected;
    },
  };
}

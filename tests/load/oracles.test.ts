import type { PoolClient } from "pg";
import { afterAll, beforeAll, describe, test } from "vitest";
import { arrangement, filledWith, lookups, type Probe, probes } from "../rls/identifiers.ts";
import { requireAlike, WRONG } from "../rls/probing.ts";
import { arrange, lookUp } from "../rls/world.ts";
import { sql } from "../support/database.ts";

let client: PoolClient;
let filled: (probe: Probe) => Probe;

beforeAll(async () => {
  client = await sql().connect();
  await client.query("begin");
  await arrange(client);
  await lookUp(client);
  await client.query(arrangement);
  filled = filledWith((await client.query<Record<string, string>>(lookups)).rows[0] ?? {});
});
afterAll(async () => {
  await client.query("rollback");
  client.release();
});

describe("whether something of somebody else is there does not show, whatever else is wrong and whoever asks", () => {
  test.each(probes.map((probe): [string, Probe] => [`${probe.name} ${probe.at.join(".")}`, probe]))(
    "%s",
    (_, probe) => requireAlike(client, filled(probe), ["patient", "doctor", "pharmacist", "admin", "suspended"], WRONG),
  );
});

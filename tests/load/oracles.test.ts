import { describe, test } from "vitest";
import { filledWith, type Probe } from "../rls/probe.ts";
import { arrangement, lookups } from "../rls/probe-rows.ts";
import { probes } from "../rls/probes.ts";
import { requireAlike, WRONG } from "../rls/probing.ts";
import { useWorld } from "../rls/use-world.ts";

let filled: (probe: Probe) => Probe;
const world = useWorld(async (client) => {
  await client.query(arrangement);
  filled = filledWith((await client.query<Record<string, string>>(lookups)).rows[0] ?? {});
});

describe("whether something of somebody else is there does not show, whatever else is wrong and whoever asks", () => {
  test.each(probes.map((probe): [string, Probe] => [`${probe.name} ${probe.at.join(".")}`, probe]))(
    "%s",
    (_, probe) =>
      requireAlike(world.client, filled(probe), ["patient", "doctor", "pharmacist", "admin", "suspended"], WRONG),
  );
});

import { describe, expect, test } from "vitest";
import { sql, sqlValue } from "../support/database.ts";
import { filledWith, type Probe } from "./probe.ts";
import { arrangement, lookups } from "./probe-rows.ts";
import { probes } from "./probes.ts";
import { call, mayNotKnow, pair, requireAlike } from "./probing.ts";
import type { ActorName } from "./actors.ts";
import { topics } from "./topics/index.ts";
import { useWorld } from "./use-world.ts";
import { walkIns } from "./topics/patient-identity/rows.ts";

/** What everybody may look up. */
const OPEN = ["organization_id", "p_organization_id"];

/** What reads like an identifier and is none. */
const NO_IDENTIFIERS: Record<string, string> = {
  "list_records p_code": "the code of a diagnosis",
  "search_audit request_id": "the name of a request",
  "search_audit table_name": "one of the tables that everybody knows",
};

/** Functions whose names, numbers and addresses are written down and look nobody up. */
const WRITES = [
  "create_patient",
  "update_patient",
  "create_organization",
  "create_room",
  "create_service",
  "change_service",
  "create_practitioner",
  "create_calendar_feed",
  "complete_registration",
];
const WRITTEN = /name$|^phone$|postal_code|national_id$|^mrn$/;

/** Who has nothing to do with the North; the nurse of the matrix has broken the glass there. */
const strangers: ActorName[] = ["patient", "doctor", "pharmacist", "admin", "suspended"];
const IDENTIFIES = /(^|_)(id|ids|code|token|mrn|national_id|phone)$|(^|_)name$/;

let filled: (probe: Probe) => Probe;
const world = useWorld(async (client) => {
  await client.query(arrangement);
  filled = filledWith((await client.query<Record<string, string>>(lookups)).rows[0] ?? {});
});

test("every identifier that a function of the API takes is probed", async () => {
  const { rows } = await world.client.query<{ name: string; body: string; names: string[] }>(`
    select p.proname as name, p.prosrc as body,
      array(select a.name from unnest(p.proargnames) with ordinality as a (name, n)
        where coalesce((p.proargmodes::text[])[a.n], 'i') = 'i') as names
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and (has_function_privilege('authenticated', p.oid, 'execute') or has_function_privilege('anon', p.oid, 'execute'))`);
  const taken = rows.flatMap(({ name, body, names }) => {
    const keys = [...body.matchAll(/'\{([a-z_,\s]+)\}'|array\[([^\]]+)\]/g)].flatMap(([, one, other]) =>
      (one ?? other ?? "").split(/[,\s']+/)
    );
    return [
      ...names.filter((one) => IDENTIFIES.test(one) && !one.startsWith("p_after_")),
      ...(names.some((one) => /^p_(input|changes|filters)$/.test(one))
        ? keys.filter((one) => IDENTIFIES.test(one))
        : []),
    ].filter((one) => !OPEN.includes(one) && !(WRITES.includes(name) && WRITTEN.test(one))).map((one) =>
      `${name} ${one.replace(/^p_patient_id$/, "patient_id")}`
    );
  });
  const probed = new Set([
    ...Object.keys(NO_IDENTIFIERS),
    ...topics.flatMap(({ written = [] }) => written),
    ...probes.map(({ name, at }) => `${name} ${at.at(-1)?.replace(/^p_patient_id$/, "patient_id")}`),
  ]);
  expect([...new Set(taken)].filter((one) => !probed.has(one)).sort()).toEqual([]);
});

const named = probes.map((probe): [string, Probe] => [`${probe.name} ${probe.at.join(".")}`, probe]);

describe("whether something of somebody else is there does not show", () => {
  test.each(named)("in what %s answers", async (_, raw) => {
    const probe = filled(raw);
    const { there, absent, ids } = pair(probe);
    for (const actor of strangers.filter((one) => mayNotKnow(probe, one))) {
      const one = await call(world.client, actor, probe.name, there, ids[0]);
      const other = await call(world.client, actor, probe.name, absent, ids[1]);
      expect(one.said, actor).toBe(other.said);
      // What one costs is in the class of the other. A policy asks who the caller is once there is a row to ask for, and the trace of an attempt is
      // written where there is somebody whom it concerns; both are as much for every row.
      expect(Math.abs(one.reads - other.reads), `rows read as ${actor}`).toBeLessThan(300);
      expect(Math.abs(one.writes - other.writes), `rows written as ${actor}`).toBeLessThan(12);
    }
  });

  // Every way in which an argument can be wrong, and as a patient too: tests/load/oracles.test.ts.
  test.each(named)(
    "when another argument of %s is wrong",
    (_, probe) => requireAlike(world.client, filled(probe), ["doctor"], [null, "<b>"]),
  );
});

test.each<[name: string, input: (id: string) => object]>([
  ["merge_patients", (id) => ({ patient_id: id, source_id: id, reason: "Twice" })],
  ["merge_patients", (id) => ({ patient_id: walkIns.wanda, source_id: id, reason: "Twice" })],
  ["create_link_code", (id) => ({ patient_id: id })],
  ["dismiss_duplicate", (id) => ({ patient_id: id, other_patient_id: id, reason: "Twins" })],
])("%s does not wait for a row of a stranger that somebody else has locked", async (name, input) => {
  const id = String(
    await sqlValue("insert into private.patients (given_name, family_name) values ('Lone', 'Locked') returning id"),
  );
  const holder = await sql().connect();
  try {
    await holder.query("begin");
    await holder.query("select from private.patients where id = $1 for update", [id]);
    await world.client.query("set local lock_timeout = '500ms'");
    const { said } = await call(world.client, "doctor", name, { p_input: JSON.parse(JSON.stringify(input(id))) }, id);
    expect(said).toMatch(/PT4(04|22)/);
  } finally {
    await holder.query("rollback");
    holder.release();
  }
});

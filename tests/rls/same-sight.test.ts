import { beforeAll, describe, expect, test } from "vitest";
import { actAs, type Actor } from "../support/database.ts";
import { actors } from "./actors.ts";
import { northHospital, people } from "./people.ts";
import { useWorld } from "./use-world.ts";

/**
 * Functions above the policies decide anew who sees what, because policies cost as much again as the reading. What they
 * show has to be what the policies show: `ids` are all there are, `shown` what the function answers for these, and
 * `table` where the policies are.
 */
const readers = [
  {
    what: "patients",
    table: "public.patients",
    ids: "private.patients",
    shown: "select id from private.patients_json($1)",
  },
  {
    what: "identifiers of patients",
    table: "public.patient_identifiers",
    ids: "private.patients",
    shown: `select (n ->> 'id')::uuid as id
      from private.patients_json($1) j, json_array_elements(j.patient -> 'identifiers') as n`,
  },
  {
    what: "contacts of patients",
    table: "public.patient_contacts",
    ids: "private.patients",
    shown: `select (n ->> 'id')::uuid as id
      from private.patients_json($1) j, json_array_elements(j.patient -> 'contacts') as n`,
  },
  {
    what: "appointments",
    table: "public.appointments",
    ids: "public.appointments",
    shown: "select id from private.appointments_json($1)",
  },
  {
    what: "series",
    table: "public.appointment_series",
    ids: "public.appointment_series",
    shown: "select id from private.series_list_json($1)",
  },
  {
    what: "entries of the waiting list",
    table: "public.waitlist_entries",
    ids: "public.waitlist_entries",
    shown: "select id from private.waitlist_entries_json($1)",
  },
];

const { anonymous: _, service: __, ...signedIn } = actors;
const callers: Record<string, Actor> = {
  ...signedIn,
  "doctor elsewhere": { role: "authenticated", userId: people.northDoctor },
  "patient elsewhere": { role: "authenticated", userId: people.priya },
};

/** What happens to memberships, care and organizations, one after the other. */
const scenes: [string, string][] = [
  ["as things are", "select"],
  [
    "while the doctors have charts open that they do not care for",
    `insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, reason, expires_at)
     select p.id, m.user_id, m.organization_id, 'break_glass', 'everything', 'emergency_treatment', 'Brought in unconscious',
       now() + interval '1 hour'
     from private.patients p, public.memberships m
     where p.merged_into is null and m.organization_id <> all (p.hospital_ids)
       and m.role = 'hospital_staff' and m.user_id in ('${people.doctor}', '${people.northDoctor}')
     order by p.created_at, p.id, m.id limit 20`,
  ],
  [
    "once a patient is hidden",
    `update private.patients set deleted_at = now(), deletion_reason = 'Entered twice' where user_id = '${people.paula}'`,
  ],
  [
    "once the nurse is suspended",
    `update public.memberships set status = 'suspended' where user_id = '${people.nurse}'`,
  ],
  ["once a hospital is closed", `update public.organizations set active = false where id = '${northHospital}'`],
  ["once all care has ended", "update public.care_relationships set status = 'ended' where status = 'active'"],
];

const world = useWorld();

describe.each(scenes)("%s", (_scene, change) => {
  beforeAll(async () => {
    await actAs(world.client, null);
    await world.client.query(change);
  });

  test.each(readers)("functions show the $what that the policies show", async ({ table, ids, shown }) => {
    await actAs(world.client, null);
    const { rows: [all] } = await world.client.query<{ ids: string[] }>(`select array_agg(id) as ids from ${ids}`);
    let seen = 0;
    for (const [name, caller] of Object.entries(callers)) {
      await actAs(world.client, caller);
      const { rows: byFunction } = await world.client.query<{ id: string }>(`${shown} order by 1`, [all?.ids]);
      const { rows: byPolicies } = await world.client.query<{ id: string }>(`select id from ${table} order by 1`);
      expect(byFunction, name).toEqual(byPolicies);
      seen += byPolicies.length;
    }
    expect(seen).toBeGreaterThan(0);
  });
});

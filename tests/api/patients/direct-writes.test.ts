import { expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL } from "../../support/people.ts";
import { at, gateway, signIn } from "../../support/stack.ts";

// Triggers run before a policy judges the row that somebody inserts: what one of them looks up with the rights of its owner must not show.
const NORTHSIDE = "20000000-0000-4000-8000-000000000001";
const nobody = crypto.randomUUID();

/** What came of an insert, with whatever names the row left out. */
const insert = async (token: string, table: string, body: object) => {
  const answer = await gateway(`/rest/v1/${table}`, { token, body });
  return [answer.status, at(answer.body, "/code"), at(answer.body, "/message")];
};

test.each<[table: string, row: (patientId: string) => object]>([
  ["encounters", (patient_id) => ({ patient_id, kind: "ambulatory", occurred_at: "1950-01-01T12:00:00Z" })],
  [
    "allergies",
    (patient_id) => ({ patient_id, category: "food", substance: "Nuts", occurred_at: "1950-01-01T12:00Z" }),
  ],
  ["allergy_reviews", (patient_id) => ({ patient_id, statement: "reviewed" })],
  ["pregnancy_statuses", (patient_id) => ({ patient_id, pregnancy: "pregnant", occurred_at: "1982-01-01T12:00:00Z" })],
  ["vital_signs", (patient_id) => ({
    patient_id,
    measure: "heart_rate",
    value: 60,
    unit: "/min",
    occurred_at: "1950-01-01T12:00:00Z",
  })],
  ["correction_requests", (patient_id) => ({ patient_id, organization_id: HOSPITAL, field: "phone", text: "Wrong" })],
  ["correction_requests", (patient_id) => ({ patient_id, organization_id: NORTHSIDE, field: "phone", text: "Wrong" })],
  ["patient_contacts", (patient_id) => ({ patient_id, kind: "guardian", name: "Gil", phone: "+4930123456" })],
  ["consents", (patient_id) => ({ patient_id, organization_id: NORTHSIDE, scope: "nothing" })],
  ["care_relationships", (patient_id) => ({ patient_id, organization_id: NORTHSIDE })],
])("a row of %s for a stranger tells nothing of them", async (table, row) => {
  const theirs = await newPatientId({ birth_date: "1980-01-01" }, "doctor@north.health");
  for (const who of ["doctor@demo.health", "patient@demo.health"]) {
    const token = await signIn(who);
    const answer = await insert(token, table, row(theirs));
    expect(answer).toEqual(await insert(token, table, row(nobody)));
    expect(answer[1]).toBe("42501");
  }
});

test("a schedule of a stranger tells nothing of its people", async () => {
  const token = await signIn("nurse@demo.health");
  const practitioner = String(
    await sqlValue("select id from public.practitioners where organization_id = $1 limit 1", [NORTHSIDE]),
  );
  const membership = String(
    await sqlValue("select membership_id from public.practitioners where id = $1", [practitioner]),
  );
  for (const organization_id of [NORTHSIDE, HOSPITAL]) {
    const closed = (practitioner_id: string) => ({
      organization_id,
      practitioner_id,
      kind: "closed",
      from_day: "2031-01-01",
      to_day: "2031-01-01",
    });
    const known = await insert(token, "availability_exceptions", closed(practitioner));
    expect(known).toEqual(await insert(token, "availability_exceptions", closed(nobody)));
    const person = (membership_id: string) => ({ organization_id, membership_id, display_name: "Dr. Who" });
    expect(await insert(token, "practitioners", person(membership))).toEqual(
      await insert(token, "practitioners", person(nobody)),
    );
  }
});

test("no other trigger looks before the policies do", async () => {
  const { rows } = await sql().query<{ name: string }>(`
    select distinct p.proname as name
    from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_class c on c.oid = t.tgrelid
    where not t.tgisinternal and p.prosecdef and (t.tgtype & 1) = 1 and (t.tgtype & 2) = 2 and (t.tgtype & 4) = 4
      and c.relnamespace = 'public'::regnamespace
      and exists (
        select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and has_column_privilege('authenticated', c.oid, a.attnum, 'insert'))
    order by 1`);
  expect(rows.map(({ name }) => name)).toEqual([
    "check_care_relationship", // of the organization alone, which everybody may look up
    "check_correction_request", // of one's own patient
    "check_interaction_policy", // of the rules, which everybody reads
    "check_practitioner", // asks private.require_schedule
    "check_practitioner_of_organization", // as well
    "check_vital_sign", // of units
    "inherit_sensitivity", // sets a column, and refuses nothing
    "map_substance", // of the catalogue, which everybody reads
    "replace_consent", // goes with the row
    "stamp_record", // of the charts that the caller has open
  ]);
});

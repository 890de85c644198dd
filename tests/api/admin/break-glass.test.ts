import { beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newMember, type Person } from "../../support/people.ts";
import { type Answer, gateway } from "../../support/stack.ts";

const why = { purpose: "emergency_treatment", reason: "Unconscious, no relatives present" };
const NOBODY = "ffffffff-0000-4000-8000-000000000000";

let nurse: Person;
beforeEach(async () => {
  await resetLimits();
  nurse = await newMember(HOSPITAL, "hospital_staff");
});

const breakGlass = (p_input: object, { token } = nurse): Promise<Answer> =>
  gateway("/rest/v1/rpc/break_glass", { token, body: { p_input } });
const entries = () =>
  sqlValue("select count(*)::int from audit.entries where actor_id = $1 and action = 'deny'", [nurse.id]);
const elsewhere = (fields: object) =>
  newPatientId({ given_name: "Nora", birth_date: "1970-05-06", ...fields }, "doctor@north.health");

describe("breaking the glass at the data API is no silent look-up", () => {
  test.each<[what: string, wrong: object]>([
    ["a reason that is too short", { ...why, reason: "x" }],
    ["no reason", { purpose: why.purpose }],
    ["a reason with markup", { ...why, reason: "<b>Unconscious</b>" }],
    ["no purpose", { reason: why.reason }],
    ["an unknown purpose", { ...why, purpose: "zzz" }],
    ["a hospital that is no id", { ...why, organization_id: "zzz" }],
    ["an unknown field", { ...why, other: 1 }],
  ])("with %s", async (_, wrong) => {
    const family_name = uniqueName();
    const id = await elsewhere({ family_name, national_id: { country: "DE", value: `G${Date.now()}` } });
    const value = String(
      await sqlValue("select value from public.patient_identifiers where patient_id = $1 and system = 'national_id'", [
        id,
      ]),
    );
    const pairs: [object, object][] = [
      [{ patient_id: id }, { patient_id: NOBODY }],
      [{ national_id: { country: "DE", value } }, { national_id: { country: "DE", value: "G0" } }],
      [{ given_name: "Nora", family_name, birth_date: "1970-05-06" }, {
        given_name: "Nora",
        family_name: `${family_name}x`,
        birth_date: "1970-05-06",
      }],
    ];
    for (const [there, absent] of pairs) {
      const [one, other] = [await breakGlass({ ...there, ...wrong }), await breakGlass({ ...absent, ...wrong })];
      expect(one.status).not.toBe(200);
      expect([one.status, one.body]).toEqual([other.status, other.body]);
      expect(JSON.stringify(one.body)).not.toMatch(/Failing row/);
      expect(JSON.stringify(one.body)).not.toContain(id);
    }
  });

  test("naming nobody, or more than one way, is refused before anybody is looked for", async () => {
    for (
      const named of [{}, { patient_id: null }, { given_name: "Nora" }, { patient_id: NOBODY, given_name: "Nora" }, {
        national_id: "DE",
      }, { given_name: "Nora", family_name: "Nobody", birth_date: "now" }]
    ) {
      expect(await breakGlass({ ...named, ...why })).toMatchObject({ status: 422, body: { hint: "invalid_input" } });
    }
    expect(await entries()).toBe(0);
  });
});

test("a try that leads to nobody leaves an entry, and ten of them end the search for an hour", async () => {
  const family_name = uniqueName();
  const id = await elsewhere({ family_name });
  const miss = () => breakGlass({ given_name: "Nora", family_name: uniqueName(), birth_date: "1970-05-06", ...why });
  for (let round = 1; round <= 10; round++) {
    expect((await miss()).status).toBe(404);
    expect(await entries()).toBe(round);
  }
  // Whoever is there does not show any more either.
  for (const answer of [await miss(), await breakGlass({ patient_id: id, ...why })]) {
    expect(answer).toMatchObject({ status: 429, body: { hint: "rate_limited" } });
  }
  expect(await entries()).toBe(12);
  expect(await sqlValue("select count(*)::int from public.chart_accesses where patient_id = $1", [id])).toBe(0);
});

test("a chart that opens takes the tries before it back: emergencies are not counted", async () => {
  const id = await elsewhere({ family_name: uniqueName() });
  for (let round = 0; round < 9; round++) expect((await breakGlass({ patient_id: NOBODY, ...why })).status).toBe(404);
  expect(await breakGlass({ patient_id: id, ...why })).toMatchObject({ status: 200, body: { basis: "break_glass" } });
  expect((await breakGlass({ patient_id: NOBODY, ...why })).status).toBe(404);
});

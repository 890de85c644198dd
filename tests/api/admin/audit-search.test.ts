import { beforeAll, describe, expect, test } from "vitest";
import { openChart } from "../../support/charts.ts";
import { actAs, rolledBack, sql, sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newColleague, newPerson, type Person } from "../../support/people.ts";
import { at, call, listAt, numberAt, signIn, textAt } from "../../support/stack.ts";

const NORTHSIDE = "20000000-0000-4000-8000-000000000001";
const PHARMACY = "10000000-0000-4000-8000-000000000002";

let doctor: string;
/** Tokens of those who read the log of Demo General Hospital, of Northside Hospital and of the Central Pharmacy. */
let overseers: { demo: string; northside: string; pharmacy: string };

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  const [northside, pharmacy] = [await newPerson(), await newPerson()];
  await enroll(northside, NORTHSIDE, "privacy_officer");
  await enroll(pharmacy, PHARMACY, "admin");
  overseers = { demo: await signIn("privacy@demo.health"), northside: northside.token, pharmacy: pharmacy.token };
});

const enroll = (person: Person, organization: string, role: string) =>
  sql().query("insert into public.memberships (user_id, organization_id, role) values ($1, $2, $3)", [
    person.id,
    organization,
    role,
  ]);

const chooseHospital = (person: Person, organization: string) =>
  call("/patients/me/care-relationships", { token: person.token, body: { organization_id: organization } });

const ownPatient = async (person: Person) => textAt((await call("/patients/me", { token: person.token })).body, "/id");

/** A patient with a login, and the hospitals that they chose. */
async function newPatientWithLogin(hospitals: string[]): Promise<Person & { patientId: string }> {
  const person = await newPerson();
  for (const hospital of hospitals) expect(await chooseHospital(person, hospital)).toMatchObject({ status: 201 });
  return { ...person, patientId: await ownPatient(person) };
}

const search = async (token: string, query: string) =>
  listAt((await call(`/admin/audit?${query}`, { token })).body, "/data");

/** What each overseer finds of the request of an answer. */
async function foundBy(answer: { headers: Headers }) {
  const query = `request_id=${answer.headers.get("x-request-id")}`;
  return {
    demo: await search(overseers.demo, query),
    northside: await search(overseers.northside, query),
    pharmacy: await search(overseers.pharmacy, query),
  };
}

const changePhone = (token: string, id: string) =>
  call(`/patients/${id}`, { token, method: "PATCH", body: { phone: "+4930987654" } });
const changeProfile = (token: string) => call("/auth/profile", { token, method: "PATCH", body: { language: "pt-BR" } });
const phone = { table_name: "patients", changed_fields: ["phone"] };

describe("what is done for a hospital is found there alone", () => {
  test("by staff of two hospitals", async () => {
    const both = await newColleague();
    await enroll(both, NORTHSIDE, "hospital_staff");
    const [here, there] = [await newPatientId(), await newPatientId({}, "doctor@north.health")];
    expect(await foundBy(await changePhone(both.token, here))).toMatchObject({
      demo: [{ ...phone, patient_id: here, organization_id: HOSPITAL, actor_id: both.id }],
      northside: [],
    });
    expect(await foundBy(await changePhone(both.token, there))).toMatchObject({
      demo: [],
      northside: [{ ...phone, patient_id: there, organization_id: NORTHSIDE }],
    });
    const contacts = await call(`/patients/${here}`, {
      token: both.token,
      method: "PATCH",
      body: { contacts: [{ kind: "emergency", name: "Somebody", phone: "+4930123456" }] },
    });
    expect(await foundBy(contacts)).toMatchObject({ demo: [{ table_name: "patient_contacts" }], northside: [] });
    const hidden = await call(`/patients/${here}`, { token: both.token, method: "DELETE", body: { reason: "twice" } });
    expect(await foundBy(hidden)).toMatchObject({ demo: [{ row_id: here, organization_id: HOSPITAL }], northside: [] });
  });

  test("by staff who also administer a pharmacy", async () => {
    const staff = await newColleague();
    await enroll(staff, PHARMACY, "admin");
    expect(await foundBy(await changePhone(staff.token, await newPatientId()))).toMatchObject({
      demo: [phone],
      northside: [],
      pharmacy: [],
    });
  });

  test("though another hospital cares for the patient, and also when it was denied", async () => {
    const { patientId } = await newPatientWithLogin([HOSPITAL, NORTHSIDE]);
    expect(await foundBy(await changePhone(doctor, patientId))).toMatchObject({ demo: [phone], northside: [] });
    const closed = await call(`/patients/${patientId}/summary`, { token: doctor });
    expect(await foundBy(closed)).toMatchObject({ demo: [{ reason: "chart_not_open" }], northside: [] });
  });

  test("when the patient lets it in by consent", async () => {
    const { patientId, token } = await newPatientWithLogin([HOSPITAL]);
    await call(`/patients/${patientId}/consents`, { token, body: { organization_id: NORTHSIDE, scope: "everything" } });
    const closed = await call(`/patients/${patientId}/summary`, { token: await signIn("doctor@north.health") });
    expect(await foundBy(closed)).toMatchObject({ demo: [], northside: [{ reason: "chart_not_open" }] });
  });
});

describe("what patients do themselves", () => {
  test("is found by every hospital that cares for them, which learns of no other", async () => {
    const { patientId, token, id } = await newPatientWithLogin([HOSPITAL, NORTHSIDE]);
    expect(await foundBy(await changePhone(token, patientId))).toMatchObject({
      demo: [{ ...phone, patient_id: patientId, organization_id: HOSPITAL, actor_id: id }],
      northside: [{ ...phone, patient_id: patientId, organization_id: NORTHSIDE, actor_id: id }],
      pharmacy: [],
    });
    const named = await changeProfile(token);
    expect(await foundBy(named)).toMatchObject({ demo: [{ table_name: "profiles" }], northside: [{}], pharmacy: [] });
  });

  test("is not their employer's business", async () => {
    const employee = await newPatientWithLogin([HOSPITAL]);
    await enroll(employee, PHARMACY, "pharmacy_staff");
    expect(await foundBy(await changePhone(employee.token, employee.patientId))).toMatchObject({
      demo: [phone],
      pharmacy: [],
    });
    const named = await changeProfile(employee.token);
    expect(await foundBy(named)).toMatchObject({ demo: [], pharmacy: [{ table_name: "profiles" }] });
  });

  test("before a hospital cared for them is found by the patient, by those that do", async () => {
    const person = await newPatientWithLogin([]);
    const answer = await changePhone(person.token, person.patientId);
    const early = `patient_id=${person.patientId}&request_id=${answer.headers.get("x-request-id")}&count=exact`;
    expect(await search(overseers.demo, early)).toEqual([]);
    await chooseHospital(person, HOSPITAL);
    expect(await search(overseers.demo, early)).toMatchObject([{ ...phone, organization_id: null }]);
    expect((await call(`/admin/audit?${early}`, { token: overseers.demo })).body).toMatchObject({ page: { total: 1 } });
    expect(await search(overseers.demo, `${early}&organization_id=${HOSPITAL}`)).toEqual([]);
    expect(await search(overseers.northside, early)).toEqual([]);
    expect(await search(overseers.demo, `patient_id=${person.patientId}`)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ organization_id: null }),
        expect.objectContaining({ organization_id: HOSPITAL, table_name: "care_relationships" }),
      ]),
    );
  });
});

test("a registration is one entry, by which each of its rows is found", async () => {
  const registered = await call("/patients", {
    token: doctor,
    body: {
      given_name: "Rita",
      family_name: uniqueName(),
      national_id: { country: "DE", value: `R${Date.now()}` },
      contacts: [{ kind: "emergency", name: "Somebody", phone: "+4930123456" }],
    },
  });
  const id = textAt(registered.body, "/id");
  const { demo: [entry, ...others], northside } = await foundBy(registered);
  expect([others, northside]).toEqual([[], []]);
  expect(entry).toMatchObject({ table_name: "patients", row_id: id, patient_id: id, organization_id: HOSPITAL });
  const parts = listAt(entry, "/parts").map((part) => [textAt(part, "/table_name"), textAt(part, "/row_id")] as const);
  expect(parts.map(([table]) => table).sort()).toEqual(
    ["care_relationships", "patient_contacts", "patient_identifiers", "patient_identifiers"],
  );
  for (const [table, row] of parts) {
    expect(await search(overseers.demo, `row_id=${row}`)).toEqual([entry]);
    expect(await search(overseers.demo, `table_name=${table}&row_id=${row}&count=exact`)).toEqual([entry]);
    expect(await search(overseers.demo, `table_name=${table}&patient_id=${id}`)).toEqual([entry]);
    expect(await search(overseers.northside, `row_id=${row}`)).toEqual([]);
  }
  expect(
    await sqlValue(
      "select jsonb_path_query_array(after, '$.parts[*].row.value') from audit.entries where row_id = $1",
      [
        id,
      ],
    ),
  ).toHaveLength(2);
  await call(`/patients/${id}`, { token: doctor, method: "PATCH", body: { contacts: [] } });
  const contact = parts.find(([table]) => table === "patient_contacts")?.[1];
  expect(await search(overseers.demo, `row_id=${contact}`)).toMatchObject([{ action: "delete" }, {
    id: at(entry, "/id"),
  }]);
});

test("a row that a merge moved is found by the registration that it came with", async () => {
  const contacts = [{ kind: "emergency", name: "Somebody", phone: "+4930123456" }];
  const source = await newPatientId({ contacts });
  const [registration] = await search(overseers.demo, `row_id=${source}`);
  const rows = listAt(registration, "/parts")
    .filter((part) => textAt(part, "/table_name") !== "care_relationships")
    .map((part) => textAt(part, "/row_id"));
  expect(rows).toHaveLength(2);
  for (let moves = 1, from = source; moves <= 2; moves++) {
    const into = await newPatientId();
    const body = { source_id: from, reason: "Registered twice" };
    expect(await call(`/patients/${into}/merge`, { token: doctor, body })).toMatchObject({ status: 201 });
    for (const row of rows) {
      const found = await search(overseers.demo, `row_id=${row}&count=exact`);
      expect(found).toHaveLength(moves + 1);
      expect(found.at(-1)).toEqual(registration);
    }
    from = into;
  }
});

test("a person of two organizations who changes their profile is found by both", async () => {
  const both = await newColleague();
  await enroll(both, NORTHSIDE, "hospital_staff");
  const named = await changeProfile(both.token);
  expect(await foundBy(named)).toMatchObject({ demo: [{ row_id: both.id }], northside: [{ row_id: both.id }] });
});

describe("a denied attempt on a patient is found by the hospital of the patient", () => {
  test("when a patient makes it on another's chart", async () => {
    const id = await newPatientId();
    const stranger = await newPatientWithLogin([NORTHSIDE]);
    const denied = [{ reason: "not_in_care", patient_id: id, organization_id: HOSPITAL, actor_id: stranger.id }];
    const summary = await call(`/patients/${id}/summary`, { token: stranger.token });
    expect(summary.status).toBe(404);
    expect(await foundBy(summary)).toMatchObject({ demo: denied, northside: [], pharmacy: [] });
  });

  test.each(
    [
      ["a doctor of another hospital", "doctor@north.health", "northside", NORTHSIDE],
      ["a pharmacist", "pharmacist@demo.health", "pharmacy", PHARMACY],
    ] as const,
  )("when %s makes it, and at home", async (_, email, home, organization_id) => {
    const id = await newPatientId();
    const denied = { action: "deny", reason: "not_in_care", patient_id: id };
    const found = await foundBy(await openChart(id, email));
    expect(found).toMatchObject({
      northside: [],
      pharmacy: [],
      demo: [{ ...denied, organization_id: HOSPITAL }],
      [home]: [{ ...denied, organization_id }],
    });
  });
});

test("a page costs the same however long the log is, whatever it is searched by", async () => {
  const officer = textAt((await call("/auth/me", { token: overseers.demo })).body, "/id");
  const patient = await newPatientId();
  const filters = [
    {},
    { action: "deny" },
    { action: "delete" },
    { action: "deny", patient_id: patient },
    { table_name: "rooms" },
    { patient_id: patient },
    { actor_id: officer },
    { row_id: patient },
    { request_id: "none" },
    { from: "2000-01-01T00:00:00Z", to: "2000-01-02T00:00:00Z" },
  ];
  await rolledBack(async (client) => {
    /** Adds so many changes of others, and counts the blocks that each search reads. */
    const blocksAfter = async (entries: number) => {
      await actAs(client, null);
      await client.query("set local session_replication_role = replica");
      await client.query(
        `insert into audit.entries (actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id, action, changed_fields)
         select gen_random_uuid(), 'authenticated', $1, gen_random_uuid(), gen_random_uuid(), 'patients', gen_random_uuid(), 'update', '{phone}'
         from generate_series(1, $2)`,
        [HOSPITAL, entries],
      );
      await client.query("analyze audit.entries");
      await actAs(client, { role: "authenticated", userId: officer });
      const blocks: number[] = [];
      for (const filter of filters) {
        const search = `select * from public.search_audit('${JSON.stringify(filter)}')`;
        await client.query(search);
        const { rows: [explained] } = await client.query<{ "QUERY PLAN": unknown }>(
          `explain (analyze, buffers, format json) ${search}`,
        );
        const plan = explained?.["QUERY PLAN"];
        blocks.push(numberAt(plan, "/0/Plan/Shared Hit Blocks") + numberAt(plan, "/0/Plan/Shared Read Blocks"));
      }
      return blocks;
    };
    const few = await blocksAfter(2_000);
    const many = await blocksAfter(20_000);
    expect(many.map((blocks, index) => [filters[index], blocks < Number(few[index]) + 100])).toEqual(
      filters.map((filter) => [filter, true]),
    );
  });
});

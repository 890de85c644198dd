import { beforeAll, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newMember, type Person } from "../../support/people.ts";
import { type Answer, at, call, gateway, listAt, signIn, textAt } from "../../support/stack.ts";
import { pauseJob } from "../../support/jobs.ts";

const NORTHSIDE = "20000000-0000-4000-8000-000000000001";
const TAKEN = { status: 409, body: { code: "already_exists", errors: [{ pointer: "/national_id/value" }] } };
const emergency = { purpose: "emergency_treatment", reason: "Unconscious, no relatives present" };

let nurse: string;
let officers: { demo: Person; north: Person };
beforeAll(async () => {
  nurse = await signIn("nurse@demo.health");
  const [demo, north] = await Promise.all([
    newMember(HOSPITAL, "privacy_officer"),
    newMember(NORTHSIDE, "privacy_officer"),
  ]);
  officers = { demo, north };
  return await pauseJob("check-duplicates");
});

const nationalId = () => ({ country: "DE", value: uniqueName().slice(0, 14).toUpperCase() });
const register = (national_id: object) =>
  call("/patients", { token: nurse, body: { given_name: "Any", family_name: uniqueName(), national_id } });
const patch = (id: string, national_id: object) =>
  call(`/patients/${id}`, { token: nurse, method: "PATCH", body: { national_id } });
/** What an answer says, without what differs between any two. */
const shape = ({ status, body }: Answer) =>
  JSON.stringify([status, body]).replaceAll(
    /[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[^"]*|Q[a-zA-Z]+|H\d{7,}|\d+\.\d+/g,
    "~",
  );
const compare = async () => {
  await sqlValue("select private.check_duplicates(p_limit => 100000)");
};
const told = async ({ token }: Person) =>
  listAt((await call("/notifications?kind=identifier_shared&limit=100", { token })).body, "/data");

test("a number of another hospital's patient is answered as any other, at once and afterwards", async () => {
  const theirs = nationalId();
  await newPatientId({ national_id: theirs }, "doctor@north.health");
  const [known, unknown] = [await register(theirs), await register(nationalId())];
  expect(known.status).toBe(201);
  expect(shape(known)).toBe(shape(unknown));
  const [one, other] = [textAt(known.body, "/id"), textAt(unknown.body, "/id")];
  const [plain, second] = [await newPatientId({}, "nurse@demo.health"), await newPatientId({}, "nurse@demo.health")];
  const again = nationalId();
  await newPatientId({ national_id: again }, "doctor@north.health");
  expect(shape(await patch(plain, again))).toBe(shape(await patch(second, nationalId())));
  await compare();
  for (
    const read of [
      (id: string) => call(`/patients/${id}`, { token: nurse }),
      (id: string) =>
        gateway(`/rest/v1/patient_identifiers?patient_id=eq.${id}&system=eq.national_id`, { token: nurse }),
      (id: string) => call(`/patients/${id}/duplicates`, { token: nurse }),
    ]
  ) expect(shape(await read(one))).toBe(shape(await read(other)));
  const worklist = await call("/patients/duplicates?limit=100", { token: nurse });
  expect(JSON.stringify(worklist.body)).not.toContain(one);
  expect((await call("/notifications?kind=identifier_shared", { token: nurse })).body).toMatchObject({ data: [] });
});

test("it is told to the overseers of both hospitals once, without saying who or where", async () => {
  const before = [await told(officers.demo), await told(officers.north)].map(({ length }) => length);
  const number = nationalId();
  const theirs = await newPatientId({ national_id: number }, "doctor@north.health");
  const ours = textAt((await register(number)).body, "/id");
  await compare();
  await sql().query("insert into private.duplicate_checks (patient_id) values ($1), ($2)", [ours, theirs]);
  await compare();
  const after = [await told(officers.demo), await told(officers.north)];
  expect(after.map(({ length }) => length)).toEqual(before.map((length) => length + 1));
  expect(JSON.stringify(after[0])).not.toContain(theirs);
  expect(JSON.stringify(after[1])).not.toContain(ours);
  const link = textAt(after[0]?.[0], "/link").replace("/admin", "/admin");
  const found = await call(link, { token: officers.demo.token });
  expect(listAt(found.body, "/data").map((one) => at(one, "/patient_id"))).toContain(ours);
});

test("a patient who is in care at both hospitals is no way to try the numbers of the other", async () => {
  const both = await newPatientId({}, "nurse@demo.health");
  await sql().query("insert into public.care_relationships (patient_id, organization_id) values ($1, $2)", [
    both,
    NORTHSIDE,
  ]);
  const number = nationalId();
  await newPatientId({ national_id: number }, "doctor@north.health");
  const before = (await told(officers.demo)).length;
  expect((await patch(both, number)).status).toBe(200);
  await compare();
  expect(await told(officers.demo)).toHaveLength(before + 1);
});

test("a number of the own hospital's patient is refused with a pointer, by every way and at once", async () => {
  const number = nationalId();
  const answers = await Promise.all([register(number), register(number), register(number)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  expect(await register({ ...number, value: number.value.toLowerCase() })).toMatchObject(TAKEN);
  expect(await patch(await newPatientId(), number)).toMatchObject(TAKEN);
  const { status, body } = await gateway("/rest/v1/rpc/create_patient", {
    token: nurse,
    body: { p_input: { given_name: "Any", family_name: "Body", national_id: number } },
  });
  expect([status, at(body, "/hint")]).toEqual([409, "already_exists"]);
});

test("in an emergency it leads to the first who had it", async () => {
  const number = nationalId();
  const theirs = await newPatientId({ national_id: number }, "doctor@north.health");
  await register(number);
  const broken = await call("/patients/break-glass", { token: nurse, body: { national_id: number, ...emergency } });
  expect(broken).toMatchObject({ status: 201, body: { patient_id: theirs } });
});

test("two patients of one number who come to one hospital are in its worklist, whatever their names", async () => {
  const number = nationalId();
  const theirs = await newPatientId({ national_id: number }, "doctor@north.health");
  const ours = textAt((await register(number)).body, "/id");
  await sql().query("insert into public.care_relationships (patient_id, organization_id) values ($1, $2)", [
    theirs,
    HOSPITAL,
  ]);
  const found = await call(`/patients/${ours}/duplicates`, { token: nurse });
  expect(listAt(found.body, "/data").map((one) => at(one, "/patient/id"))).toContain(theirs);
});

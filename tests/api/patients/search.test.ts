import { beforeAll, expect, test } from "vitest";
import { newPatient, newPatientId, uniqueName } from "../../support/patients.ts";
import { type Answer, at, call, listAt, numberAt, signIn, textAt } from "../../support/stack.ts";

let doctor: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
});

const search = (criteria: Record<string, unknown>, token = doctor): Promise<Answer> =>
  call("/patients/search", { token, body: criteria });

const ids = ({ body }: Answer) => listAt(body, "/data").map((one) => textAt(one, "/id"));

test.each([
  ["as it is written", "Dvořáková"],
  ["without accents", "dvorakova"],
  ["in capitals", "DVORAKOVA"],
  ["from its beginning", "dvora"],
  ["with a letter too many", "dvorrakova"],
  ["with a letter missing", "dvorkova"],
  ["with a wrong letter", "dvorakofa"],
])("a name is found %s", async (_, typed) => {
  const given = uniqueName();
  const id = await newPatientId({ family_name: "Dvořáková", given_name: given });
  expect(ids(await search({ name: `${typed} ${given}` }))).toEqual([id]);
});

test("every word of a name has to fit, in any order, and the score says how well", async () => {
  const given = uniqueName();
  const id = await newPatientId({ family_name: "O'Neill Šťastný", given_name: given });
  const exact = await search({ name: `${given} stastny` });
  expect(exact).toMatchObject({ status: 200, body: { data: [{ id, score: 1, family_name: "O'Neill Šťastný" }] } });
  const typo = await search({ name: `${given} stasny` });
  expect(numberAt(typo.body, "/data/0/score")).toBeLessThan(1);
  expect((await search({ name: `${given} schmidt` })).body).toMatchObject({ data: [] });
});

test("what a search finds is the patient itself", async () => {
  const { body } = await newPatient({ phone: "+493055501299" });
  const found = await search({ name: textAt(body, "/family_name") });
  expect(found.body).toMatchObject({ data: [body], page: { has_more: false, next_cursor: null } });
});

test("a medical record number is found in either case, at the own hospital alone", async () => {
  const mrn = uniqueName().slice(0, 14);
  const id = await newPatientId({ mrn });
  expect(ids(await search({ mrn: mrn.toLowerCase() }))).toEqual([id]);
  expect(ids(await search({ mrn }, await signIn("doctor@north.health")))).toEqual([]);
});

test("birth date and telephone number find, alone and together", async () => {
  const day = "1911-11-11";
  const phone = "+493055587654";
  const id = await newPatientId({ birth_date: day, phone });
  const other = await newPatientId({ birth_date: day });
  expect(ids(await search({ birth_date: day }))).toEqual(expect.arrayContaining([id, other]));
  expect(ids(await search({ birth_date: day, phone }))).toContain(id);
  expect(ids(await search({ birth_date: day, phone }))).not.toContain(other);
  expect(ids(await search({ phone: "+49 30 555-87654" }))).toContain(id);
});

test("pages of a search have no gaps and no repetitions", async () => {
  const family = uniqueName();
  const made = await Promise.all(
    ["Ada", "Ben", "Cleo", "Dan", "Eve"].map((given_name) => newPatientId({ family_name: family, given_name })),
  );
  const seen: string[] = [];
  for (let cursor: unknown = ""; cursor !== null;) {
    const answer = await search({
      name: family,
      limit: 2,
      ...(typeof cursor === "string" && cursor !== "" && { cursor }),
    });
    seen.push(...ids(answer));
    cursor = at(answer.body, "/page/next_cursor");
  }
  expect(seen).toHaveLength(5);
  expect(new Set(seen)).toEqual(new Set(made));
});

test.each([
  ["nothing to search for", {}, ""],
  ["a name with markup", { name: "<script>alert(1)</script>" }, "/name"],
  ["a name with SQL", { name: "'; drop table patients; --" }, "/name"],
  ["a day that does not exist", { birth_date: "1999-02-30" }, "/birth_date"],
  ["no telephone number", { phone: "12345" }, "/phone"],
  ["a medical record number with a wildcard", { mrn: "DGH%" }, "/mrn"],
  ["a cursor of another list", { name: "a", cursor: "eyJhIjoxfQ" }, "/cursor"],
  ["a limit beyond the largest", { name: "a", limit: 101 }, "/limit"],
  ["an unknown criterion", { name: "a", surname: "b" }, "/surname"],
])("%s is refused", async (_, criteria, pointer) => {
  expect(await search(criteria)).toMatchObject({ status: 422, body: { code: "invalid_input", errors: [{ pointer }] } });
});

test("a list is in the order of names and pages it without gaps while patients are added", async () => {
  const given = uniqueName();
  const families = ["aa", "bb", "cc", "dd", "ee"].map((prefix) => `${prefix}${given}`);
  for (const family_name of families) await newPatient({ family_name });
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let first = true; first || cursor !== undefined; first = false) {
    const { body } = await call(`/patients?limit=7${cursor ? `&cursor=${cursor}` : ""}`, { token: doctor });
    seen.push(...listAt(body, "/data").map((one) => textAt(one, "/family_name")));
    // One before and one behind the page that was read last: neither moves a patient that was there from the start.
    if (seen.length < 30) {
      await newPatient({ family_name: `aaa${uniqueName()}` });
      await newPatient({ family_name: `zzz${uniqueName()}` });
    }
    const next = at(body, "/page/next_cursor");
    cursor = typeof next === "string" ? next : undefined;
  }
  expect(seen.filter((family) => families.includes(family))).toEqual(families);
  expect(new Set(seen.filter((family) => family.includes(given))).size).toBe(5);
});

test("a list counts when asked to, the whole and not the rest", async () => {
  const first = await call("/patients?limit=5&count=exact", { token: doctor });
  const total = numberAt(first.body, "/page/total");
  expect(total).toBeGreaterThanOrEqual(30);
  const cursor = textAt(first.body, "/page/next_cursor");
  const second = await call(`/patients?limit=5&count=exact&cursor=${cursor}`, { token: doctor });
  expect(at(second.body, "/page/total")).toBe(total);
  expect(at((await call("/patients?limit=1", { token: doctor })).body, "/page/total")).toBeUndefined();
});

test.each([
  ["limit=0"],
  ["limit=101"],
  ["limit=ten"],
  ["cursor=%21"],
  ["count=some"],
  ["organization_id=1"],
  ["page=2"],
  ["limit=1&limit=2"],
])(
  "a list refuses ?%s",
  async (query) => {
    expect(await call(`/patients?${query}`, { token: doctor })).toMatchObject({
      status: 422,
      body: { code: "invalid_input" },
    });
  },
);

test("patients find themselves in the list, and nobody else", async () => {
  const token = await signIn("patient2@demo.health");
  const { body } = await call("/patients?count=exact", { token });
  expect(body).toMatchObject({ data: [{ family_name: "Horák" }], page: { total: 1, has_more: false } });
});

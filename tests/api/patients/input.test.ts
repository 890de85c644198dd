import { beforeAll, describe, expect, test } from "vitest";
import { sqlValue } from "../../support/database.ts";
import { newPatient, uniqueName } from "../../support/patients.ts";
import { type Answer, at, call, listAt, signIn, textAt } from "../../support/stack.ts";

let doctor: string;
let id: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  id = textAt((await newPatient()).body, "/id");
});

const tomorrowEverywhere = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
const contact = { kind: "emergency", name: "Mia", phone: "+493055501235" };

/** Every refused value that an answer names, once. */
const pointers = ({ body }: Answer) => [...new Set(listAt(body, "/errors").map((error) => at(error, "/pointer")))];

/** Sends one field to create and to change; both name it and nothing else, and nothing is stored. */
async function refused(field: Record<string, unknown>, pointer: string) {
  const family = uniqueName();
  const create = await call("/patients", { token: doctor, body: { given_name: "A", family_name: family, ...field } });
  expect(create).toMatchObject({ status: 422, body: { code: "invalid_input" } });
  expect(pointers(create)).toEqual([pointer]);
  expect(create.headers.get("content-type")).toBe("application/problem+json");
  expect(await sqlValue("select count(*)::int from public.patients where family_name = $1", [family])).toBe(0);
  if ("mrn" in field || "organization_id" in field) return;
  const before = await sqlValue("select version from public.patients where id = $1", [id]);
  const patch = await call(`/patients/${id}`, { token: doctor, method: "PATCH", body: field });
  expect(patch).toMatchObject({ status: 422, body: { code: "invalid_input" } });
  expect(pointers(patch)).toEqual([pointer]);
  expect(await sqlValue("select version from public.patients where id = $1", [id])).toBe(before);
}

const HOSTILE: [string, string][] = [
  ["SQL", "Robert'); DROP TABLE patients;--"],
  ["a condition", "' or 1=1 --"],
  ["a script", "<script>alert(1)</script>"],
  ["an image", "<img src=x onerror=alert(1)>"],
  ["a template", "${7*7} {{7*7}}"],
  ["a control character", "a\u0001b"],
  ["a line break", "a\nb"],
  ["half a character", "\ud800"],
  ["5000 characters", "x".repeat(5000)],
];
const STRINGS = [
  "given_name",
  "family_name",
  "birth_date",
  "sex",
  "blood_type",
  "language",
  "phone",
  "email",
  "address_line",
  "city",
  "region",
  "postal_code",
  "country",
  "organization_id",
  "mrn",
];

describe.each(STRINGS)("%s", (field) => {
  test.each(HOSTILE)("refuses %s", async (_, text) => {
    await refused({ [field]: text }, `/${field}`);
  });

  test("refuses what is no text", async () => {
    for (const value of [1, true, {}, ["a"]]) await refused({ [field]: value }, `/${field}`);
  });

  test("refuses U+0000", async () => {
    await refused({ [field]: "a\u0000b" }, `/${field}`);
  });
});

test.each([["name"], ["relationship"], ["phone"], ["email"], ["kind"]])(
  "contacts' %s refuses SQL and script",
  async (field) => {
    for (const [, text] of HOSTILE) {
      await refused({ contacts: [{ ...contact, [field]: text }] }, `/contacts/0/${field}`);
    }
  },
);

test.each([["country"], ["value"]])("national_id's %s refuses SQL and script", async (field) => {
  for (const [, text] of HOSTILE) {
    await refused({ national_id: { country: "DE", value: "X1", [field]: text } }, `/national_id/${field}`);
  }
});

test.each([["1999-02-29"], ["2000-13-01"], ["1874-12-31"], [tomorrowEverywhere], ["0000-00-00"], ["12.04.1988"], [
  "1988-4-12",
], ["infinity"]])(
  "the birth date %s is refused",
  async (birth_date) => {
    await refused({ birth_date }, "/birth_date");
  },
);

test("a leap day and the earliest day are birth dates", async () => {
  await newPatient({ birth_date: "2000-02-29" });
  await newPatient({ birth_date: "1875-01-01" });
});

test("text is kept as it was typed, apostrophes, accents and other scripts included", async () => {
  for (const name of ["O'Brien", "Müller-Lüdenscheidt", "Ángel de la Cruz", "李小龍", "محمد", "Nguyễn"]) {
    const { body } = await newPatient({ given_name: name });
    expect(body).toMatchObject({ given_name: name });
  }
});

test("what is unknown or given twice over is refused by name", async () => {
  await refused({ role: "admin" }, "/role");
  await refused({ id: crypto.randomUUID() }, "/id");
  await refused({ hospital_ids: [] }, "/hospital_ids");
  await refused({ contacts: [{ ...contact, admin: true }] }, "/contacts/0/admin");
  await refused({ contacts: Array.from({ length: 21 }, () => contact) }, "/contacts");
  await refused({ contacts: [{ kind: "emergency", name: "Mia" }] }, "/contacts/0/phone");
  await refused({ contacts: null }, "/contacts");
});

test("names are needed, and a change has to change something", async () => {
  const empty = await call("/patients", { token: doctor, body: {} });
  expect(empty).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/given_name" }, { pointer: "/family_name" }] },
  });
  const nothing = await call(`/patients/${id}`, { token: doctor, method: "PATCH", body: {} });
  expect(nothing).toMatchObject({ status: 422, body: { errors: [{ pointer: "" }] } });
});

test("a body that is no JSON is 400, another type 415, 2 MB 413, deep nesting 422", async () => {
  const send = (body: string, headers: Record<string, string> = {}) =>
    call("/patients", { token: doctor, body, headers });
  expect(await send('{"given_name": "A"')).toMatchObject({ status: 400, body: { code: "malformed_json" } });
  expect(await send("given_name=A", { "content-type": "application/x-www-form-urlencoded" })).toMatchObject({
    status: 415,
  });
  expect(await send(JSON.stringify({ given_name: "x".repeat(2_000_000) }))).toMatchObject({
    status: 413,
    body: { code: "payload_too_large" },
  });
  const deep = `{"given_name":${"[".repeat(5000)}${"]".repeat(5000)}}`;
  expect(await send(deep)).toMatchObject({ status: 422, body: { code: "invalid_input" } });
});

test.each([["/patients/1"], ["/patients/%00"], ["/patients/'%20or%201=1--"], [`/patients/${"a".repeat(300)}`]])(
  "GET %s is refused",
  async (path) => {
    expect(await call(path, { token: doctor })).toMatchObject({ status: 422, body: { code: "invalid_input" } });
  },
);

test("a key that is no Idempotency-Key is refused", async () => {
  const body = { given_name: "A", family_name: uniqueName() };
  const answer = await call("/patients", { token: doctor, body, headers: { "idempotency-key": "x".repeat(256) } });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/header/idempotency-key" }] } });
});

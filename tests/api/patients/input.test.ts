import { beforeAll, expect, test } from "vitest";
import { sqlValue } from "../../support/database.ts";
import { newPatient, uniqueName } from "../../support/patients.ts";
import { type Answer, at, call, listAt, signIn, textAt } from "../../support/stack.ts";

let doctor: string;
let id: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  id = textAt((await newPatient()).body, "/id");
});

const contact = { kind: "emergency", name: "Mia", phone: "+493055501235" };

/** Every refused value that an answer names, once. */
const pointers = ({ body }: Answer) => [...new Set(listAt(body, "/errors").map((error) => at(error, "/pointer")))];

// What every field refuses: tests/contract/hostile-input.test.ts. This is what one of each kind leaves behind.
test.each<[field: Record<string, unknown>, pointer: string]>([
  [{ phone: "Robert'); DROP TABLE patients;--" }, "/phone"],
  [{ birth_date: "1999-02-29" }, "/birth_date"],
  [{ birth_date: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10) }, "/birth_date"],
  [{ birth_date: "1874-12-31" }, "/birth_date"],
  [{ role: "admin" }, "/role"],
  [{ contacts: [{ ...contact, name: "<script>alert(1)</script>" }] }, "/contacts/0/name"],
  [{ contacts: [{ kind: "emergency", name: "Mia" }] }, "/contacts/0/phone"],
  [{ national_id: { country: "DE", value: "' or 1=1 --" } }, "/national_id/value"],
])("%j is refused by create and by change, and nothing is stored", async (field, pointer) => {
  const family = uniqueName();
  const create = await call("/patients", { token: doctor, body: { given_name: "A", family_name: family, ...field } });
  expect(create).toMatchObject({ status: 422, body: { code: "invalid_input" } });
  expect(pointers(create)).toEqual([pointer]);
  expect(create.headers.get("content-type")).toBe("application/problem+json");
  expect(await sqlValue("select count(*)::int from public.patients where family_name = $1", [family])).toBe(0);
  const before = await sqlValue("select version from public.patients where id = $1", [id]);
  const patch = await call(`/patients/${id}`, { token: doctor, method: "PATCH", body: field });
  expect(patch).toMatchObject({ status: 422, body: { code: "invalid_input" } });
  expect(pointers(patch)).toEqual([pointer]);
  expect(await sqlValue("select version from public.patients where id = $1", [id])).toBe(before);
});

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

test("a key that is no Idempotency-Key is refused", async () => {
  const body = { given_name: "A", family_name: uniqueName() };
  const answer = await call("/patients", { token: doctor, body, headers: { "idempotency-key": "x".repeat(256) } });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: "#/header/idempotency-key" }] } });
});

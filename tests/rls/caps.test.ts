import { expect, test } from "vitest";
import { sql } from "../support/database.ts";
import { newPatient } from "../support/patients.ts";
import { gateway, signIn, textAt } from "../support/stack.ts";
import { adding } from "./topics/data-api/cap-rules.ts";

test("every cap has a rule that shows it", async () => {
  const { rows } = await sql().query<{ cap: string }>("select cap from private.caps order by cap");
  expect(rows.map(({ cap }) => cap)).toEqual(Object.keys(adding).sort());
});

const contacts = (patient_id: string, count: number) =>
  Array.from({ length: count }, () => ({ patient_id, kind: "emergency", name: "One of many", phone: "+4930123456" }));

test("a patient has twenty contacts by the data API as well, in one request or in many", async () => {
  const patient = textAt((await newPatient()).body, "/id");
  const token = await signIn("doctor@demo.health");
  const add = (count: number) =>
    gateway("/rest/v1/patient_contacts", {
      token,
      body: contacts(patient, count),
      headers: { prefer: "return=minimal" },
    });
  expect(await add(3000)).toMatchObject({ status: 409, body: { hint: "limit_reached" } });
  expect((await add(19)).status).toBe(201);
  expect((await add(1)).status).toBe(201);
  expect(await add(1)).toMatchObject({ status: 409, body: { hint: "limit_reached" } });
});

test("a patient is registered with twenty contacts, and what has more is told which list is too long", async () => {
  const token = await signIn("doctor@demo.health");
  const register = (count: number) => {
    const list = contacts("", count).map(({ kind, name, phone }) => ({ kind, name, phone }));
    return gateway("/rest/v1/rpc/create_patient", {
      token,
      body: { p_input: { given_name: "Ida", family_name: "Many", birth_date: "1990-01-01", contacts: list } },
    });
  };
  expect((await register(20)).status).toBe(200);
  expect(await register(21)).toMatchObject({
    status: 422,
    body: { details: '{"pointer": "/contacts"}', message: "This list has at most 20 elements." },
  });
});

test("many at once do not pass a cap together", async () => {
  const patient = textAt((await newPatient()).body, "/id");
  const token = await signIn("doctor@demo.health");
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => gateway("/rest/v1/patient_contacts", { token, body: contacts(patient, 3) })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(6);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(6);
});

test("nobody writes what the server keeps of a contact", async () => {
  const patient = textAt((await newPatient()).body, "/id");
  const token = await signIn("doctor@demo.health");
  const [contact] = contacts(patient, 1);
  for (
    const kept of [{ id: crypto.randomUUID() }, { version: 2147483647 }, { created_at: "2001-01-01" }, {
      updated_at: "2001-01-01",
    }]
  ) {
    const { status, body } = await gateway("/rest/v1/patient_contacts", { token, body: { ...contact, ...kept } });
    expect([status, body]).toMatchObject([403, { code: "42501" }]);
  }
});

test("no table takes what the server keeps from the people of the API", async () => {
  const { rows } = await sql().query<{ kept: string }>(
    `select c.relname || '.' || a.attname as kept from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and a.attname in ('id', 'version', 'created_at', 'updated_at', 'recorded_by', 'created_by', 'updated_by')
       and (has_column_privilege('authenticated', c.oid, a.attnum, 'insert') or has_column_privilege('authenticated', c.oid, a.attnum, 'update'))`,
  );
  expect(rows).toEqual([]);
});

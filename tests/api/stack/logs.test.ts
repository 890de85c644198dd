import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sql } from "../../support/database.ts";
import { newPatient, uniqueName } from "../../support/patients.ts";
import { FIRST_PASSWORD } from "../../support/people.ts";
import { call, gateway, lastMailTo, signIn, stackInfo, textAt, uniqueEmail } from "../../support/stack.ts";

/** All that the parts of the stack have logged so far. */
function logs(): string {
  const folder = join(stackInfo().dataDir, "logs");
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
}

test("no log holds personal data, whatever succeeds or fails", async () => {
  const name = uniqueName();
  const email = `${name.toLowerCase()}@logs.example`;
  const number = name.toUpperCase().slice(0, 20);
  const token = await signIn("doctor@demo.health");
  const nationalId = { country: "DE", value: number };

  await newPatient({ family_name: name, national_id: nationalId, email, phone: "+493055512399" });
  const twice = await call("/patients", {
    token,
    body: { given_name: "A", family_name: name, national_id: nationalId },
  });
  expect(twice.status).toBe(409);
  const refused = await call("/patients", { token, body: { given_name: "<b>", family_name: name } });
  expect(refused.status).toBe(422);
  await call("/patients/search", { token, body: { name, birth_date: "1990-02-30" } });
  await call("/patients/search", { token, body: { name }, headers: { "x-request-id": "logs-test" } });
  const registration = { email, password: `${name}-Password-1`, given_name: "Ada", family_name: name };
  await Promise.all([1, 2, 3].map(() => call("/auth/register", { body: registration })));
  await lastMailTo(email);
  await call("/auth/login", { body: { email, password: `${name}-Wrong-1` } });

  const text = logs();
  expect(text).toContain("logs-test");
  for (const secret of [name, name.toLowerCase(), number, "+493055512399"]) expect(text).not.toContain(secret);
});

test("no log holds the token of a calendar feed, whether it opens something or not", async () => {
  const made = await call("/appointments/feeds", {
    token: await signIn("patient@demo.health"),
    body: { calendar: "patient", name: "For the logs" },
  });
  const token = textAt(made.body, "/token");
  const path = `/appointments/feeds/${token}/calendar.ics`;
  const read = (method: string) => call(path, { method, headers: { "x-request-id": "logs-feed" } });
  expect((await read("GET")).status).toBe(200);
  expect((await read("PUT")).status).toBe(405);
  expect((await call(`${path}?a=1`)).status).toBe(422);
  expect((await call(`${path}/more`)).status).toBe(404);
  const revoke = `/appointments/feeds/${textAt(made.body, "/id")}/revoke`;
  expect((await call(revoke, { token: await signIn("patient@demo.health"), method: "POST" })).status).toBe(200);
  expect((await read("GET")).status).toBe(404);

  const text = logs();
  expect(text).toContain("/appointments/feeds/:token/calendar.ics");
  expect(text).toContain("logs-feed");
  expect(text).not.toContain(token);
});

/** Values that no log may hold, whichever cast, constraint or filter refuses them. */
const MARKER = "Zzmarker";

type Routine = { name: string; arguments: { name: string; type: string }[]; keys: string[] };

/** Every function of the API, with the keys that it reads of a JSON input. */
async function routines(): Promise<Routine[]> {
  const { rows } = await sql().query<Routine>(`
    select p.proname as name,
      coalesce((select jsonb_agg(jsonb_build_object('name', p.proargnames[i], 'type', format_type(p.proargtypes[i - 1], null)) order by i)
        from generate_series(1, p.pronargs) as i), '[]') as arguments,
      array(select distinct (regexp_matches(q.prosrc, $$->>? '([a-z_]+)'$$, 'g'))[1]
        from pg_proc q where q.proname = p.proname) as keys
    from pg_proc p where p.pronamespace = 'public'::regnamespace`);
  return rows;
}

test("Postgres and the data API log no value, whatever a caller sends to any table or function", async () => {
  const token = await signIn("doctor@demo.health");
  const ask = async (path: string, body?: unknown, method?: string) => {
    const options = { token, ...(body !== undefined && { body }), ...(method !== undefined && { method }) };
    return (await gateway(`/rest/v1${path}`, options)).status;
  };
  const statuses = new Set<number>();
  const asked: [path: string, body?: unknown, method?: string][] = [];
  const { rows: columns } = await sql().query<{ table: string; column: string }>(`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' order by 1, 2`);
  for (const { table, column } of columns) {
    asked.push([`/${table}?${column}=eq.${MARKER}1`]);
    asked.push([`/${table}`, { [column]: `${MARKER}2 <` }]);
    asked.push([`/${table}?${column}=eq.${MARKER}3`, { [column]: `${MARKER}4` }, "PATCH"]);
  }
  for (const { name, arguments: args, keys } of await routines()) {
    for (const value of [`${MARKER}5`, `${MARKER}6 < 1988-02-30`]) {
      const input = Object.fromEntries(keys.map((key) => [key, value]));
      const body = Object.fromEntries(args.map((one) => [one.name, one.type === "jsonb" ? input : value]));
      asked.push([`/rpc/${name}`, body]);
      for (const key of keys) asked.push([`/rpc/${name}`, { ...body, ...inputOf(args, { [key]: value }) }]);
      asked.push([`/rpc/${name}?${new URLSearchParams(args.map((one) => [one.name, value]))}`]);
    }
  }
  // As many at the same time as one caller may have.
  while (asked.length > 0) {
    for (const status of await Promise.all(asked.splice(0, 4).map((one) => ask(...one)))) statuses.add(status);
  }
  const data = {
    given_name: `${MARKER}7`,
    family_name: `${MARKER}8 <`,
    birth_date: `${MARKER}9`,
    language: `${MARKER}9`,
  };
  await gateway("/auth/v1/signup", { body: { email: uniqueEmail(), password: FIRST_PASSWORD, data } });

  expect([...statuses]).toEqual(expect.arrayContaining([400, 403, 404, 405]));
  expect(logs()).not.toMatch(/zzmarker/i);
}, 120_000);

const inputOf = (args: Routine["arguments"], input: unknown) =>
  Object.fromEntries(args.filter(({ type }) => type === "jsonb").map(({ name }) => [name, input]));

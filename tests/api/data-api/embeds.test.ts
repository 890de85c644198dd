import { beforeAll, expect, test } from "vitest";
import { boundTables } from "../../rls/topics/data-api/embed-rules.ts";
import { allLines } from "../../rls/topics/index.ts";
import { sql } from "../../support/database.ts";
import { gateway, signIn } from "../../support/stack.ts";

let token: string;
beforeAll(async () => {
  token = await signIn("doctor@demo.health");
});

const ask = (path: string) => gateway(`/rest/v1/${path}`, { token });

test.each([
  ["one level", "appointments?select=id,services(name)"],
  [
    "four tables beside each other",
    "appointments?select=id,services(name),practitioners(display_name),patients!inner(id),rooms(name)",
  ],
  ["one table twice", "profiles?select=id,a:memberships(id),b:memberships(id)"],
  ["a table within another", "practitioners?select=id,memberships(id,organizations(name))"],
])("a request may embed %s", async (_, path) => {
  expect((await ask(`${path}&limit=3`)).status).toBe(200);
});

test.each([
  ["a circle", "services?select=id,organizations(id,services(id,organizations(id)))"],
  ["a longer circle", "practitioners?select=id,organizations(id,rooms(id,organizations(id)))"],
  [
    "a circle behind other names",
    'services?select=a:id,"LATERAL":organizations(id,"b FROM":services(id,c:organizations(id)))',
  ],
  [
    "five tables",
    "practitioners?select=id,memberships(id),organizations(id),availability_rules(id),availability_exceptions(id),service_resources(id)",
  ],
])("a request may not embed %s", async (_, path) => {
  expect(await ask(path)).toMatchObject({ status: 400, body: { hint: "malformed_request" } });
});

test("every table that people read is bound, but for those that all others point to", async () => {
  const { rows } = await sql().query<{ name: string }>(`
    select c.relname as name from pg_class c
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and has_any_column_privilege('authenticated', c.oid, 'select')
      and c.relname not in ('organizations', 'profiles') order by 1`);
  const bound = await sql().query<{ name: string }>(
    `select tablename as name from pg_policies where policyname = 'A request embeds little' and permissive = 'RESTRICTIVE' order by 1`,
  );
  expect(bound.rows).toEqual(rows);
  const tried = boundTables(allLines);
  expect(rows.filter(({ name }) => !tried.includes(name))).toEqual([]);
});

import type pg from "pg";
import { expect } from "vitest";
import { rolledBack, sql } from "../support/database.ts";

/**
 * A refusal of what is too large looks at the size and at nothing else. It may take so many milliseconds of the database,
 * or as long as it takes to read the value so many times: to hand over 20 MB is slower on a slower machine.
 */
const MOST_MS = 50;
const MOST_READINGS = 3;
const MANY = 4_000_000;
const DOCTOR = "30000000-0000-4000-8000-000000000002";

type Argument = { name: string; type: string; hasDefault: boolean };
type Call = { name: string; role: "anon" | "authenticated"; args: Argument[] };

const CALLS = `
  select p.proname as name, r.role, (
    select json_agg(json_build_object('name', a.name, 'type', format_type(a.type, null), 'hasDefault', a.place > p.pronargs - p.pronargdefaults)
      order by a.place)
    from unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) with ordinality as a (name, type, place)) as args
  from pg_proc p cross join (values ('anon'), ('authenticated')) as r (role)
  where p.pronamespace = 'public'::regnamespace and has_function_privilege(r.role, p.oid, 'execute') and p.pronargs > 0
  order by p.proname, r.role`;

/** Values of unbounded size by type, as SQL. They are made once, before the clock starts: what reads a literal is no work of a function. */
const huge: Record<string, (size: number) => string[]> = {
  text: (size) => [`repeat('a', ${size})`, `repeat('ä ', ${Math.floor(size / 3)})`],
  jsonb: (size) => [
    `jsonb_build_object('name', repeat('a', ${size}))`,
    ...(size > MANY ? [] : manyIn(size)),
  ],
  "uuid[]": (size) => [`(select array_agg(gen_random_uuid()) from generate_series(1, ${size / 16}))`],
};
/** Many small values in place of a long one; to make them takes a while. */
const manyIn = (size: number) => [
  `(select jsonb_object_agg('k' || n, n) from generate_series(1, ${size / 20}) as n)`,
  `jsonb_build_object('list', (select jsonb_agg(n) from generate_series(1, ${size / 10}) as n))`,
];
/** Lists of the words of a type. */
const hugeWords = (type: string) => (size: number) => [
  `(select array_agg((enum_range(null::public.${type}))[1]) from generate_series(1, ${size / 4}))`,
];
const small: Record<string, string> = {
  text: "'x'",
  jsonb: "'{}'::jsonb",
  uuid: "gen_random_uuid()",
  integer: "1",
  date: "current_date",
  "timestamp with time zone": "now()",
};

/** A call with one unbounded argument, which is $1. */
type Attempt = { role: Call["role"]; sql: string };

function attemptsWith(calls: readonly Call[], type: string): Attempt[] {
  return calls.flatMap(({ name, role, args }) =>
    args.filter((one) => one.type === type).map((unbounded) => {
      const given = args.filter((one) => one === unbounded || !one.hasDefault)
        .map((one) => `${one.name} => ${one === unbounded ? "$1" : small[one.type] ?? "null"}`);
      return { role, sql: `select public.${name}(${given.join(", ")})` };
    })
  );
}

/** Makes the attempts as their roles; the code of each refusal, and the least milliseconds of six tries where all took too long. */
async function tryAll(client: pg.ClientBase, type: string, value: string, attempts: readonly Attempt[]) {
  const { rows } = await client.query<{ sql: string; role: string; code: string; ms: number | null }>({
    text: `select * from pg_temp.${tryName(type)}($1, $2)`,
    values: [JSON.stringify(attempts), value],
  });
  return rows;
}

const tryName = (type: string) => `try_${type.replaceAll(/\W/g, "_")}`;

/** What tries calls inside of the database, where nothing but the call is measured: not even that the value is handed over, which is measured apart. */
const tries = (type: string) => `
  create function pg_temp.${
  tryName(type)
}(p_attempts json, p_value text) returns table (sql text, role text, code text, ms float8)
  language plpgsql as $try$
  declare
    v_huge ${type.replace(/^(\w+)\[\]$/, (whole, word) => word === "uuid" ? whole : `public.${word}[]`)};
    v_started timestamptz;
    v_took float8;
    v_most float8;
    v_read text;
    v_null boolean;
    v_copied interval;
  begin
    execute 'select ' || p_value into v_huge;
    v_started := clock_timestamp();
    v_read := md5(v_huge::text);
    v_most := greatest(${MOST_MS}, ${MOST_READINGS} * extract(epoch from clock_timestamp() - v_started) * 1000);
    for sql, role in select a.sql, a.role from json_to_recordset(p_attempts) as a (sql text, role text) loop
      ms := null;
      for i in 1..6 loop
        code := 'none';
        perform set_config('request.jwt.claims', json_build_object('role', role, 'sub', '${DOCTOR}')::text, true), set_config('role', role, true);
        v_started := clock_timestamp();
        execute 'select $1 is null' into v_null using v_huge;
        v_copied := clock_timestamp() - v_started;
        v_started := clock_timestamp();
        begin
          execute sql using v_huge;
        exception when others then
          code := sqlstate;
        end;
        v_took := extract(epoch from clock_timestamp() - v_started - v_copied) * 1000;
        perform set_config('role', 'none', true);
        ms := least(ms, v_took);
        exit when ms < v_most;
      end loop;
      ms := case when ms >= v_most then ms end;
      return next;
    end loop;
  end $try$`;

/** The functions of the API that do not refuse an argument of so many bytes, or not at once. */
export async function hugeInputsTaken(size: number): Promise<string[]> {
  const { rows: calls } = await sql().query<Call>(CALLS);
  const types = [...new Set(calls.flatMap(({ args }) => args.map(({ type }) => type)))]
    .filter((type) => type in huge || type.endsWith("[]"));
  expect(types).toEqual(expect.arrayContaining(["text", "jsonb", "uuid[]"]));
  const faults: string[] = [];
  await rolledBack(async (client) => {
    // A plan of its own for each value would copy the value several times.
    await client.query("set local plan_cache_mode = force_generic_plan");
    for (const type of types) {
      await client.query(tries(type));
      const values = huge[type] ?? hugeWords(type.slice(0, -2));
      for (const value of values(size)) {
        for (const { sql: call, role, code, ms } of await tryAll(client, type, value, attemptsWith(calls, type))) {
          const what = `${role}: ${call} with ${value}`;
          if (!/^(PT4|22|23)/.test(code)) faults.push(`${what} was answered ${code}`);
          if (ms !== null) faults.push(`${what} took ${ms.toFixed(0)} ms`);
        }
      }
    }
  });
  return faults;
}

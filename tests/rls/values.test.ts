import { DatabaseError } from "pg";
import { describe, expect, test } from "vitest";
import { actingAs } from "../support/database.ts";
import { allLines } from "./topics/index.ts";
import { type ActorName, actors } from "./actors.ts";
import { cellsOf } from "./matrix.ts";
import { useWorld } from "./use-world.ts";
import { walkIns } from "./topics/patient-identity/rows.ts";
import { demoSchedule, visits } from "./topics/appointments/rows.ts";

/** What Postgres says of a row or a key in an error; behind it stand values, of columns that nobody may read too. */
const PRINTS_VALUES = /Failing row|contains \(|\)=\(/;

const world = useWorld();

/** The error of a statement, and of what was put off until the end of its transaction; null when there is none. */
async function errorOf(actor: ActorName, statement: string): Promise<DatabaseError | null> {
  try {
    await world.client.query(
      `savepoint attempt; ${actingAs(actors[actor])} ${statement}; set constraints all immediate`,
    );
    return null;
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return error;
  } finally {
    await world.client.query("rollback to savepoint attempt; release savepoint attempt");
  }
}

const SIGN = "Zz<9&";
const input = (fields: object) => `'${JSON.stringify(fields)}'`;

describe("what a call violates is told by names, without the row and without a value", () => {
  test.each<[what: string, actor: ActorName, statement: string, expected: object]>([
    [
      "the reason of a cancellation",
      "patient",
      `public.cancel_appointment('${visits.paula}', '${SIGN}')`,
      {
        code: "23514",
        table: "appointments",
      },
    ],
    ["the reason of a deletion", "doctor", `public.delete_patient('${walkIns.wanda}', '${SIGN}')`, {
      code: "23514",
      table: "patients",
    }],
    [
      "the reason of a merge",
      "doctor",
      `public.merge_patients(${input({ patient_id: walkIns.wanda, source_id: walkIns.wandaAgain, reason: SIGN })})`,
      { code: "23514", table: "patient_merges" },
    ],
    [
      "the address of an invitation",
      "admin",
      `public.create_invitation(${
        input({
          organization_id: "10000000-0000-4000-8000-000000000001",
          email: SIGN,
          role: "privacy_officer",
          token_hash: "a",
        })
      })`,
      { code: "23514", table: "invitations" },
    ],
    [
      "the name of a feed",
      "patient",
      `public.create_calendar_feed(${input({ calendar: "patient", name: SIGN, token_hash: "a".repeat(64) })})`,
      { code: "23514", table: "calendar_feeds" },
    ],
    [
      "the hash of a feed",
      "patient",
      `public.create_calendar_feed(${input({ calendar: "patient", name: "Phone", token_hash: SIGN })})`,
      { code: "23514" },
    ],
    [
      "the reason of a priority",
      "doctor",
      `public.join_waitlist(${
        input({ service_id: demoSchedule.surgery, patient_id: walkIns.wanda, priority: 1, priority_reason: SIGN })
      })`,
      { code: "23514", table: "waitlist_entries" },
    ],
    [
      "the minutes of a hold",
      "doctor",
      `public.hold_slot(${input({ service_id: demoSchedule.consultation, hold_minutes: SIGN })})`,
      { code: "22P02" },
    ],
    [
      "the comment of a change",
      "doctor",
      `public.update_patient('${walkIns.wanda}', ${input({ national_id: { country: SIGN, value: "1" } })})`,
      { code: "23514", table: "patient_identifiers" },
    ],
    [
      "the day of a series",
      "doctor",
      `public.book_series(${
        input({ service_id: demoSchedule.consultation, unit: "week", start_day: SIGN, start_time: "10:00", count: 2 })
      })`,
      { code: "PT422" },
    ],
    ["a kind", "patient", `public.create_calendar_feed(${input({ calendar: SIGN, name: "Phone", token_hash: "a" })})`, {
      code: "22P02",
    }],
  ])("%s", async (_, actor, call, expected) => {
    const error = await errorOf(actor, `select ${call}`);
    expect(error).toMatchObject(expected);
    expect(JSON.stringify({ ...error, message: error?.message, where: undefined })).not.toContain(SIGN);
    expect(error?.detail ?? "").not.toMatch(PRINTS_VALUES);
  });

  test("at an overbooking without end there is no row either", async () => {
    for (const starts_at of ["infinity", "-infinity", "294276-12-31T23:59:59Z"]) {
      const fields = {
        service_id: demoSchedule.consultation,
        practitioner_id: demoSchedule.doctor,
        patient_id: walkIns.wanda,
      };
      const call = `public.book_appointment(${input({ ...fields, starts_at, overbooking_reason: "Urgent" })})`;
      const error = await errorOf("doctor", `select ${call}`);
      expect(error?.code).toMatch(/^(PT4|22|23)/);
      expect(error?.detail ?? "").not.toMatch(PRINTS_VALUES);
    }
  });

  test("a key that is taken is told by its columns", async () => {
    const feed = `public.create_calendar_feed(${
      input({ calendar: "patient", name: "Phone", token_hash: "b".repeat(64) })
    })`;
    expect(await errorOf("patient", `select ${feed}, ${feed}`)).toMatchObject({
      code: "23505",
      detail: "Key (token_hash)",
      message: expect.stringContaining("unique constraint"),
    });
  });

  test("whatever text of a right call is spoiled", async () => {
    const calls = cellsOf(allLines).filter(({ verb, expected }) => verb === "call" && expected === "yes");
    let refused = 0;
    for (const { actor, statement } of calls) {
      for (const [text] of statement.matchAll(/"[^"]+"(?=\s*[,}])|(?<=, )'[\w ]+'(?=[,)])/g)) {
        const quote = text.charAt(0);
        const error = await errorOf(actor, statement.replace(text, () => `${quote}${SIGN}${quote}`));
        if (error === null || /^(PT|42)/.test(error.code ?? "")) continue;
        refused++;
        expect(error.detail ?? "", `${statement} with ${text} as ${actor}`).not.toMatch(PRINTS_VALUES);
      }
    }
    expect(refused).toBeGreaterThan(20);
  });
});

test("what a statement on a table violates prints no row: they are under row-level security", async () => {
  const { rows } = await world.client.query<{ table: string; column: string; right: string }>(`
    select c.relname as table, a.attname as column, r.privilege as right
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    cross join (values ('update'), ('insert')) as r (privilege)
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and has_column_privilege('authenticated', c.oid, a.attnum, r.privilege) order by 1, 2, 3`);
  expect(rows.length).toBeGreaterThan(100);
  const tables = [...new Set(rows.map(({ table }) => table))];
  const refused = [];
  for (const actor of ["patient", "doctor"] as const) {
    const visible = await firstVisible(actor, tables);
    const statements = rows.flatMap(({ table, column, right }) =>
      ["'<'", "null"].flatMap((value) => {
        if (right === "insert") return [`insert into public.${table} (${column}) values (${value})`];
        const row = visible.get(table);
        return row == null ? [] : [`update public.${table} set ${column} = ${value} where ctid = '${row}'`];
      })
    );
    refused.push(...await refusals(actor, statements));
  }
  for (const { statement, detail } of refused) expect(detail, statement).not.toMatch(PRINTS_VALUES);
  expect(refused.filter(({ code }) => code.startsWith("23")).length).toBeGreaterThan(20);
}, 60_000);

/** Where the first row of each table is that somebody sees; null where they see none. Looked up once, for a scan below policies takes a while. */
async function firstVisible(actor: ActorName, tables: string[]): Promise<Map<string, string | null>> {
  await world.client.query(`savepoint looking; ${actingAs(actors[actor])}`);
  const { rows } = await world.client.query<{ table: string; row: string | null }>(
    tables.map((table) => `select '${table}' as table, (select ctid::text from public.${table} limit 1) as row`)
      .join(" union all "),
  );
  await world.client.query("rollback to savepoint looking; release savepoint looking");
  return new Map(rows.map(({ table, row }) => [table, row]));
}

/** The errors of statements of which each is tried by itself and taken back: in one request, for there are many. */
async function refusals(
  actor: ActorName,
  statements: string[],
): Promise<{ statement: string; code: string; detail: string }[]> {
  await world.client.query(`
    create or replace function pg_temp.refusals(p_statements text[])
    returns table (statement text, code text, detail text) language plpgsql as $$
    begin
      foreach statement in array p_statements loop
        begin
          execute statement;
          set constraints all immediate;
          raise sqlstate 'DONE0';
        exception when others then
          get stacked diagnostics code = returned_sqlstate, detail = pg_exception_detail;
          if code <> 'DONE0' then return next; end if;
        end;
      end loop;
    end $$`);
  await world.client.query(`savepoint attempts; ${actingAs(actors[actor])}`);
  const { rows } = await world.client.query<{ statement: string; code: string; detail: string }>(
    "select * from pg_temp.refusals($1)",
    [statements],
  );
  await world.client.query("rollback to savepoint attempts; release savepoint attempts");
  return rows;
}

import type pg from "pg";
import { actAs } from "../support/database.ts";
import type { Load } from "./load.ts";
import { countStatements, type Statements } from "./statements.ts";
import { median, quantile } from "./stats.ts";

/**
 * Times in milliseconds. `list` is one request for 50 vital signs to the data API, with the check of the open chart and with a policy that lets everybody
 * see all; `statement` the same statement in the database, as the doctor and as somebody who passes the policies. `listed` is the list that people
 * use, 50 conditions through the function, some of them sensitive: with the check, and with neither the policy nor the function asking about the chart.
 */
export type ChartResult = {
  rows: number;
  openCharts: number;
  list: Checked;
  listed: Checked;
  statement: Checked;
  summary: number;
  summaryCalls: number;
  summaryStatements: Statements;
};
export type Checked = { checked: number; bare: number; ratio: number };

const ROWS = 5000;
/** Charts that a clinician has open at the end of a shift. */
const OPEN_CHARTS = 30;
const COLUMNS = "id,measure,value,unit,occurred_at,status,version";

/** A chart of many years that the doctor has open, among others. */
export async function measureCharts(
  load: Load,
  db: pg.Client,
  doctor: string,
  hospital: string,
  count: number,
): Promise<ChartResult> {
  const patient = await makeChart(db, doctor, hospital);
  const statement = await measureStatement(db, doctor, patient, count);
  const list = await measureList(
    load,
    db,
    `/rest/v1/vital_signs?select=${COLUMNS}&patient_id=eq.${patient}&order=occurred_at.desc,id.desc&limit=50`,
    [await openPolicy(db, "vital_signs")],
    count,
  );
  const listed = await measureList(
    load,
    db,
    `/functions/v1/patients/${patient}/conditions?limit=50`,
    [await openPolicy(db, "conditions"), await openScope(db)],
    count,
  );
  const target = `/functions/v1/patients/${patient}/summary`;
  const latencies: number[] = [];
  for (let turn = -10; turn < count; turn++) {
    const { ms } = await load.once({ method: "GET", target });
    if (turn >= 0) latencies.push(ms);
  }
  const summaryStatements = await countStatements(db, count, async () => {
    for (let turn = 0; turn < count; turn++) await load.once({ method: "GET", target });
  });
  const summary = quantile(latencies.toSorted((a, b) => a - b), 0.95);
  const summaryCalls = latencies.length;
  return {
    rows: ROWS,
    openCharts: OPEN_CHARTS,
    list,
    listed,
    statement,
    summary,
    summaryCalls,
    summaryStatements,
  };
}

function asChecked(checked: number[], bare: number[]): Checked {
  const [one, other] = [median(checked), median(bare)];
  return { checked: one, bare: other, ratio: one / other };
}

async function measureStatement(db: pg.Client, doctor: string, patient: string, count: number): Promise<Checked> {
  const statement = `select ${COLUMNS} from public.vital_signs
    where patient_id = '${patient}' order by occurred_at desc, id desc limit 50`;
  const [checked, bare]: [number[], number[]] = [[], []];
  for (let turn = -10; turn < count; turn++) {
    const one = await timed(db, { role: "authenticated", userId: doctor }, statement);
    const other = await timed(db, { role: "service_role" }, statement);
    if (turn < 0) continue;
    checked.push(one);
    bare.push(other);
  }
  return asChecked(checked, bare);
}

/** Takes a part of the check away, and gives it back. */
type Part = { away: string; back: string };

/** What the policy of a table of records asks. */
async function openPolicy(db: pg.Client, table: string): Promise<Part> {
  const { rows } = await db.query<{ policy: string; check: string }>(
    `select format('%I on public.%I', polname, $1::text) as policy, pg_get_expr(polqual, polrelid) as check
     from pg_policy where polrelid = ('public.' || $1)::regclass and polcmd = 'r'`,
    [table],
  );
  const [found] = rows;
  if (found === undefined) throw new Error(`${table} has no policy for reading.`);
  return {
    away: `alter policy ${found.policy} using (true)`,
    back: `alter policy ${found.policy} using (${found.check})`,
  };
}

/** What a function asks before it reads. */
async function openScope(db: pg.Client): Promise<Part> {
  const { rows } = await db.query<{ definition: string }>(
    "select pg_get_functiondef('private.chart_scope'::regproc) as definition",
  );
  return {
    away: `create or replace function private.chart_scope(p_patient_id uuid) returns public.chart_scope
      language plpgsql stable set search_path = '' as $$ begin return 'everything'; end; $$`,
    back: rows[0]?.definition ?? "",
  };
}

/** In turns of some requests each, because a policy that changes has every plan made again. */
async function measureList(
  load: Load,
  db: pg.Client,
  target: string,
  parts: readonly Part[],
  count: number,
): Promise<Checked> {
  const [checked, bare]: [number[], number[]] = [[], []];
  const turns = async (times: number[]) => {
    for (let turn = -20; turn < count / 4; turn++) {
      const { ms } = await load.once({ method: "GET", target });
      if (turn >= 0) times.push(ms);
    }
  };
  for (let round = 0; round < 4; round++) {
    await turns(checked);
    try {
      for (const { away } of parts) await db.query(away);
      await turns(bare);
    } finally {
      for (const { back } of parts) await db.query(back);
    }
  }
  return asChecked(checked, bare);
}

type Asking = { role: "authenticated" | "service_role"; userId?: string };

/** How long one statement takes as somebody, from the client's side, without the switch to them. */
async function timed(db: pg.Client, actor: Asking, statement: string): Promise<number> {
  await db.query("begin");
  try {
    await actAs(db, actor);
    const startedAt = performance.now();
    await db.query(statement);
    return performance.now() - startedAt;
  } finally {
    await db.query("rollback");
  }
}

async function makeChart(db: pg.Client, doctor: string, hospital: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    "select patient_id as id from public.care_relationships where organization_id = $1 and status = 'active' order by id limit $2",
    [hospital, OPEN_CHARTS],
  );
  const patients = rows.map(({ id }) => id);
  await db.query(
    `insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, expires_at)
     select p, $2, $3, 'care_relationship', 'everything', 'treatment', now() + interval '8 hours' from unnest($1::uuid[]) as p`,
    [patients, doctor, hospital],
  );
  const patient = patients[0] ?? "";
  // The rules of a patient's own changes would take the owner of the table for a patient without a login.
  await db.query(`set session_replication_role = replica;
    update private.patients set birth_date = '1950-01-01' where id = '${patient}';
    reset session_replication_role`);
  const about = `'${patient}', '${hospital}'`;
  await db.query(`
    insert into public.vital_signs (patient_id, organization_id, measure, value, unit, occurred_at)
      select ${about}, 'heart_rate', 60 + n % 40, '/min', now() - make_interval(days => n) from generate_series(1, ${
    ROWS / 2
  }) as n;
    insert into public.vital_signs (patient_id, organization_id, measure, value, unit, occurred_at)
      select ${about}, 'body_weight', 70 + n % 20, 'kg', now() - make_interval(days => n) from generate_series(1, ${
    ROWS / 5
  }) as n;
    insert into public.vital_signs (patient_id, organization_id, measure, value, unit) values (${about}, 'body_height', 175, 'cm');
    insert into public.conditions (patient_id, organization_id, name, status, sensitivity, occurred_at)
      select ${about}, 'Condition ' || n, case when n % 50 = 0 then 'active' else 'resolved' end::public.condition_status,
        case when n % 10 = 0 then 'mental_health' end::public.sensitivity, now() - make_interval(days => n)
      from generate_series(1, ${ROWS / 10}) as n;
    insert into public.encounters (patient_id, organization_id, kind, status, occurred_at, ended_at)
      select ${about}, 'ambulatory', 'completed', now() - make_interval(days => n), now() - make_interval(days => n) + interval '1 hour'
      from generate_series(1, ${ROWS / 10}) as n;
    insert into public.immunizations (patient_id, organization_id, vaccine, occurred_at)
      select ${about}, 'Vaccine', now() - make_interval(days => n) from generate_series(1, ${ROWS / 20}) as n;
    insert into public.documents (patient_id, organization_id, category, title, url, media_type, occurred_at)
      select ${about}, 'report', 'Report', 'https://files.example/' || n, 'application/pdf', now() - make_interval(days => n)
      from generate_series(1, ${ROWS / 20 - 1}) as n;
    analyze public.vital_signs; analyze public.conditions; analyze public.encounters; analyze public.chart_accesses`);
  return patient;
}

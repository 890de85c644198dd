import type pg from "pg";
import { actAs } from "../../support/database.ts";
import { type Bench, DOCTOR_ID, HOSPITAL } from "../bench.ts";
import { makeChart, OPEN_CHARTS, ROWS } from "../data/chart.ts";
import type { Load } from "../load.ts";
import { atMost, below, holding, type Outcome, type Target } from "../part.ts";
import { countStatements, type Statements } from "../statements.ts";
import { median, quantile } from "../stats.ts";
import { count, ms } from "../table.ts";

/**
 * Times in milliseconds. `list` is one request for 50 vital signs to the data API, with the check of the open chart and
 * with a policy that lets everybody see all; `statement` the same statement in the database, as the doctor and as
 * somebody who passes the policies. `listed` is the list that people use, 50 conditions through the function, some of
 * them sensitive: with the check, and with neither the policy nor the function asking about the chart.
 */
type Result = {
  rows: number;
  openCharts: number;
  list: Checked;
  listed: Checked;
  statement: Checked;
  summary: number;
  summaryCalls: number;
  summaryStatements: Statements;
};
type Checked = { checked: number; bare: number; ratio: number };

/** The check of the open chart may make a list so many times as slow. */
const MOST_CHECK = 1.4;
const MOST_SUMMARY_MS = 50;
const COLUMNS = "id,measure,value,unit,occurred_at,status,version";

/** A chart of many years that the doctor has open, among others. */
export async function charts({ options, largest }: Bench): Promise<Outcome> {
  const load = await largest.open(1);
  const result = await measure(load, largest.db, options.counted * 2);
  load.close();
  return { result, text: asText(result), targets: targets(result) };
}

async function measure(load: Load, db: pg.Client, count: number): Promise<Result> {
  const patient = await makeChart(db, DOCTOR_ID, HOSPITAL);
  const statement = await measureStatement(db, DOCTOR_ID, patient, count);
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

function targets({ rows, list, listed, summary, summaryStatements }: Result): Target[] {
  const over = "with the check of the open chart over that without";
  return [
    below(`list of vital signs by the data API ${over}`, list.ratio, MOST_CHECK, "x"),
    below(`list of conditions by the function ${over}`, listed.ratio, MOST_CHECK, "x"),
    holding(atMost("summary of a chart: data-API calls per request", summaryStatements.dataCalls, 1)),
    below(`summary of a chart with ${count(rows)} records, p95`, summary, MOST_SUMMARY_MS, " ms"),
  ];
}

function asText(
  { rows, openCharts, list, listed, statement, summary, summaryCalls, summaryStatements }: Result,
): string {
  const both = (what: string, { checked, bare, ratio }: Checked): string =>
    `${what} p50 ${ms(checked)} ms with the check, ${ms(bare)} ms without, ${ratio.toFixed(2)}x`;
  return [
    `List of 50 vital signs, ${openCharts} charts open: ${both("a request to the data API", list)}; ` +
    both("the statement alone", statement),
    `List of 50 conditions, some sensitive: ${both("a request to the function", listed)}`,
    `Summary of a chart with ${count(rows)} records, p95 of ${summaryCalls}: ${ms(summary)} ms, ` +
    `${summaryStatements.dataCalls.toFixed(2)} data calls each`,
  ].join("\n");
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

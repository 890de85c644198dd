import { type Bench, type Database, progress } from "../bench.ts";
import { BUDGETS, withinBudget, YARDSTICK } from "../budgets.ts";
import { type Call } from "../client.ts";
import { interleave, type Load, type Measured, type Pair, type Way } from "../load.ts";
import type { Options } from "../options.ts";
import { atMost, holding, type Outcome, type Target } from "../part.ts";
import { type Scenario, SCENARIOS, type SearchKind, searchKinds } from "../scenarios.ts";
import { countStatements, type Statements } from "../statements.ts";
import { count, ms, table } from "../table.ts";
import { openYardstick, YARDSTICK_KINDS, yardstickCalls } from "../yardstick.ts";

/**
 * One kind of request, through the function and straight through the data API. `grown` is through the function with the
 * largest register.
 */
type Row = {
  scenario: Scenario;
  ways: Record<Way, Measured>;
  grown: Measured | undefined;
  statements: Record<Way, Statements>;
};
type KindRow = { kind: SearchKind; ways: Record<Way, Measured> };
type Result = { rows: Row[]; yardstick: Measured[]; kinds: KindRow[] };

const KIND_SAMPLE = 100;

const PARTS = ["gateway", "functions", "postgrest", "postgres", "realtime"] as const;

/** Many requests at once: how many a second, how long they take, and what each costs every process. */
export async function requests({ options, smallest, largest }: Bench): Promise<Outcome> {
  const grows = largest !== smallest && options.bothAtOnce;
  const yard = await openYardstick(smallest, options.concurrency);
  const load = await smallest.open(options.concurrency);
  const largeLoad = await largest.open(options.concurrency);
  const small = (next: () => Call) => ({ load, meter: smallest.meter, next });
  const kinds = yardstickCalls();
  const tracks = [
    ...YARDSTICK_KINDS.map((kind) => ({ load: yard, meter: smallest.meter, next: kinds[kind] })),
    ...SCENARIOS.flatMap((name) => [small(smallest.calls[name].function), small(smallest.calls[name].direct)]),
    ...(grows ? SCENARIOS : []).map((name) => ({
      load: largeLoad,
      meter: largest.meter,
      next: largest.calls[name].function,
    })),
  ];
  const measured = await interleave(tracks, { ms: options.roundMs, rounds: options.rounds });
  const yardstick = measured.splice(0, YARDSTICK_KINDS.length);
  const ways = SCENARIOS.map(() => bothOf(measured.splice(0, 2)));
  const rows: Row[] = [];
  for (const [at, scenario] of SCENARIOS.entries()) {
    const statements = await statementsOf(smallest, load, smallest.calls[scenario], options.counted);
    rows.push({ scenario, ways: ways[at] ?? bothOf([]), grown: measured[at], statements });
  }
  const byKind = options.kindRounds > 0 ? await kindsOf(largest, largeLoad, options) : [];
  for (const one of [yard, load, largeLoad]) one.close();
  const result = { rows, yardstick, kinds: byKind };
  return {
    result,
    text: asText(result, options.concurrency, smallest, largest),
    targets: targets(result, options.noise),
  };
}

async function kindsOf({ sample, capture, meter }: Database, load: Load, options: Options): Promise<KindRow[]> {
  progress("kinds of search");
  const rows: KindRow[] = [];
  const short = { ms: options.kindMs, rounds: options.kindRounds };
  for (const [kind, pair] of await searchKinds(sample.slice(0, KIND_SAMPLE), capture)) {
    rows.push({ kind, ways: await load.alternate(pair, short, meter) });
  }
  return rows;
}

function bothOf([through, direct]: readonly Measured[]): Record<Way, Measured> {
  if (through === undefined || direct === undefined) throw new Error("Nothing was measured.");
  return { function: through, direct };
}

async function statementsOf(
  { db }: Database,
  load: Load,
  pair: Pair,
  counted: number,
): Promise<Record<Way, Statements>> {
  const of = (way: Way) =>
    countStatements(db, counted, async () => {
      for (let i = 0; i < counted; i++) await load.once(pair[way]());
    });
  return { function: await of("function"), direct: await of("direct") };
}

/** Milliseconds that one request costs a part. */
const costOf = ({ cpu }: Measured, part: string): number => (cpu[part] ?? 0) / 1000;

/** How much dearer this machine is at this moment than that of the budgets. */
function timesOf({ yardstick }: Result) {
  const sum = (part: string) => yardstick.reduce((all, one) => all + costOf(one, part), 0);
  return { postgres: sum("postgres") / YARDSTICK.postgres, postgrest: sum("postgrest") / YARDSTICK.postgrest };
}

function targets(result: Result, noise: number): Target[] {
  const times = timesOf(result);
  const calls = result.rows.map(({ scenario, statements }) => {
    const most = scenario.startsWith("create") || scenario === "book" ? 2 : 1;
    return holding(atMost(`${scenario}: data-API calls per request`, statements.function.dataCalls, most));
  });
  const costs = result.rows.flatMap(({ scenario, ways }) => {
    const budget = BUDGETS[scenario];
    if (budget === undefined || ways.function.cpu.postgres === undefined) return [];
    const within = (part: "postgres" | "functions" | "gateway") =>
      withinBudget(
        `${scenario}: ${part}`,
        costOf(ways.function, part),
        budget[part],
        part === "postgres" ? times.postgres : times.postgrest,
        noise,
      );
    return [within("postgres"), within("functions"), within("gateway")];
  });
  return [...calls, ...costs];
}

function asText(result: Result, concurrency: number, smallest: Database, largest: Database): string {
  const times = timesOf(result);
  const [few, many] = [smallest, largest].map(({ patients }) => count(patients));
  const kinds = result.kinds.map(({ kind, ways }) => [kind, ...speed(ways.function), ...speed(ways.direct)]);
  return [
    `${concurrency} requests at once, ${few} patients; processor milliseconds per request and process`,
    table([
      HEAD,
      ...result.rows.flatMap(({ scenario, ways, grown }) => [
        line(scenario, ways.function),
        line("  data API", ways.direct),
        ...(grown === undefined ? [] : [line(`  ${many} patients`, grown)]),
      ]),
      ...YARDSTICK_KINDS.flatMap((kind, at) => {
        const measured = result.yardstick[at];
        return measured === undefined ? [] : [line(`yardstick: ${kind}`, measured)];
      }),
    ]),
    `Yardstick: Postgres ${times.postgres.toFixed(2)}, PostgREST ${times.postgrest.toFixed(2)} of that of the budgets`,
    table([STATEMENT_HEAD, ...result.rows.map(statementLine)]),
    ...(kinds.length === 0 ? [] : [
      `Kinds of search, ${many} patients, function and data API`,
      table([["", ...SPEED_HEAD, ...SPEED_HEAD], ...kinds]),
    ]),
  ].join("\n\n");
}

const SPEED_HEAD = ["per second", "p50 ms", "p99 ms"];
const HEAD = ["", ...SPEED_HEAD, ...PARTS, "all"];
const STATEMENT_HEAD = ["per request", "data calls", "SQL sent", "SQL inside", "data API: SQL sent", "SQL inside"];

const speed = ({ throughput, p50, p99 }: Measured) => [throughput.toFixed(0), ms(p50), ms(p99)];

function line(name: string, measured: Measured): string[] {
  const costs = PARTS.map((part) => costOf(measured, part));
  return [name, ...speed(measured), ...costs.map(ms), ms(costs.reduce((sum, cost) => sum + cost, 0))];
}

/** Leases of the rate limit stand behind a plus: they go beside the request. */
function statementLine({ scenario, statements }: Row): string[] {
  const { dataCalls, leases } = statements.function;
  const counts = [statements.function, statements.direct].flatMap(({ sent, inner }) => [sent, inner]);
  return [
    scenario,
    dataCalls.toFixed(2) + (leases > 0 ? ` + ${leases.toFixed(2)}` : ""),
    ...counts.map((number) => number.toFixed(1)),
  ];
}

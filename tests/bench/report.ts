import type { AppointmentResult } from "./appointments.ts";
import type { AuditResult } from "./audit.ts";
import type { ChartResult, Checked } from "./charts.ts";
import type { FloodResult, LoginResult } from "./login.ts";
import type { Measured, Way } from "./load.ts";
import type { ReminderResult } from "./reminders.ts";
import type { Statements } from "./statements.ts";
import { count, ms, table } from "./table.ts";

/** One scenario at one size. `patients` is the number in the database when it was measured. */
export type Row = {
  scenario: string;
  patients: number;
  ways: Record<Way, Measured>;
  /** Throughput of the function as a share of the data API's. */
  ratio: number;
  statements?: Record<Way, Statements>;
};

export type Target = { name: string; wanted: string; got: string; met: boolean };

export type Report = {
  concurrency: number;
  rows: Row[];
  audit: AuditResult;
  charts: ChartResult;
  appointments: AppointmentResult;
  reminders: ReminderResult;
  login: LoginResult;
  flood: FloodResult;
  targets: Target[];
};

const LOWEST_RATIO: Record<string, number> = { read: 0.65, list: 0.75, create: 0.7, "create with a key": 0.7 };
const LOWEST_AUDIT_RATIO = 0.7;
const MOST_CHECK_SECONDS = { whole: 60, called: 60, day: 5 };
const CHECKS = [["whole", "all"], ["called", "all through the function"], ["day", "the newest day"]] as const;
const MOST_AUDIT_SEARCH_MS = 100;
/** The check of the open chart may make a list so many times as slow. */
const MOST_CHECK = 1.4;
const MOST_SUMMARY_MS = 50;
const MOST_SLOTS_MS = 60;
const MOST_GROWTH = 1.5;
const MOST_QUEUEING_SECONDS = 10;
const MOST_ADDED_MS = 10;
const MOST_FLOOD = 5;

/** Holds what was measured against what the project promises. Reported, never asserted: a busy machine is no defect. */
export function targets(
  { rows, audit, charts, appointments, reminders, login, flood }: Omit<Report, "concurrency" | "targets">,
): Target[] {
  const smallest = Math.min(...rows.map((row) => row.patients));
  const largest = Math.max(...rows.map((row) => row.patients));
  const sizes = [...new Set(rows.map((row) => row.patients))];
  const found: Target[] = [];
  for (const row of rows) {
    const lowest = LOWEST_RATIO[row.scenario];
    if (lowest !== undefined) {
      found.push(
        atLeast(`${row.scenario}: throughput over the data API's, ${count(row.patients)} patients`, row.ratio, lowest),
      );
    }
  }
  for (const row of rows.filter(({ patients, statements }) => patients === sizes[0] && statements !== undefined)) {
    const calls = row.statements?.function.dataCalls ?? NaN;
    const most = row.scenario.startsWith("create") ? 2 : 1;
    found.push(atMost(`${row.scenario}: data-API calls per request`, calls, most, ""));
  }
  for (const scenario of ["list", "search"]) {
    const growth = growthOf(rows, scenario, smallest, largest);
    if (growth !== undefined) {
      const name = `${scenario}: p50 growth from ${count(smallest)} to ${count(largest)} patients`;
      found.push(below(name, growth, MOST_GROWTH, "x"));
    }
  }
  found.push(atLeast("creations with the audit chain over those without", audit.ratio, LOWEST_AUDIT_RATIO));
  for (const [part, which] of CHECKS) {
    const name = `check of ${count(audit[part].entries)} audit entries, ${which}`;
    found.push(below(name, audit[part].ms / 1000, MOST_CHECK_SECONDS[part], " s"));
  }
  found.push(
    below(
      `search for denied attempts among ${count(audit.search.entries)} audit entries, p50`,
      audit.search.ms,
      MOST_AUDIT_SEARCH_MS,
      " ms",
    ),
  );
  for (
    const [what, { ratio }] of [["list of vital signs by the data API", charts.list], [
      "list of conditions by the function",
      charts.listed,
    ]] as const
  ) {
    found.push(below(`${what} with the check of the open chart over that without`, ratio, MOST_CHECK, "x"));
  }
  found.push(atMost("summary of a chart: data-API calls per request", charts.summaryStatements.dataCalls, 1, ""));
  found.push(
    below(`summary of a chart with ${count(charts.rows)} records, p95`, charts.summary, MOST_SUMMARY_MS, " ms"),
  );
  for (const what of new Set(appointments.searches.map(({ of }) => of))) {
    const searches = appointments.searches.filter(({ of }) => of === what);
    const [fewest, most] = [searches[0], searches.at(-1)];
    if (fewest === undefined || most === undefined) continue;
    const name = `${what}, a month for 50 practitioners`;
    found.push(below(`${name}, ${count(most.appointments)} appointments stored, p50`, most.p50, MOST_SLOTS_MS, " ms"));
    if (most !== fewest) {
      found.push(below(`${name}: growth from ${count(fewest.appointments)}`, most.p50 / fewest.p50, MOST_GROWTH, "x"));
    }
  }
  const booked = appointments.booking;
  found.push(
    atLeast(
      "booking: function over the data API",
      booked.function.throughput / booked.direct.throughput,
      LOWEST_RATIO.create ?? 0,
    ),
  );
  found.push(
    below(
      `${count(reminders.queued)} due reminders queued by one run of the job`,
      reminders.seconds,
      MOST_QUEUEING_SECONDS,
      " s",
    ),
  );
  found.push(below("login: added to Auth's own p50", login.added, MOST_ADDED_MS, " ms"));
  found.push(atMost("flood of sign-ins: p99 of read over that at rest", flood.times, MOST_FLOOD, "x"));
  return found;
}

/** p50 through the function at the largest size over that at the smallest; undefined when only one size was measured. */
export function growthOf(
  rows: readonly Row[],
  scenario: string,
  smallest: number,
  largest: number,
): number | undefined {
  const p50 = (patients: number) =>
    rows.find((row) => row.scenario === scenario && row.patients === patients)?.ways.function.p50;
  const [from, to] = [p50(smallest), p50(largest)];
  return smallest === largest || from === undefined || to === undefined ? undefined : to / from;
}

const checkedText = (what: string, { checked, bare, ratio }: Checked): string =>
  `${what} p50 ${checked.toFixed(2)} ms with the check, ${bare.toFixed(2)} ms without, ${ratio.toFixed(2)}x`;

/** Everything as text for people. */
export function asText(
  { concurrency, rows, audit, charts, appointments, reminders, login, flood, targets }: Report,
): string {
  const parts: string[] = [];
  for (const patients of new Set(rows.map((row) => row.patients))) {
    const shown = rows.filter((row) => row.patients === patients);
    parts.push(
      `${count(patients)} patients, ${concurrency} requests at once (function | data API directly)\n\n` +
        table([HEAD, ...shown.map(line)]),
    );
  }
  const cpu = rows.filter(({ ways, statements }) => statements !== undefined && processorTime(ways.function) > 0);
  if (cpu.length > 0) parts.push(`Processor time per request, microseconds\n\n${table(cpuTable(cpu))}`);
  parts.push(
    `Creations per second, data API directly: ${audit.sealed.toFixed(0)} with the audit chain, ${
      audit.unsealed.toFixed(0)
    } without, ${audit.ratio.toFixed(2)}\n` +
      `Check of the audit log: ${count(audit.whole.entries)} entries in ${(audit.whole.ms / 1000).toFixed(1)} s, ${
        (audit.called.ms / 1000).toFixed(1)
      } s through the function, the newest ${count(audit.day.entries)} in ${(audit.day.ms / 1000).toFixed(1)} s; ` +
      `a search for denied attempts p50 ${audit.search.ms.toFixed(1)} ms`,
  );
  parts.push(
    `List of 50 vital signs, ${charts.openCharts} charts open: ${
      checkedText("a request to the data API", charts.list)
    }; ${checkedText("the statement alone", charts.statement)}\n` +
      `List of 50 conditions, some sensitive: ${checkedText("a request to the function", charts.listed)}\n` +
      `Summary of a chart with ${count(charts.rows)} records, p95 of ${charts.summaryCalls}: ${
        ms(charts.summary)
      } ms, ${calls(charts.summaryStatements)} data calls each`,
  );
  for (const { of, appointments: stored, slots, p50, p95 } of appointments.searches) {
    parts.push(
      `A month of ${of}, for 50 practitioners, ${count(stored)} appointments stored, the first ${slots}: p50 ${
        ms(p50)
      } ms, p95 ${ms(p95)} ms`,
    );
  }
  for (const [way, { throughput, p50, p99, requests }] of Object.entries(appointments.booking)) {
    parts.push(
      `Bookings, ${way}: ${Math.round(throughput)} per second, p50 ${ms(p50)} ms, p99 ${ms(p99)} ms, ${requests} made`,
    );
  }
  parts.push(
    `Reminders: ${count(reminders.queued)} of ${count(reminders.due)} due queued in ${
      reminders.seconds.toFixed(1)
    } s by one run of the job`,
  );
  parts.push(
    `Login, one at a time, p50: function ${ms(login.function)} ms, Auth directly ${ms(login.direct)} ms, added ${
      ms(login.added)
    } ms\n` +
      `Read during ${flood.signIns} sign-ins, p99: ${ms(flood.flooded)} ms, at rest ${ms(flood.idle)} ms, ${
        flood.times.toFixed(1)
      }x`,
  );
  const met = targets.filter((target) => target.met).length;
  parts.push(
    `Targets: ${met} of ${targets.length} met\n\n${
      table(targets.map(({ name, wanted, got, met }) => [met ? "✓ met" : "✗ missed", name, got, wanted]))
    }`,
  );
  return `${parts.join("\n\n")}\n`;
}

const HEAD = [
  "",
  "p50 ms",
  "",
  "p99 ms",
  "",
  "per second",
  "",
  "ratio",
  "data calls",
  "SQL sent",
  "",
  "SQL inside",
  "",
];

function line({ scenario, ways, ratio, statements }: Row): string[] {
  const { function: through, direct } = ways;
  const both = (show: (way: Measured) => string) => [show(through), show(direct)];
  const counts = statements === undefined ? ["", "", "", "", ""] : [
    calls(statements.function),
    ...[statements.function, statements.direct].map(({ sent }) => sent.toFixed(1)),
    ...[statements.function, statements.direct].map(({ inner }) => inner.toFixed(1)),
  ];
  return [
    scenario,
    ...both(({ p50 }) => ms(p50)),
    ...both(({ p99 }) => ms(p99)),
    ...both(({ throughput }) => throughput.toFixed(0)),
    ratio.toFixed(2),
    processorTime(through) > 0 ? (processorTime(direct) / processorTime(through)).toFixed(2) : "",
    ...counts,
  ];
}

/** Leases of the rate limit stand behind a plus: they go beside the request. */
const calls = ({ dataCalls, leases }: Statements) =>
  dataCalls.toFixed(2) + (leases > 0 ? ` + ${leases.toFixed(2)}` : "");

function cpuTable(rows: readonly Row[]): string[][] {
  const parts = [...new Set(rows.flatMap(({ ways }) => [...Object.keys(ways.function.cpu)]))];
  const lines = rows.flatMap(({ scenario, patients, ways }) =>
    (["function", "direct"] as const).map((way) => {
      const times = parts.map((part) => ways[way].cpu[part] ?? 0);
      return [`${scenario}, ${count(patients)}, ${way}`, ...times.map(String), String(processorTime(ways[way]))];
    })
  );
  return [["", ...parts, "all"], ...lines];
}

const processorTime = ({ cpu }: Measured) => Object.values(cpu).reduce((sum, time) => sum + time, 0);

const atLeast = (name: string, got: number, wanted: number): Target => ({
  name,
  wanted: `at least ${wanted}`,
  got: got.toFixed(2),
  met: got >= wanted,
});
const atMost = (name: string, got: number, wanted: number, unit: string): Target => ({
  name,
  wanted: `at most ${wanted}${unit}`,
  got: `${got.toFixed(2)}${unit}`,
  met: got <= wanted,
});
const below = (name: string, got: number, wanted: number, unit: string): Target => ({
  name,
  wanted: `less than ${wanted}${unit}`,
  got: `${got.toFixed(2)}${unit}`,
  met: got < wanted,
});

import type { PoolClient } from "pg";
import { DatabaseError } from "pg";
import { actingAs } from "../support/database.ts";
import { type ActorName, actorNames, actors } from "./actors.ts";

export const verbs = ["select", "insert", "update", "delete"] as const;
export type Verb = (typeof verbs)[number];

/**
 * What comes of a statement: `yes` it saw or changed the row, `none` it silently found no row, `deny` it was refused for lack of rights (42501), else the
 * SQLSTATE of the refusal. A refusal that commits (private.refuse_committed) reads like the same one raised.
 */
export type Outcome = string;

/** One row of the matrix: what a statement has to come to for every actor. */
export type Line = {
  /** The table, view or function that it is about. */
  relation: string;
  verb: Verb | "call";
  subject: string;
  /** By actor, in the order of the columns. Empty where the verb is closed. */
  expected: Partial<Record<ActorName, Outcome>>;
  statement: (actor: ActorName) => string;
  /** The condition that finds the row; empty for inserts and calls. */
  where: (actor: ActorName) => string;
};

/** One statement of one actor and what has to come of it. */
export type Cell = Omit<Line, "expected" | "statement" | "where"> & {
  actor: ActorName;
  expected: Outcome;
  statement: string;
  where: string;
};

/** A row or a function call by its name in the table: the SQL for it, which may depend on who asks. */
type ByName = Record<string, (actor: ActorName) => string>;

type Table = {
  /** The table or view, with its schema. */
  relation: string;
  /** Conditions that find one row each. */
  rows: ByName;
  /** Statements that insert one row each, after `insert into <relation>`. */
  inserts?: ByName;
  /** What an update sets. */
  set?: string;
  /**
   * The expectations: a line for every verb and row, a cell for every actor. `closed  insert, update` stands for all lines of these verbs: neither anonymous
   * nor signed-in callers hold the privilege. A line of a closed verb may still say what the secret key meets.
   */
  expected: string;
};

/** Names a line that closes whole verbs, in the table and afterwards. */
const CLOSED = "closed";

/** The lines of a table. Throws when the expectations leave a row out or name something unknown. */
export function tableLines({ relation, rows, inserts = {}, set = "", expected }: Table): Line[] {
  const read = readTable(expected, 2);
  const open = read.filter(({ labels: [verb] }) => verb !== CLOSED);
  const closed = read.flatMap(({ labels: [verb, list = ""] }) => verb === CLOSED ? list.split(", ") : []);
  const wanted = [
    ...["select", "update", "delete"].flatMap((verb) => Object.keys(rows).map((name) => `${verb} ${name}`)),
    ...Object.keys(inserts).map((name) => `insert ${name}`),
  ];
  const found = open.map(({ labels }) => labels.join(" "));
  requireSame(
    relation,
    found,
    wanted.filter((one) => found.includes(one) || !closed.includes(one.split(" ")[0] ?? "")),
  );
  const all = [...open, ...closed.map((verb) => ({ labels: [verb, CLOSED], outcomes: {} }))];
  return all.map(({ labels: [verb = "", subject = ""], outcomes }): Line => {
    const kind = verbs.find((one) => one === verb);
    if (kind === undefined) throw new Error(`${verb} is no verb`);
    const where = (actor: ActorName) => rows[subject]?.(actor) ?? "";
    const statements: Record<Verb, (actor: ActorName) => string> = {
      select: (actor) => `select 1 from ${relation} where ${where(actor)}`,
      insert: (actor) => `insert into ${relation} ${inserts[subject]?.(actor) ?? ""}`,
      update: (actor) => `update ${relation} set ${set} where ${where(actor)}`,
      delete: (actor) => `delete from ${relation} where ${where(actor)}`,
    };
    return { relation, verb: kind, subject, expected: outcomes, statement: statements[kind], where };
  });
}

/** The lines of function calls; a name starts with that of its function. */
export function callLines(calls: ByName, expected: string): Line[] {
  const lines = readTable(expected, 1);
  requireSame("functions", lines.map(({ labels }) => labels.join(" ")), Object.keys(calls));
  return lines.map(({ labels: [subject = ""], outcomes }): Line => ({
    relation: functionOf(subject),
    verb: "call",
    subject,
    expected: outcomes,
    statement: (actor) => calls[subject]?.(actor) ?? "",
    where: () => "",
  }));
}

/** The function that a line is about; of `public`, where no schema is named. */
function functionOf(subject: string): string {
  const name = /^[\w.]+/.exec(subject)?.[0] ?? "";
  return name.includes(".") ? name : `public.${name}`;
}

/** Every cell of some lines. */
export const cellsOf = (lines: Line[]): Cell[] =>
  lines.flatMap(({ expected, statement, where, ...line }) =>
    actorNames.flatMap((actor): Cell[] => {
      const outcome = expected[actor];
      return outcome === undefined
        ? []
        : [{ ...line, actor, expected: outcome, statement: statement(actor), where: where(actor) }];
    })
  );

/** Lines of a table whose columns are set apart by two blanks or more; the first one names the actors. */
function readTable(table: string, labels: number): { labels: string[]; outcomes: Line["expected"] }[] {
  const [head = [], ...rest] = table.trim().split("\n").map((line) => line.trim().split(/\s{2,}/));
  requireSame("the head of a table", head.slice(labels), actorNames);
  return rest.map((cells) => {
    if (cells[0] === CLOSED) return { labels: cells, outcomes: {} };
    if (cells.length !== head.length) throw new Error(`This line has not one cell for each actor: ${cells.join("  ")}`);
    return {
      labels: cells.slice(0, labels),
      outcomes: Object.fromEntries(actorNames.map((actor, index) => [actor, cells[labels + index] ?? ""])),
    };
  });
}

function requireSame(what: string, found: string[], wanted: string[]): void {
  const missing = wanted.filter((one) => !found.includes(one));
  const unknown = found.filter((one, index) => !wanted.includes(one) || found.indexOf(one) !== index);
  if (missing.length + unknown.length === 0) return;
  throw new Error(`${what}: no expectation for [${missing.join(", ")}]; unknown or twice: [${unknown.join(", ")}]`);
}

const STATUS = "select nullif(current_setting('response.status', true), '')";

/** What comes of a statement; what was done stays until the caller rolls it back. */
async function tryOut(client: PoolClient, before: string, statement: string): Promise<Outcome> {
  try {
    const text = `${before} ${statement}; ${STATUS}`;
    const results = [await client.query<unknown[]>({ text, rowMode: "array" })].flat();
    const [done, status] = results.slice(-2);
    const refused = status?.rows[0]?.[0];
    if (typeof refused === "string") return `PT${refused}`;
    return done?.rowCount === 0 || done?.rows[0]?.[0] === null ? "none" : "yes";
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return error.code === "42501" ? "deny" : error.code ?? "unknown";
  }
}

/** Tries a statement as an actor and takes back whatever it did; null asks as the superuser. */
export async function outcomeOf(client: PoolClient, actor: ActorName | null, statement: string): Promise<Outcome> {
  const outcome = await tryOut(client, `savepoint cell; ${actingAs(actor === null ? null : actors[actor])}`, statement);
  await client.query("rollback to savepoint cell; release savepoint cell");
  return outcome;
}

/** What comes of a line for every actor of whom it says something: one request to the database for each, and one savepoint for all. */
export async function outcomesOf(client: PoolClient, { expected, statement }: Line): Promise<Line["expected"]> {
  const outcomes: Line["expected"] = {};
  await client.query("savepoint cell");
  for (const actor of actorNames.filter((name) => expected[name] !== undefined)) {
    const before = `rollback to savepoint cell; ${actingAs(actors[actor])}`;
    outcomes[actor] = await tryOut(client, before, statement(actor));
  }
  await client.query("rollback to savepoint cell; release savepoint cell");
  return outcomes;
}

/** The first cell that does not come out as expected, as a line for people. */
export async function firstMismatch(client: PoolClient, lines: Line[]): Promise<string | undefined> {
  for (const { relation, verb, subject, actor, expected, statement } of cellsOf(lines)) {
    const outcome = await outcomeOf(client, actor, statement);
    if (outcome !== expected) return `${relation}: ${verb} ${subject} as ${actor} is ${outcome}, not ${expected}`;
  }
}

type Privilege = { role: string; relation: string; verb: string };

/** The privileges that callers hold in spite of lines that say `closed`. */
export async function openedBy(client: PoolClient, lines: Line[]): Promise<Privilege[]> {
  const closed = lines.filter(({ subject }) => subject === CLOSED);
  const { rows } = await client.query<Privilege>(
    `select r.role, c.relation, c.verb from unnest($1::text[], $2::text[]) as c (relation, verb)
     cross join (values ('anon'), ('authenticated')) as r (role)
     where has_table_privilege(r.role, c.relation, c.verb)
       or (c.verb <> 'delete' and has_any_column_privilege(r.role, c.relation, c.verb))`,
    [closed.map(({ relation }) => relation), closed.map(({ verb }) => verb)],
  );
  return rows;
}

import type { PoolClient } from "pg";
import { DatabaseError } from "pg";
import { actAs } from "../support/database.ts";
import { type ActorName, actorNames, actors } from "./world.ts";

export const verbs = ["select", "insert", "update", "delete"] as const;
export type Verb = (typeof verbs)[number];

/**
 * What comes of a statement: `yes` it saw or changed the row, `none` it silently found no row, `deny` it was refused for lack of rights (42501), else the
 * SQLSTATE of the refusal. A refusal that commits (private.refuse_committed) reads like the same one raised.
 */
export type Outcome = string;

/** One statement of one actor and what has to come of it. `relation` is the table, view or function it is about. */
export type Cell = {
  relation: string;
  verb: Verb | "call";
  subject: string;
  actor: ActorName;
  expected: Outcome;
  statement: string;
  /** The condition that finds the row; empty for inserts and calls. */
  where: string;
};

/** A row or a function call by its name in the table: the SQL for it, which may depend on who asks. */
type ByName = Record<string, (actor: ActorName) => string>;

type Topic = {
  /** The table or view, with its schema. */
  relation: string;
  /** Conditions that find one row each. */
  rows: ByName;
  /** Statements that insert one row each, after `insert into <relation>`. */
  inserts: ByName;
  /** What an update sets. */
  set: string;
  /** The expectations: a line for every verb and row, a cell for every actor. */
  expected: string;
};

/** The cells of a table. Throws when the expectations leave one out or name something unknown. */
export function cellsOf({ relation, rows, inserts, set, expected }: Topic): Cell[] {
  const lines = linesOf(expected, 2);
  const wanted = [
    ...["select", "update", "delete"].flatMap((verb) => Object.keys(rows).map((name) => `${verb} ${name}`)),
    ...Object.keys(inserts).map((name) => `insert ${name}`),
  ];
  requireSame(relation, lines.map(({ labels }) => labels.join(" ")), wanted);
  return lines.flatMap(({ labels: [verb = "", subject = ""], outcomes }) => {
    const kind = verbs.find((one) => one === verb);
    if (kind === undefined) throw new Error(`${verb} is no verb`);
    return outcomes.map(([actor, outcome]): Cell => {
      const where = rows[subject]?.(actor) ?? "";
      const statements = {
        select: `select 1 from ${relation} where ${where}`,
        insert: `insert into ${relation} ${inserts[subject]?.(actor) ?? ""}`,
        update: `update ${relation} set ${set} where ${where}`,
        delete: `delete from ${relation} where ${where}`,
      };
      return { relation, verb: kind, subject, actor, expected: outcome, statement: statements[kind], where };
    });
  });
}

/** The cells of function calls; a name starts with that of its function. */
export function callsOf(calls: ByName, expected: string): Cell[] {
  const lines = linesOf(expected, 1);
  requireSame("functions", lines.map(({ labels }) => labels.join(" ")), Object.keys(calls));
  return lines.flatMap(({ labels: [subject = ""], outcomes }) =>
    outcomes.map(([actor, outcome]): Cell => ({
      relation: `public.${/^\w+/.exec(subject)?.[0] ?? ""}`,
      verb: "call",
      subject,
      actor,
      expected: outcome,
      statement: calls[subject]?.(actor) ?? "",
      where: "",
    }))
  );
}

/** Lines of a table whose columns are set apart by two blanks or more; the first one names the actors. */
function linesOf(table: string, labels: number): { labels: string[]; outcomes: [ActorName, Outcome][] }[] {
  const [head = [], ...rest] = table.trim().split("\n").map((line) => line.trim().split(/\s{2,}/));
  requireSame("the head of a table", head.slice(labels), actorNames);
  return rest.map((cells) => {
    if (cells.length !== head.length) throw new Error(`This line has not one cell for each actor: ${cells.join("  ")}`);
    return {
      labels: cells.slice(0, labels),
      outcomes: actorNames.map((actor, index) => [actor, cells[labels + index] ?? ""]),
    };
  });
}

function requireSame(what: string, found: string[], wanted: string[]): void {
  const missing = wanted.filter((one) => !found.includes(one));
  const unknown = found.filter((one, index) => !wanted.includes(one) || found.indexOf(one) !== index);
  if (missing.length + unknown.length === 0) return;
  throw new Error(`${what}: no expectation for [${missing.join(", ")}]; unknown or twice: [${unknown.join(", ")}]`);
}

/** Tries a statement as an actor and takes back whatever it did; null asks as the superuser. */
export async function outcomeOf(client: PoolClient, actor: ActorName | null, statement: string): Promise<Outcome> {
  await client.query("savepoint cell");
  try {
    await actAs(client, actor === null ? null : actors[actor]);
    const { rows, rowCount } = await client.query<unknown[]>({ text: statement, rowMode: "array" });
    const refused = await client.query<{ status: string | null }>(
      "select nullif(current_setting('response.status', true), '') as status",
    );
    const status = refused.rows[0]?.status;
    if (typeof status === "string") return `PT${status}`;
    return rowCount === 0 || rows[0]?.[0] === null ? "none" : "yes";
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return error.code === "42501" ? "deny" : error.code ?? "unknown";
  } finally {
    await client.query("rollback to savepoint cell; release savepoint cell");
  }
}

/** The first cell that does not come out as expected, as a line for people. */
export async function firstMismatch(client: PoolClient, cells: Cell[]): Promise<string | undefined> {
  for (const { relation, verb, subject, actor, expected, statement } of cells) {
    const outcome = await outcomeOf(client, actor, statement);
    if (outcome !== expected) return `${relation}: ${verb} ${subject} as ${actor} is ${outcome}, not ${expected}`;
  }
}

import { DatabaseError, type PoolClient } from "pg";
import { expect } from "vitest";
import { actingAs } from "../support/database.ts";
import { absentLike, type Arguments, type Probe } from "./probe.ts";
import { type ActorName, actors } from "./actors.ts";

/** What came of a call, all that the caller learns, with the identifier itself left out; and what it cost. */
export type Came = { said: string; reads: number; writes: number };

const COST = `select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::int,
    coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::int from pg_stat_xact_user_tables`;

const literal = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return `'{${value.join(",")}}'`;
  return `'${(typeof value === "object" ? JSON.stringify(value) : String(value)).replaceAll("'", "''")}'`;
};

/** Calls a function as an actor, and takes back whatever it did. */
export async function call(
  client: PoolClient,
  actor: ActorName,
  name: string,
  args: Arguments,
  hide: unknown,
): Promise<Came> {
  const list = Object.entries(args).map(([key, value]) => `${key} => ${literal(value)}`).join(", ");
  const text = `savepoint probe; ${actingAs(actors[actor])} ${COST};
    select coalesce(jsonb_agg(to_jsonb(f)), '[]')::text from public.${name}(${list}) as f;
    select current_setting('response.status', true); ${COST}`;
  try {
    const results = [await client.query<unknown[]>({ text, rowMode: "array" })].flat();
    const [before, answer, status, after] = results.slice(-4).map(({ rows }) => rows[0] ?? []);
    const spent = (index: number) => Number(after?.[index]) - Number(before?.[index]);
    return { said: without(JSON.stringify([answer, status]), hide), reads: spent(0), writes: spent(1) };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const { code, message, hint, detail, table, column, constraint } = error;
    return {
      said: without(JSON.stringify({ code, message, hint, detail, table, column, constraint }), hide),
      reads: 0,
      writes: 0,
    };
  } finally {
    await client.query("rollback to savepoint probe; release savepoint probe");
  }
}

/** Leaves out what the caller gave, and the instants of the call. */
const without = (said: string, hide: unknown): string =>
  [hide].flat().reduce<string>(
    (text, one) => text.replaceAll(typeof one === "object" ? JSON.stringify(one) : String(one), "<id>"),
    said.replaceAll(/\d{4}-\d\d-\d\d[T ][\d:.]+([+-][\d:]+|Z)?/g, "<instant>"),
  );

/** The call of a probe, once with what is there and once with what is not. */
export function pair(
  probe: Probe,
  args: Arguments = probe.args,
): { there: Arguments; absent: Arguments; ids: [unknown, unknown] } {
  const [argument, key] = probe.at;
  const holder = probe.args[argument] ?? null;
  const id = key === undefined ? holder : Object(holder)[key];
  const put = (value: Arguments[string]): Arguments => {
    const given = args[argument];
    if (key === undefined || given === undefined) return { ...args, [argument]: value };
    if (typeof given !== "object" || given === null || Array.isArray(given)) return args;
    return { ...args, [argument]: { ...given, [key]: value } };
  };
  const absent = typeof id === "object" && id !== null && !Array.isArray(id)
    ? Object.fromEntries(
      Object.entries(id).map(([name, value]) => [name, name === "country" ? String(value) : absentLike(String(value))]),
    )
    : absentLike(id);
  return { there: put(id), absent: put(absent), ids: [id, absent] };
}

/** What an argument is made instead: nothing, of another type, too long, markup. */
export const WRONG = [null, ["x"], "x".repeat(5000), "<b>"];

/** The call of a probe with every other argument made wrong in turn, left out, or beside one that is unknown. */
function spoiled({ args, at: [argument, key] }: Probe, wrongs: Wrong[]): [what: string, args: Arguments][] {
  const made: [string, Arguments][] = [];
  for (const [name, value] of Object.entries(args)) {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      made.push([`${name} with an unknown key`, { ...args, [name]: { ...value, unknown_key: 1 } }]);
      for (const inner of Object.keys(value).filter((one) => name !== argument || one !== key)) {
        const { [inner]: _, ...rest } = value;
        made.push([`${name} without ${inner}`, { ...args, [name]: rest }]);
        for (const wrong of wrongs) {
          made.push([`${name}.${inner} = ${wrong}`, { ...args, [name]: { ...value, [inner]: wrong } }]);
        }
      }
    } else if (name !== argument) {
      for (const wrong of wrongs) made.push([`${name} = ${wrong}`, { ...args, [name]: wrong }]);
    }
  }
  return made;
}

type Wrong = string | string[] | null;

/** Whether an actor may not know if there is what a probe names. */
export const mayNotKnow = ({ bookable, opens }: Probe, actor: ActorName) =>
  !(bookable && actor === "patient") && !(opens && actor === "doctor");

/** Requires that a call with another wrong argument answers the same, whether there is what it names or not. */
export async function requireAlike(
  client: PoolClient,
  probe: Probe,
  actorsAsked: ActorName[],
  wrongs: Wrong[],
): Promise<void> {
  for (const [what, args] of spoiled(probe, wrongs)) {
    const { there, absent, ids } = pair(probe, args);
    for (const actor of actorsAsked.filter((one) => one !== "patient" || !probe.bookable)) {
      const one = await call(client, actor, probe.name, there, ids[0]);
      const other = await call(client, actor, probe.name, absent, ids[1]);
      expect(one.said, `${what.slice(0, 80)} as ${actor}`).toBe(other.said);
    }
  }
}

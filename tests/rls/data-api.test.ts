import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rolledBack, sql } from "../support/database.ts";
import { type Answer, gateway, signIn, stackInfo } from "../support/stack.ts";
import { tokenOf } from "../support/tokens.ts";
import { allLines } from "./topics/index.ts";
import { type Cell, cellsOf, outcomeOf } from "./matrix.ts";
import type { ActorName } from "./actors.ts";
import { people } from "./people.ts";
import { arrange, clear, lookUp } from "./world.ts";
import { settled } from "./topics/patient-identity/rows.ts";

const accounts: Partial<Record<ActorName, string>> = {
  patient: "patient@demo.health",
  doctor: "doctor@demo.health",
  nurse: "nurse@demo.health",
  pharmacist: "pharmacist@demo.health",
  admin: "admin@demo.health",
};

/**
 * One cell for each table and each outcome, asked by whoever had least to ask so far. That PostgREST takes on the role and the claims of a
 * caller is one fact; who sees what is the matrix's.
 */
const cells = chosenOf(
  cellsOf(allLines.filter(({ relation, verb }) => verb === "select" && relation.startsWith("public."))),
);
const ids = new Map<Cell, string>();

function chosenOf(all: Cell[]): Cell[] {
  const groups = new Map<string, Cell[]>();
  for (const cell of all) {
    const name = `${cell.relation} ${cell.expected}`;
    groups.set(name, [...groups.get(name) ?? [], cell]);
  }
  const asked = new Map<ActorName, number>();
  const timesAsked = ({ actor }: Cell) => asked.get(actor) ?? 0;
  return [...groups.values()].flatMap((group) => {
    const [cell] = group.toSorted((one, other) => timesAsked(one) - timesAsked(other));
    if (cell === undefined) return [];
    asked.set(cell.actor, timesAsked(cell) + 1);
    return [cell];
  });
}

/** Runs work in a transaction of the superuser that is kept. */
async function committed(work: typeof arrange): Promise<void> {
  const client = await sql().connect();
  try {
    await client.query("begin");
    await work(client);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

beforeAll(async () => {
  await committed(clear);
  await committed(async (client) => {
    await arrange(client);
    await client.query(settled);
  });
  await rolledBack(async (client) => {
    await lookUp(client);
    for (const cell of cells) {
      const text = `select ${keyOf(cell)}::text as id from ${cell.relation} where ${cell.where}`;
      const { rows } = await client.query<{ id: string }>(text);
      ids.set(cell, rows[0]?.id ?? "missing");
    }
  });
});

afterAll(() => committed(clear));

/** What a row is found by: a break-glass has one for each review. */
const keyOf = ({ relation }: Cell) => (relation === "public.break_glass" ? "review_id" : "id");

async function ask(actor: ActorName, path: string): Promise<Answer> {
  const email = accounts[actor];
  if (email !== undefined) return await gateway(path, { token: await signIn(email) });
  if (actor === "suspended") return await gateway(path, { token: await tokenOf(people.suspended) });
  return await gateway(path, actor === "service" ? { headers: { apikey: stackInfo().secretKey } } : {});
}

function expectedAnswer({ actor, expected }: Cell, id: string) {
  if (actor === "suspended") return { status: 403, body: { code: "PT403", hint: "account_suspended" } };
  if (expected === "deny") return { status: actor === "anonymous" ? 401 : 403, body: { code: "42501" } };
  return {
    status: 200,
    body: expected === "yes" ? [{ id: expect.toSatisfy((found: unknown) => String(found) === id) }] : [],
  };
}

describe("through the data API", () => {
  test.each(
    cells.map((
      cell,
    ): [string, Cell] => [`${cell.relation}: ${cell.subject} as ${cell.actor} is ${cell.expected}`, cell]),
  )(
    "%s",
    async (_, cell) => {
      const id = ids.get(cell) ?? "missing";
      const { status, body } = await ask(
        cell.actor,
        `/rest/v1/${cell.relation.slice("public.".length)}?${keyOf(cell)}=eq.${id}&select=id:${keyOf(cell)}`,
      );
      expect({ status, body }).toMatchObject(expectedAnswer(cell, id));
    },
  );

  test("schemas behind the API are not reachable", async () => {
    for (const schema of ["private", "audit", "auth", "cron", "vault"]) {
      const answer = await gateway("/rest/v1/users", {
        token: await signIn("admin@demo.health"),
        headers: { "accept-profile": schema },
      });
      expect(answer, schema).toMatchObject({ status: 406, body: { code: "PGRST106" } });
    }
  });
});

test("the negative control: without its policy a table shows nothing, and the matrix notices", async () => {
  await rolledBack(async (client) => {
    await lookUp(client);
    const cell = cells.find(({ relation, actor, expected }) =>
      relation === "public.patients" && actor === "doctor" && expected === "yes"
    );
    if (cell === undefined) throw new Error("The matrix has no patient that a doctor sees");
    expect(await outcomeOf(client, cell.actor, cell.statement)).toBe("yes");
    await client.query(`drop policy "Patients see themselves, hospital staff those in their care" on private.patients`);
    expect(await outcomeOf(client, cell.actor, cell.statement)).toBe("none");
  });
});

import pg from "pg";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { actAs, resetLimits, sqlValue } from "../support/database.ts";
import { reduced } from "../support/reduced.ts";
import { type Answer, call, signIn, stackInfo } from "../support/stack.ts";
import { people } from "../rls/people.ts";

const PARALLEL = 50;
const rounds = Array.from({ length: reduced(10, 3) }, (_, index) => index + 1);

let token: string;
beforeAll(async () => {
  token = await signIn("doctor@demo.health");
});
beforeEach(resetLimits);

/** A name that no other patient has: letters alone, as names are. */
const uniqueName = () =>
  `Idem${crypto.randomUUID().replace(/[^a-f]/g, "")}${
    Date.now().toString(36).replace(/\d/g, (digit) => "ghijklmnop"[Number(digit)] ?? "")
  }`;
const countOf = (name: string) => sqlValue("select count(*)::int from public.patients where family_name = $1", [name]);
const create = (name: string, headers: Record<string, string>): Promise<Answer> =>
  call("/patients", { token, headers, body: { given_name: "Ida", family_name: name, birth_date: "1980-05-05" } });
const inParallel = <T>(work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: PARALLEL }, work));

describe.each(rounds)("round %i", () => {
  test("the same create 50 times at once makes one row and 50 identical answers", async () => {
    const name = uniqueName();
    const key = { "idempotency-key": crypto.randomUUID() };
    const answers = await inParallel(() => create(name, key));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.get("location"))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === "true")).toHaveLength(PARALLEL - 1);
    expect(await countOf(name)).toBe(1);
    expect(await create(`${name}x`, key)).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect(await countOf(`${name}x`)).toBe(0);
  });
});

test("two people may use the same key", async () => {
  const name = uniqueName();
  const headers = { "idempotency-key": crypto.randomUUID() };
  const nurse = await signIn("nurse@demo.health");
  const body = { given_name: "Ida", family_name: name, birth_date: "1980-05-05" };
  const answers = await Promise.all([token, nurse].map((one) => call("/patients", { token: one, headers, body })));
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(await countOf(name)).toBe(2);
});

describe("the negative control", () => {
  test("without a key there are 50 rows", async () => {
    const name = uniqueName();
    const answers = await inParallel(() => create(name, {}));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await countOf(name)).toBe(PARALLEL);
  });

  test("without the claim of the key there are 50 rows, whatever the header says", async () => {
    const name = uniqueName();
    const headers = { "idempotency-key": crypto.randomUUID() };
    const input = JSON.stringify({ given_name: "Ida", family_name: name });
    const pool = new pg.Pool({ connectionString: stackInfo().adminDbUrl, max: 10 });
    try {
      await inParallel(async () => {
        const client = await pool.connect();
        try {
          await client.query("begin");
          await actAs(client, { role: "authenticated", userId: people.doctor }, headers);
          await client.query("select private.create_patient($1)", [input]);
          await client.query("commit");
        } finally {
          client.release();
        }
      });
    } finally {
      await pool.end();
    }
    expect(await countOf(name)).toBe(PARALLEL);
  });
});

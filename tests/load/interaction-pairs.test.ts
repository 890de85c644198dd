import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sql, sqlValue } from "../support/database.ts";
import { reduced } from "../support/reduced.ts";
import { stackInfo } from "../support/stack.ts";

const CLIENTS = 16;
const CHANGES = reduced(40, 8);
const INGREDIENTS = 12;
const id = (kind: number, number: number) => `a5000000-0000-4000-8000-${kind}${String(number).padStart(11, "0")}`;
const CLASSES = [id(2, 1), id(2, 2)];

const clients: pg.Client[] = [];
const client = (index: number): pg.Client => {
  const one = clients[index];
  if (one === undefined) throw new Error("There is no such client.");
  return one;
};

beforeAll(async () => {
  for (let index = 0; index < CLIENTS; index++) {
    const one = new pg.Client({ connectionString: stackInfo().adminDbUrl });
    await one.connect();
    clients.push(one);
  }
  await sql().query(
    `insert into public.knowledge_versions (number, note) values (2000000, 'First'), (2000001, 'Second')`,
  );
  for (let n = 1; n <= INGREDIENTS; n++) {
    await sql().query("insert into public.ingredients (id, name) values ($1, $2)", [id(1, n), `pairload ${n}`]);
  }
  await sql().query(
    "insert into public.medication_classes (id, name, title) values ($1, 'pairload_one', 'One'), ($2, 'pairload_two', 'Two')",
    CLASSES,
  );
});
afterAll(async () => {
  await clear();
  await Promise.all(clients.map((one) => one.end()));
});

const OWN = "like 'a5000000-0000-4000-8000-%'";
/** Takes rules and members back, past the trigger that keeps rules. */
const clearPairs = () =>
  sql().query(`begin; set local session_replication_role = replica;
    delete from private.interaction_pairs p using public.interaction_rules r where r.id = p.rule_id and r.rule_key like 'pairload-%';
    delete from public.interaction_rules where rule_key like 'pairload-%';
    delete from public.ingredient_classes where ingredient_id::text ${OWN}; commit`);
async function clear(): Promise<void> {
  await clearPairs();
  await sql().query(`begin; set local session_replication_role = replica;
    delete from private.ingredient_names where ingredient_id::text ${OWN};
    delete from public.ingredients where id::text ${OWN};
    delete from public.medication_classes where id::text ${OWN};
    delete from public.knowledge_versions where number >= 2000000; commit`);
}

const join = (ingredient: number, group: string) =>
  `insert into public.ingredient_classes (ingredient_id, class_id) values ('${id(1, ingredient)}', '${group}')
    on conflict do nothing`;
const leave = (ingredient: number, group: string) =>
  `delete from public.ingredient_classes where ingredient_id = '${id(1, ingredient)}' and class_id = '${group}'`;
const rule = (key: string) =>
  `insert into public.interaction_rules (rule_key, kind, class_id, other_class_id, severity, effect, mechanism, management,
      evidence, source_label, source_section, since_version)
    values ('pairload-${key}', 'drug', '${CLASSES[0]}', '${
    CLASSES[1]
  }', 'major', 'Harm', 'A way', 'Do not', 'label', 'A label', '7', 2000000)`;
const end = (key: string) =>
  `update public.interaction_rules set until_version = 2000001 where rule_key = 'pairload-${key}' and until_version is null`;

const current = () => sqlValue("select private.pairs_are_current()");
const pairsOf = (key: string) =>
  sqlValue(
    "select count(*)::int from private.interaction_pairs p join public.interaction_rules r on r.id = p.rule_id where r.rule_key = $1",
    [`pairload-${key}`],
  );

beforeEach(async () => {
  await clearPairs();
  for (let n = 1; n <= INGREDIENTS / 2; n++) {
    await sql().query(join(n, n % 2 === 0 ? CLASSES[0] ?? "" : CLASSES[1] ?? ""));
  }
});

/** One transaction adds a rule and another a member, each before the other has committed. */
async function crossing(): Promise<void> {
  await client(0).query("begin");
  await client(0).query(rule("crossing"));
  await client(1).query("begin");
  const member = client(1).query(join(INGREDIENTS, CLASSES[0] ?? ""));
  await Promise.race([member, new Promise((done) => setTimeout(done, 300))]);
  await client(0).query("commit");
  await member;
  await client(1).query("commit");
}

/** What a client does: members come and go, rules begin and end. */
async function change(index: number): Promise<void> {
  const one = client(index);
  for (let n = 0; n < CHANGES; n++) {
    const ingredient = 1 + (index * 7 + n * 5) % INGREDIENTS;
    const group = CLASSES[(index + n) % 2] ?? "";
    const key = `${index}-${n}`;
    const statements = [join(ingredient, group), rule(key), leave(ingredient, group), `${rule(key)}; ${end(key)}`];
    await one.query(statements[(index + n) % statements.length] ?? "");
  }
}

describe("pairs of ingredients under parallel changes", () => {
  test("a rule and a member that come at the same time are paired", async () => {
    await crossing();
    expect(await current()).toBe(true);
    expect(await pairsOf("crossing")).toBe(4 * 3);
  });

  test(`${CLIENTS} clients change rules and members at once, and the pairs are what the rules say`, async () => {
    await Promise.all(clients.map((_, index) => change(index)));
    expect(await current()).toBe(true);
    expect(await sqlValue("select count(*)::int from private.interaction_pairs")).toBeGreaterThan(0);
  });
});

test("a transaction that does not see what others commit changes nothing", async () => {
  await client(0).query("begin isolation level repeatable read");
  await expect(client(0).query(rule("blind"))).rejects.toMatchObject({ code: "25000" });
  await client(0).query("rollback");
});

describe("the negative control, without the lock", () => {
  const body = () => sqlValue("select pg_get_functiondef('private.lock_knowledge()'::regprocedure)");
  let locking: unknown;
  beforeEach(async () => {
    locking = await body();
    await sql().query(
      "create or replace function private.lock_knowledge() returns void language plpgsql set search_path = '' as 'begin end'",
    );
  });
  afterEach(() => sql().query(String(locking)));

  test("a rule and a member that come at the same time miss each other", async () => {
    await crossing();
    expect(await current()).toBe(false);
  });
});

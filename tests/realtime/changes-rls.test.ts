import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTables, dropTables, FIXTURE_MS, follow, insert, nextId, remove, update } from "./support/changes.ts";
import { until } from "./support/client.ts";
import { database, expiring, OTHER_USER, sign, target, USER } from "./support/target.ts";

beforeAll(createTables, FIXTURE_MS);
afterAll(dropTables);

const notes = { event: "*", schema: "cf_changes", table: "notes" } as const;
const idsOf = (heard: { new: object; old: object }[]) =>
  heard.map((change) => ({ ...change.old, ...change.new })).map(({ id }: { id?: number }) => id);

/** Rows of subscriptions whose token has this mark. */
const rowsOf = async (mark: string): Promise<number> => {
  const { rows } = await database().query<{ count: number }>(
    "select count(*)::int as count from realtime.subscription where claims ->> 'cf_mark' = $1",
    [mark],
  );
  return rows[0]?.count ?? -1;
};

describe("J. under row-level security", () => {
  test("each hears of the rows that they may read", async () => {
    const mine = await follow([notes]);
    const theirs = await follow([notes], { token: await sign({ sub: OTHER_USER }) });
    const [one, two, nobodys, last] = [nextId(), nextId(), nextId(), nextId()];
    await insert("notes", { id: one, owner: USER });
    await insert("notes", { id: two, owner: OTHER_USER });
    await insert("notes", { id: nobodys });
    await update("notes", one, "word = 'x'");
    await update("notes", two, "word = 'x'");
    for (const owner of [USER, OTHER_USER]) await insert("notes", { id: owner === USER ? last : nextId(), owner });
    await until(() => mine.heard.length > 2 && theirs.heard.length > 2, [mine.heard, theirs.heard]);
    expect(idsOf(mine.heard)).toEqual([one, one, last]);
    expect(idsOf(theirs.heard).slice(0, 2)).toEqual([two, two]);
    expect(theirs.heard).toHaveLength(3);
  });

  test("the role that reads past it hears everything, and one without the right to read that it is not for it", async () => {
    const anonymous = await follow([notes], { token: await sign({ role: "anon", sub: undefined }) });
    const service = await follow([notes], { token: await sign({ role: "service_role", sub: undefined }) });
    const id = nextId();
    await insert("notes", { id, owner: USER, hidden: "h" });
    await until(() => service.heard.length > 0 && anonymous.heard.length > 0, [service.heard, anonymous.heard]);
    expect(service.heard).toMatchObject([{ new: { id, hidden: "h" } }]);
    expect(anonymous.heard).toMatchObject([{ errors: ["Error 401: Unauthorized"] }]);
    expect(anonymous.heard[0]?.new).toEqual({});
  });

  /** On the platform it holds up everybody's changes. */
  test.runIf(target().isLocal)(
    "somebody for whom the policy fails hears nothing, and takes nothing from others",
    async () => {
      const broken = await follow([notes], { token: await sign({ sub: "nobody" }) });
      const whole = await follow([notes]);
      const id = nextId();
      await insert("notes", { id, owner: USER });
      await until(() => whole.heard.length > 0, whole.heard);
      expect(idsOf(whole.heard)).toEqual([id]);
      expect(broken.heard).toEqual([]);
    },
  );

  test("columns that one may not read are left out", async () => {
    const { heard } = await follow([notes]);
    const id = nextId();
    await insert("notes", { id, owner: USER, word: "w", hidden: "h" });
    await until(() => heard.length > 0, heard);
    expect(heard[0]?.new).toEqual({ id, owner: USER, word: "w", number: null, flag: null, bytes: null });
  });

  test("a deleted row is told of by its key alone, even where the stream has all of it", async () => {
    const { heard } = await follow([{ ...notes, table: "whole" }]);
    const id = nextId();
    await insert("whole", { id, owner: USER, word: "secret" });
    await update("whole", id, "word = 'other'");
    // A row is looked for as it is now: it must not be gone before it was told of.
    await until(() => heard.length > 1, heard);
    await remove("whole", id);
    await until(() => heard.length > 2, heard);
    expect(heard.map(({ eventType }) => eventType)).toEqual(["INSERT", "UPDATE", "DELETE"]);
    expect(heard[1]?.old).toMatchObject({ id, owner: USER, word: "secret" });
    expect(heard[2]?.old).toEqual({ id });
  });

  test("where not even the key may be read, a change is told as unauthorized", async () => {
    const { heard } = await follow([{ ...notes, table: "closed" }]);
    await insert("closed", { id: nextId() });
    await until(() => heard.length > 0, heard);
    expect(heard).toMatchObject([{ new: {}, errors: ["Error 401: Unauthorized"] }]);
    expect(heard[0]?.new).toEqual({});
  });

  test("more people than one batch of rows are all judged with their own claims", async () => {
    const people = Array.from({ length: 12 }, () => crypto.randomUUID());
    const followed = await Promise.all(people.map(async (sub) => follow([notes], { token: await sign({ sub }) })));
    const rows = people.map((owner) => ({ id: nextId(), owner }));
    for (const row of rows) await insert("notes", row);
    await until(() => followed.every(({ heard }) => heard.length > 0));
    expect(followed.map(({ heard }) => idsOf(heard))).toEqual(rows.map(({ id }) => [id]));
  });
});

describe("J. a new token", () => {
  test("brings what it allows and takes what it does not, without a new subscription", async () => {
    let token = await sign();
    const { client, heard } = await follow([notes], { token: () => token });
    const take = async (claims: Record<string, unknown>) => {
      const mark = crypto.randomUUID();
      token = await sign({ ...claims, cf_mark: mark });
      await client.realtime.setAuth();
      await expect.poll(() => rowsOf(mark), { timeout: 5_000 }).toBe(1);
    };
    const ids = Array.from({ length: 5 }, nextId);
    const foreign = (at: number) => insert("notes", { id: ids[at], owner: OTHER_USER });
    const own = (at: number) => insert("notes", { id: ids[at], owner: USER });

    await foreign(0);
    await own(1);
    await until(() => heard.length === 1, heard);
    await take({ cf_all: true });
    await foreign(2);
    await until(() => heard.length === 2, heard);
    await take({});
    await foreign(3);
    await own(4);
    await until(() => heard.length === 3, heard);
    expect(idsOf(heard)).toEqual([ids[1], ids[2], ids[4]]);
  });

  /** On the platform the former claims stay in force. */
  test.runIf(target().isLocal)("that may not read the column of a filter ends the hearing", async () => {
    let token = await sign({ role: "service_role" });
    const entry = { ...notes, filter: "hidden=eq.h" };
    const { client, heard, said } = await follow([entry], { token: () => token });
    const other = await follow([notes]);
    await insert("notes", { id: nextId(), owner: USER, hidden: "h" });
    await until(() => heard.length === 1, heard);
    token = await sign();
    await client.realtime.setAuth();
    await until(() => said.at(-1)?.status === "error", said);
    expect(said.at(-1)).toMatchObject({
      message: expect.stringContaining("invalid column for filter hidden"),
    });
    await insert("notes", { id: nextId(), owner: USER, hidden: "h" });
    await until(() => other.heard.length === 2, other.heard);
    expect(heard).toHaveLength(1);
  });

  test("that has expired ends it", async () => {
    const { heard, said } = await follow([notes], { token: await expiring(3) });
    const other = await follow([notes]);
    await until(() => said.at(-1)?.status === "error", said);
    expect(said.at(-1)).toMatchObject({
      extension: "system",
      status: "error",
      message: expect.stringMatching(/^Token has expired/),
    });
    await insert("notes", { id: nextId(), owner: USER });
    await until(() => other.heard.length > 0, other.heard);
    expect(heard).toEqual([]);
  });
});

describe("J. who leaves", () => {
  const gone = (mark: string) =>
    expect.poll(() => rowsOf(mark), { timeout: target().isLocal ? 5_000 : 15_000 }).toBe(0);

  test("a channel hears nothing any more and leaves no row behind", async () => {
    const mark = crypto.randomUUID();
    const one = await follow([notes, { ...notes, event: "INSERT" }], { token: await sign({ cf_mark: mark }) });
    const other = await follow([notes]);
    expect(await rowsOf(mark)).toBe(2);
    await one.client.removeChannel(one.channel);
    await insert("notes", { id: nextId(), owner: USER });
    await until(() => other.heard.length > 0, other.heard);
    expect(one.heard).toEqual([]);
    await gone(mark);
  });

  test("a socket that is cut leaves no row behind", async () => {
    const mark = crypto.randomUUID();
    const { client } = await follow([notes], { token: await sign({ cf_mark: mark }) });
    expect(await rowsOf(mark)).toBe(1);
    client.realtime.disconnect();
    await gone(mark);
  });
});

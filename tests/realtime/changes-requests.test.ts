import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ask,
  createTables,
  dropTables,
  type Entry,
  FIXTURE_MS,
  follow,
  insert,
  nextId,
  remove,
  update,
} from "./support/changes.ts";
import { until } from "./support/client.ts";
import { RawSocket } from "./support/raw.ts";
import { database, sign, USER } from "./support/target.ts";

beforeAll(createTables, FIXTURE_MS);
afterAll(dropTables);

const table = (name: string): Entry => ({ event: "*", schema: "cf_changes", table: name });

describe("J. a filter", () => {
  /** Two rows, the first of which passes. The former row is in the stream, so that a delete can be told by any column. */
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["number=eq.5", { number: 5 }, { number: 6 }],
    ["number=neq.5", { number: 6 }, { number: 5 }],
    ["number=lt.5", { number: 4 }, { number: 5 }],
    ["number=lte.5", { number: 5 }, { number: 6 }],
    ["number=gt.5", { number: 6 }, { number: 5 }],
    ["number=gte.5", { number: 10 }, { number: 4 }],
    ["number=in.(5,10)", { number: 10 }, { number: 1 }],
    ['word=in.("a,b",c)', { word: "a,b" }, { word: "a" }],
    ["word=eq.a.b=c", { word: "a.b=c" }, { word: "a" }],
    ['word=eq."a,b"', { word: "a,b" }, { word: "a" }],
    ["word=like.a%", { word: "abc" }, { word: "Abc" }],
    ["word=ilike.a%", { word: "Abc" }, { word: "bc" }],
    ["word=match.^a.c$", { word: "abc" }, { word: "abcd" }],
    ["word=imatch.^A.c$", { word: "abc" }, { word: "abcd" }],
    ["word=is.null", {}, { word: "a" }],
    ["flag=is.true", { flag: true }, { flag: false }],
    ["number=isdistinct.5", {}, { number: 5 }],
    ["word=not.like.a%", { word: "b" }, { word: "a" }],
    ["number=gt.1,word=eq.a", { number: 2, word: "a" }, { number: 2, word: "b" }],
    ["owner=eq." + USER, {}, { owner: null }],
  ])("%s passes what it names", async (filter, passing, failing) => {
    const { heard } = await follow([{ ...table("whole"), filter }], { token: await sign({ cf_all: true }) });
    const [good, bad] = [nextId(), nextId()];
    // A row is looked for as it is now, so it must not be gone before it was told of.
    const steps = [
      () => insert("whole", { id: bad, owner: USER, ...failing }),
      () => insert("whole", { id: good, owner: USER, ...passing }),
      () => update("whole", bad, "bytes = '\\x01'"),
      () => update("whole", good, "bytes = '\\x01'"),
      () => remove("whole", bad),
      () => remove("whole", good),
    ];
    for (const [index, step] of steps.entries()) {
      await step();
      if (index % 2 === 1) await until(() => heard.length > index / 2, heard);
    }
    expect(heard.map((change) => [change.eventType, { ...change.old, ...change.new }])).toMatchObject([
      ["INSERT", { id: good }],
      ["UPDATE", { id: good }],
      ["DELETE", { id: good }],
    ]);
  });

  test("is passed by no null", async () => {
    const { heard } = await follow([{ ...table("whole"), filter: "number=neq.5" }]);
    const id = nextId();
    await insert("whole", { id: nextId(), owner: USER, number: null });
    await insert("whole", { id, owner: USER, number: 6 });
    await until(() => heard.length > 0, heard);
    expect(heard).toMatchObject([{ new: { id } }]);
  });

  test("of a column that a delete does not carry is not passed by it", async () => {
    const { heard } = await follow([{ ...table("notes"), filter: "number=eq.1" }]);
    const [one, two] = [nextId(), nextId()];
    await insert("notes", { id: one, owner: USER, number: 1 });
    await until(() => heard.length === 1, heard);
    await remove("notes", one);
    await insert("notes", { id: two, owner: USER, number: 1 });
    await until(() => heard.length > 1, heard);
    expect(heard.map(({ eventType }) => eventType)).toEqual(["INSERT", "INSERT"]);
  });
});

test("J. a choice of columns brings those and the key", async () => {
  const { heard } = await follow([{ ...table("notes"), select: ["word"] }, table("notes")]);
  const id = nextId();
  await insert("notes", { id, owner: USER, word: "w", number: 3 });
  await until(() => heard.length > 1, heard);
  expect(heard.map((change) => change.new)).toEqual(
    expect.arrayContaining([{ id, word: "w" }, expect.objectContaining({ id, word: "w", number: 3 })]),
  );
});

const UNABLE = "Unable to subscribe to changes with given parameters.";

describe("J. a request", () => {
  test.each<[string, Record<string, unknown>, string | RegExp]>([
    [
      "for a table that does not exist",
      table("missing"),
      `${UNABLE} Please check Realtime is enabled for the given connect parameters: ` +
      "[event: *, schema: cf_changes, table: missing, filters: [], select: nil]",
    ],
    [
      "for a table that is not published",
      table("unpublished"),
      /^Unable to subscribe .* Please check Realtime is enabled/,
    ],
    [
      "with an unknown column",
      { ...table("open"), filter: "colour=eq.1" },
      /^Unable to subscribe .* An exception happened .*invalid column for filter colour/,
    ],
    [
      "with a column one may not read",
      { ...table("notes"), filter: "hidden=eq.1" },
      /invalid column for filter hidden/,
    ],
    [
      "with a value of another type",
      { ...table("open"), filter: "id=eq.one" },
      /An exception happened .*invalid input syntax for type bigint: "one"/,
    ],
    ["with an operator that the type lacks", { ...table("open"), filter: "id=like.1%" }, /An exception happened/],
    ["with a pattern that is none", { ...table("open"), filter: "word=match.(" }, /invalid regular expression/],
    [
      "with too many values",
      { ...table("open"), filter: `id=in.(${Array.from({ length: 101 }, (_, n) => n)})` },
      /too many values for `in` filter/,
    ],
    ["with a nonsensical is", { ...table("open"), filter: "id=is.5" }, /invalid value for is filter/],
    ["with an unknown choice of columns", { ...table("open"), select: ["colour"] }, /invalid column for select colour/],
    [
      "with an operator that does not exist",
      { ...table("open"), filter: "id=foo.1" },
      'Error parsing `filter` params: ["foo", "1"]',
    ],
    [
      "with a filter that is none",
      { ...table("open"), filter: "undefined" },
      'Error parsing `filter` params: ["undefined"]',
    ],
    [
      "with a list that is none",
      { ...table("open"), filter: "id=in.1" },
      "Error parsing `filter` params: `in` filter value must be wrapped by parentheses",
    ],
    [
      "with a comma too many",
      { ...table("open"), filter: "id=eq.1," },
      /^Error parsing `filter` params: filter must not contain empty segments/,
    ],
    [
      "without schema and table",
      { event: "*" },
      /^No subscription params provided\. Please provide at least a `schema` or `table` to subscribe to: /,
    ],
    [
      "with a filter for all tables",
      { event: "*", schema: "cf_changes", filter: "id=eq.1" },
      /^No subscription params provided/,
    ],
    [
      "with a choice of columns for all tables",
      { event: "*", schema: "cf_changes", select: ["id"] },
      /^Column selection is not supported/,
    ],
  ])("%s is refused, and the channel stays", async (_, entry, message) => {
    const raw = await RawSocket.open();
    const name = `cf-${crypto.randomUUID()}`;
    const config = { broadcast: { self: true }, postgres_changes: [entry] };
    expect(await raw.join(name, config, await sign())).toMatchObject({
      payload: { status: "ok", response: { postgres_changes: [{ ...entry, id: expect.any(Number) }] } },
    });
    expect(await raw.event("system")).toMatchObject({
      payload: {
        extension: "postgres_changes",
        status: "error",
        channel: name,
        message: typeof message === "string" ? message : expect.stringMatching(message),
      },
    });
    raw.push(`realtime:${name}`, "broadcast", { type: "broadcast", event: "e", payload: {} });
    expect(await raw.event("broadcast")).toMatchObject({ payload: { event: "e" } });
  });

  test("of which one part is wrong is refused as a whole", async () => {
    const { said, heard } = await ask([table("open"), table("missing")]);
    expect(said).toMatchObject([{ status: "error" }]);
    const other = await follow([table("open")]);
    await insert("open", { id: nextId() });
    await until(() => other.heard.length > 0, other.heard);
    expect(heard).toEqual([]);
  });

  test("without entries is answered with none, and null entries do not count", async () => {
    const raw = await RawSocket.open();
    const answer = async (postgres_changes: unknown) =>
      (await raw.join(`cf-${crypto.randomUUID()}`, { postgres_changes }, await sign())).payload;
    expect(await answer([null])).toEqual({ status: "ok", response: { postgres_changes: [] } });
    expect(await answer([null, table("open")])).toMatchObject({ response: { postgres_changes: [table("open")] } });
    expect(await answer("x")).toEqual({ status: "ok", response: { postgres_changes: [] } });
  });

  test("is as good as its table's name and no pattern", async () => {
    await database().query(
      `create table cf_changes."we""ird ,.%na me" (id int primary key); grant select on cf_changes."we""ird ,.%na me" to authenticated;
      alter publication supabase_realtime add table cf_changes."we""ird ,.%na me"`,
    );
    const { heard } = await follow([table('we"ird ,.%na me')]);
    await insert('"we""ird ,.%na me"', { id: 1 });
    await until(() => heard.length > 0, heard);
    expect(heard).toMatchObject([{ table: 'we"ird ,.%na me', new: { id: 1 } }]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTables, dropTables, FIXTURE_MS, follow, insert, nextId, remove, update } from "./support/changes.ts";
import { until } from "./support/client.ts";
import { RawSocket } from "./support/raw.ts";
import { database, sign, USER } from "./support/target.ts";

beforeAll(createTables, FIXTURE_MS);
afterAll(dropTables);

const open = { schema: "cf_changes", table: "open" };
const all = { event: "*", ...open } as const;

describe("J. the changes of a table", () => {
  test("are subscribed to with a word of the server", async () => {
    const { said, channel } = await follow([all]);
    expect(said).toEqual([{
      extension: "postgres_changes",
      status: "ok",
      message: "Subscribed to PostgreSQL",
      channel: channel.subTopic,
    }]);
  });

  test("arrive as they were committed, in their order", async () => {
    const { heard } = await follow([all]);
    const id = nextId();
    await insert("open", { id, word: "one" });
    await update("open", id, "word = 'two'");
    await remove("open", id);
    await until(() => heard.length === 3, heard);
    expect(heard).toMatchObject([
      { eventType: "INSERT", table: "open", new: { id, word: "one" }, old: {}, errors: null },
      { eventType: "UPDATE", new: { id, word: "two" }, old: { id }, errors: null },
      { eventType: "DELETE", new: {}, old: { id }, errors: null },
    ]);
    expect(heard[1]?.old).toEqual({ id });
  });

  test("keep their order when they are many", async () => {
    const { heard } = await follow([{ ...all, event: "INSERT" }]);
    const ids = Array.from({ length: 200 }, nextId);
    await database().query(`insert into cf_changes.open (id) values ${ids.map((id) => `(${id})`).join(", ")}`);
    await until(() => heard.length === ids.length, heard.length);
    expect(heard.map((change) => change.new)).toMatchObject(ids.map((id) => ({ id })));
  });

  test("that are rolled back are never told", async () => {
    const { heard } = await follow([all]);
    const [lost, kept] = [nextId(), nextId()];
    const client = await database().connect();
    await client.query(`begin; insert into cf_changes.open values (${lost}); rollback`).finally(() => client.release());
    await insert("open", { id: kept });
    await until(() => heard.length > 0, heard);
    expect(heard).toMatchObject([{ new: { id: kept } }]);
  });

  test("are told by their event to those who chose one", async () => {
    const { heard } = await follow([{ ...all, event: "UPDATE" }]);
    const deletes = await follow([{ ...all, event: "DELETE" }]);
    const id = nextId();
    await insert("open", { id });
    await update("open", id, "word = 'x'");
    await remove("open", id);
    await until(() => heard.length > 0 && deletes.heard.length > 0, [heard, deletes.heard]);
    expect(heard.map(({ eventType }) => eventType)).toEqual(["UPDATE"]);
    expect(deletes.heard.map(({ eventType }) => eventType)).toEqual(["DELETE"]);
  });

  test("of a whole schema are told with the name of their table", async () => {
    const { heard } = await follow([{ event: "INSERT", schema: "cf_changes" }]);
    const [one, two] = [nextId(), nextId()];
    await insert("open", { id: one });
    await insert("notes", { id: two, owner: USER });
    await until(() => heard.length > 1, heard);
    expect(heard).toMatchObject([{ table: "open", new: { id: one } }, { table: "notes", new: { id: two } }]);
  });

  test("are told once to each listener of a channel that has several", async () => {
    const { heard } = await follow([all, all, { ...all, event: "INSERT" }, { ...all, event: "DELETE" }]);
    const id = nextId();
    await insert("open", { id });
    await remove("open", id);
    await until(() => heard.length >= 6, heard);
    expect(heard.map(({ eventType }) => eventType)).toEqual([
      "INSERT",
      "INSERT",
      "INSERT",
      "DELETE",
      "DELETE",
      "DELETE",
    ]);
  });

  test("have values of their types", async () => {
    const { heard } = await follow([{ ...all, table: "notes" }]);
    const id = nextId();
    const word = `ü "quoted" \\ '\n`;
    await insert("notes", { id, owner: USER, word, number: -7, flag: true, bytes: Buffer.from([1, 2, 255]) });
    await until(() => heard.length > 0, heard);
    expect(heard[0]?.new).toEqual({ id, owner: USER, word, number: -7, flag: true, bytes: "0102ff" });
  });

  test("have every digit of their numbers, and the columns with their types, in both versions", async () => {
    const id = nextId();
    const sockets = await Promise.all(["1.0.0", "2.0.0"].map((vsn) => RawSocket.open({ vsn })));
    const texts: string[] = [];
    for (const raw of sockets) {
      await raw.join(`cf-${crypto.randomUUID()}`, { postgres_changes: [all] }, await sign());
      expect(await raw.event("system")).toMatchObject({ payload: { message: "Subscribed to PostgreSQL" } });
      raw.socket.on("message", (data: Buffer) => texts.push(data.toString()));
    }
    await insert("open", { id, big: "12345678901234567890.123", at: "2026-03-29T01:30:00+01:00" });
    for (const raw of sockets) {
      expect(await raw.event("postgres_changes")).toMatchObject({
        joinRef: null,
        ref: null,
        payload: {
          ids: [expect.any(Number)],
          data: {
            schema: "cf_changes",
            table: "open",
            type: "INSERT",
            commit_timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
            columns: [
              { name: "id", type: "int8" },
              { name: "word", type: "text" },
              { name: "at", type: "timestamptz" },
              { name: "big", type: "numeric" },
            ],
            record: { id, word: null, at: "2026-03-29T00:30:00+00:00" },
            errors: null,
          },
        },
      });
    }
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(text).toMatch(/"big": ?12345678901234567890\.123\b/);
  });

  test("that are too large come without their long values, and say so", async () => {
    const { heard } = await follow([all]);
    const id = nextId();
    await insert("open", { id, word: "x".repeat(1_100_000) });
    await until(() => heard.length > 0, heard.length);
    expect(heard).toMatchObject([{ new: { id }, errors: ["Error 413: Payload Too Large"] }]);
    expect(heard[0]?.new).not.toHaveProperty("word");
  });

  test("keep a long value that an update left alone, where the former row is in the stream", async () => {
    const { heard } = await follow([{ ...all, table: "whole", event: "UPDATE" }]);
    const id = nextId();
    await database().query("alter table cf_changes.whole alter word set storage external");
    await insert("whole", { id, owner: USER, word: "y".repeat(10_000), number: 1 });
    await update("whole", id, "number = 2");
    await until(() => heard.length > 0, heard.length);
    expect(heard[0]?.new).toMatchObject({ id, number: 2, word: "y".repeat(10_000) });
    expect(heard[0]?.old).toMatchObject({ id, number: 1, word: "y".repeat(10_000) });
  });

  test("of a table without a primary key are told with nothing but the reason", async () => {
    const { heard } = await follow([{ event: "INSERT", schema: "cf_changes", table: "keyless" }]);
    await insert("keyless", { word: "x" });
    await until(() => heard.length > 0, heard);
    expect(heard).toMatchObject([{ new: {}, errors: ["Error 400: Bad Request, no primary key"] }]);
    expect(heard[0]?.new).toEqual({});
  });
});

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientWith, collect, subscribed, until } from "./support/client.ts";
import { createPolicies, dropPolicies, topicWith } from "./support/policies.ts";
import { RawSocket } from "./support/raw.ts";
import { database, sendFromDatabase, sign } from "./support/target.ts";

beforeAll(createPolicies);
afterAll(dropPolicies);

/** A private topic somebody listens to, and what they hear. */
async function heardOn(rule = "r") {
  const topic = topicWith(rule);
  const channel = clientWith(await sign()).channel(topic, {
    config: { private: true, broadcast: { replication_ready: true } },
  });
  const heard = collect(channel);
  const ready = new Promise((resolve) => channel.on("system", {}, resolve));
  await subscribed(channel);
  expect(await ready).toMatchObject({ status: "ok", message: "Replication connection established" });
  return { topic, heard };
}

async function inTransaction(end: "commit" | "rollback", statements: [string, unknown[]][]): Promise<void> {
  const client = await database().connect();
  try {
    await client.query("begin");
    for (const [text, values] of statements) await client.query(text, values);
    await client.query(end);
  } finally {
    client.release();
  }
}

const SEND = "select realtime.send($1::jsonb, $2, $3)";

describe("G. a message of the database", () => {
  test("arrives with the id of its row in payload and meta", async () => {
    const { topic, heard } = await heardOn();
    await sendFromDatabase(topic, "e", { a: "ü" });
    await until(() => heard.length === 1, heard);
    const { rows } = await database().query<{ id: string }>("select id from realtime.messages where topic = $1", [
      topic,
    ]);
    const id = rows[0]?.id;
    expect(heard).toEqual([{ event: "e", payload: { a: "ü", id }, meta: { id } }]);
  });

  test("keeps its own id, and every digit of its numbers", async () => {
    const topic = topicWith("r");
    const socket = await RawSocket.open();
    await socket.join(topic, { private: true }, await sign());
    await database().query(SEND, ['{"id": "mine", "n": 12345678901234567890.123}', "e", topic]);
    const { bytes } = await socket.next((frame) => frame.bytes !== undefined);
    expect(bytes?.toString()).toContain('"n": 12345678901234567890.123');
    expect(bytes?.toString()).toContain('"id": "mine"');
  });

  test("reaches version 1 as an object", async () => {
    const topic = topicWith("r");
    const socket = await RawSocket.open({ vsn: "1.0.0" });
    await socket.join(topic, { private: true }, await sign());
    await sendFromDatabase(topic, "e", { a: 1 });
    expect(await socket.event("broadcast")).toMatchObject({
      payload: { type: "broadcast", event: "e", payload: { a: 1 }, meta: { id: expect.any(String) } },
    });
  });

  test("of bytes arrives as bytes", async () => {
    const { topic, heard } = await heardOn();
    await database().query("select realtime.send_binary($1, 'b', $2)", [Buffer.from([0, 255, 16]), topic]);
    await until(() => heard.length === 1, heard);
    expect(heard[0]?.payload).toEqual(Uint8Array.of(0, 255, 16).buffer);
  });

  test("is sent when its transaction commits, in the order of the statements", async () => {
    const { topic, heard } = await heardOn();
    await inTransaction("commit", Array.from({ length: 50 }, (_, n) => [SEND, [JSON.stringify({ n }), "e", topic]]));
    await until(() => heard.length === 50, heard.length);
    expect(heard.map(({ payload }) => payload)).toMatchObject(Array.from({ length: 50 }, (_, n) => ({ n })));
  });

  test("of a transaction that is rolled back is never sent", async () => {
    const { topic, heard } = await heardOn();
    await inTransaction("rollback", [[SEND, ["{}", "lost", topic]]]);
    await sendFromDatabase(topic, "kept", {});
    await until(() => heard.length > 0, heard);
    expect(heard.map(({ event }) => event)).toEqual(["kept"]);
  });

  test("by broadcast_changes carries the row", async () => {
    const { topic, heard } = await heardOn();
    await database().query(
      `select realtime.broadcast_changes($1, 'INSERT', 'INSERT', 't', 'public', r, null::record) from (select 7 as n) as r`,
      [topic],
    );
    await until(() => heard.length === 1, heard);
    expect(heard[0]?.payload).toMatchObject({
      operation: "INSERT",
      table: "t",
      schema: "public",
      record: { n: 7 },
      old_record: null,
    });
  });

  test("that is too long for a frame, or not JSON for a payload, harms nobody", async () => {
    const { topic, heard } = await heardOn();
    await sendFromDatabase(topic, "e".repeat(300), {});
    await database().query("insert into realtime.messages (topic, extension) values ($1, 'broadcast')", [topic]);
    await sendFromDatabase(topic, "after", {});
    await until(() => heard.length > 0, heard);
    expect(heard.map(({ event }) => event)).toEqual(["after"]);
  });

  test("sent by a role without the right to write is lost with a warning, by a definer it arrives", async () => {
    const { topic, heard } = await heardOn("r");
    const client = await database().connect();
    try {
      await client.query("begin");
      await client.query("set local role authenticated");
      await client.query(SEND, ["{}", "invoker", topic]);
      await client.query("commit");
    } finally {
      client.release();
    }
    await sendFromDatabase(topic, "definer", {});
    await until(() => heard.length > 0, heard);
    expect(heard.map(({ event }) => event)).toEqual(["definer"]);
  });
});

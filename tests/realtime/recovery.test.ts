import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientWith, collect, until } from "./support/client.ts";
import { createPolicies, dropPolicies, topicWith } from "./support/policies.ts";
import { startServer, withOwnServer } from "./support/own-server.ts";
import { RawSocket } from "./support/raw.ts";
import { database, sendFromDatabase, sign, target } from "./support/target.ts";

beforeAll(createPolicies);
afterAll(dropPolicies);

const cutReplication = () =>
  database().query(
    "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = 'supabase_realtime_messages_replication_slot_'",
  );

/** Cuts and cleans up as the server of this repository can be asked to. */
const local = describe.runIf(target().isLocal);

local("when the database goes away", () => {
  test("a private channel is told, joins again by itself and hears what is sent from then on", async () => {
    const topic = topicWith("r");
    const client = clientWith(await sign());
    await client.realtime.setAuth();
    const channel = client.channel(topic, { config: { private: true } });
    const heard = collect(channel);
    const states: string[] = [];
    channel.subscribe((status) => states.push(status));
    await until(() => states.length === 1, states);
    await cutReplication();
    // A new slot waits for the transactions that are under way, and the client tries after one, three and eight seconds.
    await until(() => states.length >= 3 && states.at(-1) === "SUBSCRIBED", states, 15_000);
    expect(states.slice(0, 2)).toEqual(["SUBSCRIBED", "CHANNEL_ERROR"]);
    await sendFromDatabase(topic, "after", {});
    await until(() => heard.length === 1, heard);
  });

  test("it is told why, and a join meanwhile says so too", async () => {
    const topic = topicWith("r");
    const socket = await RawSocket.open();
    await socket.join(topic, { private: true }, await sign());
    await cutReplication();
    const reason = "Realtime was unable to connect to the project database";
    expect(await socket.event("system")).toMatchObject({ payload: { status: "error", message: reason } });
    expect(await socket.event("phx_error")).toMatchObject({ joinRef: "j1", ref: "j1", payload: { reason } });
    const meanwhile = await socket.join(topicWith("r"), { private: true }, await sign());
    expect(meanwhile.payload).toEqual({
      status: "error",
      response: { reason: `UnableToConnectToProject: ${reason}` },
    });
    await expect.poll(async () => (await socket.join(topic, { private: true }, await sign())).payload.status, {
      timeout: 5_000,
      interval: 100,
    }).toBe("ok");
  });

  test("a public channel goes on", async () => {
    const name = `public-${crypto.randomUUID()}`;
    const [one, two] = [await RawSocket.open(), await RawSocket.open()];
    await one.join(name);
    await two.join(name);
    await cutReplication();
    one.push(`realtime:${name}`, "broadcast", { type: "broadcast", event: "e", payload: {} });
    expect(await two.event("broadcast")).toMatchObject({ payload: { event: "e" } });
    expect(two.received).toEqual([]);
  });
});

withOwnServer("when the database has nothing to say", () => {
  test("a private channel is left alone", async () => {
    const server = await startServer({ limits: { databaseSilenceMs: 900 } });
    try {
      const socket = await server.open();
      await socket.join(topicWith("r"), { private: true }, await sign());
      await delay(5_000);
      expect(socket.received).toEqual([]);
      await socket.beats();
    } finally {
      await server.stop();
    }
  });
});

local("the messages kept", () => {
  const today = () => `realtime.messages_${new Date().toISOString().slice(0, 10).replaceAll("-", "_")}`;

  test("get a place for today when a join finds none, and a new token too", async () => {
    const topic = topicWith("r");
    const socket = await RawSocket.open();
    const joined = async () => (await socket.join(topicWith("r"), { private: true }, await sign())).payload.status;
    await expect.poll(joined, { timeout: 5_000, interval: 100 }).toBe("ok");
    await database().query(`drop table ${today()}`);
    expect((await socket.join(topic, { private: true }, await sign())).payload.status).toBe("ok");
    await database().query(`drop table ${today()}`);
    socket.push(`realtime:${topic}`, "access_token", { access_token: await sign({ again: true }) });
    await socket.beats();
    await sendFromDatabase(topic, "heard", {});
    await socket.next((frame) => frame.bytes !== undefined);
    expect(socket.received).toEqual([]);
  });

  test("are those of 72 hours, with places for the next three days", async () => {
    const partitions = async () => {
      const { rows } = await database().query<{ name: string }>(
        `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'realtime.messages'::regclass order by 1`,
      );
      return rows.map(({ name }) => name);
    };
    const day = (offset: number) =>
      `messages_${new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "_")}`;
    const client = await database().connect();
    try {
      await client.query("begin");
      await client.query("select _realtime.maintain_messages(now() - interval '10 days')");
      await client.query("select _realtime.maintain_messages()");
      const { rows } = await client.query<{ name: string }>(
        "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'realtime.messages'::regclass",
      );
      expect(rows.map(({ name }) => name.replace("realtime.", "")).sort()).toEqual([-1, 0, 1, 2, 3].map(day));
    } finally {
      await client.query("rollback");
      client.release();
    }
    expect(await partitions()).toEqual(expect.arrayContaining([-1, 0, 1, 2, 3].map(day)));
  });
});

import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { sqlValue } from "../support/database.ts";
import { FIRST_PASSWORD, HOSPITAL, newColleague, newPerson, type Person } from "../support/people.ts";
import { call, freshSession, gateway, signIn } from "../support/stack.ts";
import { createTables, dropTables, FIXTURE_MS, insert, nextId } from "./support/changes.ts";
import { clientWith, collect, subscribed, until } from "./support/client.ts";
import { readBroadcastFrame } from "./support/frame3.ts";
import { type Frame, RawSocket } from "./support/raw.ts";
import { database, sendFromDatabase, target } from "./support/target.ts";

const appointments = `org:${HOSPITAL}:appointments`;
const WITHIN_MS = 5_000;

const eventsOf = (socket: RawSocket) =>
  socket.received.flatMap(({ bytes }) => bytes === undefined ? [] : [readBroadcastFrame(bytes).event]);

/** A socket that has joined these private topics with a token. */
async function listening(token: string, ...topics: string[]): Promise<RawSocket> {
  const socket = await RawSocket.open();
  for (const topic of topics) {
    expect((await socket.join(topic, { private: true }, token)).payload, topic).toMatchObject({ status: "ok" });
  }
  return socket;
}

const refusal = (topic: string) => `You do not have permissions to read from this Channel topic: ${topic}`;
const ofTopic = (topic: string, event: string) => (frame: Frame) =>
  frame.event === event && frame.topic === `realtime:${topic}`;

/** Waits until a topic is closed as the platform closes it, and sees that nothing is heard on it afterwards. */
async function closes(socket: RawSocket, topic: string): Promise<void> {
  const told = await socket.next(ofTopic(topic, "system"), WITHIN_MS);
  expect(told.payload).toMatchObject({ status: "error", extension: "system", message: refusal(topic) });
  await socket.next(ofTopic(topic, "phx_close"), WITHIN_MS);
  const witness = await RawSocket.open({ key: target().secretKey });
  await witness.join(topic, { private: true });
  await sendFromDatabase(topic, "afterwards", {});
  await witness.next(({ bytes }) => bytes !== undefined);
  await socket.beats();
  expect(eventsOf(socket)).not.toContain("afterwards");
}

/** Sees that a socket still hears a topic. */
async function hears(socket: RawSocket, topic: string): Promise<void> {
  await sendFromDatabase(topic, "still", {});
  await socket.next(({ bytes }) => bytes !== undefined && readBroadcastFrame(bytes).event === "still");
}

const membershipOf = async ({ id }: Person) =>
  String(await sqlValue("select id from public.memberships where user_id = $1", [id]));

async function changed(path: string, options: Parameters<typeof call>[1]): Promise<void> {
  const { status, body } = await call(path, options);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
}

describe.runIf(target().isLocal)("who loses access stops hearing at once, without a new token", () => {
  test("who is suspended, and nobody else", async () => {
    const person = await newColleague();
    const own = `user:${person.id}`;
    const socket = await listening(person.token, appointments, own);
    const colleague = await listening(await signIn("nurse@demo.health"), appointments);
    const admin = await signIn("admin@demo.health");
    await changed(`/admin/memberships/${await membershipOf(person)}/suspend`, { token: admin, method: "POST" });
    expect(eventsOf(socket)).not.toContain("afterwards");
    await closes(socket, appointments);
    await closes(socket, own);
    expect((await socket.join(appointments, { private: true }, person.token)).payload.status).toBe("error");
    await hears(colleague, appointments);
  });

  test("who is given another role, in that of the former alone", async () => {
    const person = await newColleague();
    const socket = await listening(person.token, appointments, `user:${person.id}`);
    await database().query(
      "update public.memberships set role = 'privacy_officer', position = null where user_id = $1",
      [person.id],
    );
    await closes(socket, appointments);
    await hears(socket, `user:${person.id}`);
  });

  test("whose membership is removed", async () => {
    const person = await newColleague();
    const socket = await listening(person.token, appointments);
    await database().query("delete from public.memberships where user_id = $1", [person.id]);
    await closes(socket, appointments);
  });

  test("who is signed out by another device, on all of them", async () => {
    const { id, email, token } = await newPerson();
    const other = await freshSession(email, FIRST_PASSWORD);
    const sockets = [await listening(token, `user:${id}`), await listening(other.access_token, `user:${id}`)];
    await changed("/auth/logout", { token: other.access_token, method: "POST", body: { scope: "global" } });
    for (const socket of sockets) await closes(socket, `user:${id}`);
  });

  test("who is signed out here, and not their other device", async () => {
    const { id, email, token } = await newPerson();
    const other = await freshSession(email, FIRST_PASSWORD);
    const [here, there] = [await listening(token, `user:${id}`), await listening(other.access_token, `user:${id}`)];
    expect((await gateway("/auth/v1/logout?scope=local", { token, method: "POST", body: {} })).status).toBe(204);
    await closes(here, `user:${id}`);
    await hears(there, `user:${id}`);
  });

  test("whose password was changed elsewhere", async () => {
    const { id, email, token } = await newPerson();
    const other = await freshSession(email, FIRST_PASSWORD);
    const stolen = await listening(token, `user:${id}`);
    await changed("/auth/change-password", {
      token: other.access_token,
      body: { current_password: FIRST_PASSWORD, new_password: "Another-Password-2026" },
    });
    await closes(stolen, `user:${id}`);
  });

  test("whose login was deleted", async () => {
    const { id, token } = await newPerson();
    const socket = await listening(token, `user:${id}`);
    await database().query("delete from auth.users where id = $1", [id]);
    await closes(socket, `user:${id}`);
  });

  test("whose login was banned", async () => {
    const { id, token } = await newPerson();
    const socket = await listening(token, `user:${id}`);
    await database().query("update auth.users set banned_until = now() + interval '1 hour' where id = $1", [id]);
    await closes(socket, `user:${id}`);
  });
});

describe.runIf(target().isLocal)("who has lost all access", () => {
  test("is present nowhere any more, and neither tracks nor sends", async () => {
    const person = await newColleague();
    const room = `room-${crypto.randomUUID()}`;
    const [socket, witness] = [await RawSocket.open(), await RawSocket.open()];
    await witness.join(room, { presence: { enabled: true } });
    await socket.join(room, { presence: { enabled: true, key: "one" } }, person.token);
    const track = { type: "presence", event: "track", payload: { here: true } };
    await socket.reply(socket.push(`realtime:${room}`, "presence", track));
    await witness.next(({ event, payload }) =>
      event === "presence_diff" && JSON.stringify(payload.joins).includes("one")
    );
    await database().query("update public.memberships set status = 'suspended' where user_id = $1", [person.id]);
    await witness.next(({ event, payload }) =>
      event === "presence_diff" && JSON.stringify(payload.leaves).includes("one")
    );
    await socket.next(ofTopic(room, "phx_close"));
    const unmatched = { status: "error", response: { reason: "unmatched topic" } };
    const sent = { type: "broadcast", event: "late", payload: {} };
    for (const [event, payload] of [["presence", track], ["broadcast", sent]] as const) {
      expect((await socket.reply(socket.push(`realtime:${room}`, event, payload))).payload).toEqual(unmatched);
    }
    await witness.beats();
    expect(JSON.stringify(witness.received)).not.toContain("late");
  });

  test("hears of no changes of tables any more", async () => {
    await createTables();
    try {
      const { id, email } = await newPerson();
      const { access_token } = await freshSession(email, FIRST_PASSWORD);
      const socket = await RawSocket.open();
      const room = `changes-${crypto.randomUUID()}`;
      await socket.join(
        room,
        { postgres_changes: [{ event: "*", schema: "cf_changes", table: "open" }] },
        access_token,
      );
      await socket.next(({ payload }) => payload.message === "Subscribed to PostgreSQL");
      await insert("open", { id: nextId(), word: "before" });
      await socket.next(({ event }) => event === "postgres_changes");
      await database().query("delete from auth.sessions where user_id = $1", [id]);
      await socket.next(ofTopic(room, "phx_close"));
      await insert("open", { id: nextId(), word: "afterwards" });
      await delay(500);
      await socket.beats();
      expect(socket.received.filter(({ event }) => event === "postgres_changes")).toEqual([]);
    } finally {
      await dropTables();
    }
  }, FIXTURE_MS);

  test("is told so first, by which a client of any platform knows to take a new token", async () => {
    const { id, email } = await newPerson();
    const { access_token } = await freshSession(email, FIRST_PASSWORD);
    const channel = clientWith(access_token).channel(`user:${id}`, { config: { private: true } });
    const heard = collect(channel);
    await subscribed(channel);
    await database().query("delete from auth.sessions where user_id = $1", [id]);
    await until(() => heard.length > 0, heard);
    expect(heard.map(({ event, payload }) => ({ event, payload }))).toEqual([{
      event: "access.changed",
      payload: { id, type: "session", status: "ended", organization_id: null, at: expect.any(String) },
    }]);
    await until(() => channel.state === "closed", channel.state);
  });
});

describe.runIf(target().isLocal)("a change that comes while a join is under way", () => {
  test("is not missed", async () => {
    const person = await newColleague();
    for (let times = 0; times < 15; times += 1) {
      await database().query("update public.memberships set status = 'active' where user_id = $1", [person.id]);
      const socket = await RawSocket.open();
      const joining = socket.join(appointments, { private: true }, person.token);
      await delay(times);
      await database().query("update public.memberships set status = 'suspended' where user_id = $1", [person.id]);
      if ((await joining).payload.status === "ok") await socket.next(ofTopic(appointments, "phx_close"));
    }
  });
});

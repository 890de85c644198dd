import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { decodePush, encodeBroadcast, type Fanout, fitsFrame } from "../../../supabase/local/realtime/broadcast.ts";
import { deliverRow } from "../../../supabase/local/realtime/database-broadcast.ts";
import { Hub } from "../../../supabase/local/realtime/hub.ts";
import { parseJoin } from "../../../supabase/local/realtime/join-payload.ts";
import { Maintenance } from "../../../supabase/local/realtime/maintenance.ts";
import { PgOutputDecoder } from "../../../supabase/local/realtime/pgoutput.ts";
import { Presence } from "../../../supabase/local/realtime/presence.ts";
import { Rate, Window } from "../../../supabase/local/realtime/rate.ts";
import { decodeText, versionOf } from "../../../supabase/local/realtime/serializer.ts";
import { limitsOf } from "../../../supabase/local/realtime/settings.ts";
import { verifyToken } from "../../../supabase/local/realtime/token.ts";

const text = (value: string) => Buffer.from(`${value}\0`);
const int16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const int32 = (value: number) => Buffer.concat([int16(value >> 16), int16(value & 0xffff)]);
const value = (content: string) => Buffer.concat([Buffer.from("t"), int32(content.length), Buffer.from(content)]);

/** The messages with which Postgres announces a transaction, a table, and rows of it. */
const COMMITTED = Date.UTC(2026, 2, 29, 1, 30);
const begin = () => {
  const message = Buffer.alloc(21);
  message.write("B");
  message.writeUInt32BE(4_000_000_000, 17);
  message.writeBigInt64BE(BigInt(COMMITTED - Date.UTC(2000, 0, 1)) * 1000n, 9);
  return message;
};
const relation = (name: string, columns: string[]) =>
  Buffer.concat([
    Buffer.from("R"),
    int32(7),
    text("realtime"),
    text(name),
    Buffer.from("d"),
    int16(columns.length),
    ...columns.flatMap((column, index) => [Buffer.from([index === 0 ? 1 : 0]), text(column), int32(25), int32(-1)]),
  ]);
const UNCHANGED = Symbol();
type Values = (string | null | typeof UNCHANGED)[];
const row = (kind: string, values: Values) =>
  Buffer.concat([
    Buffer.from(kind),
    int16(values.length),
    ...values.map((content) =>
      content === null ? Buffer.from("n") : content === UNCHANGED ? Buffer.from("u") : value(content)
    ),
  ]);
const change = (action: string, ...rows: Buffer[]) => Buffer.concat([Buffer.from(action), int32(7), ...rows]);
const insert = (values: Values) => change("I", row("N", values));

describe("the replication stream", () => {
  const decoder = () => {
    const fresh = new PgOutputDecoder();
    fresh.decode(relation("messages_1", ["topic", "payload"]));
    fresh.decode(begin());
    return fresh;
  };

  it("gives rows with the texts of their values", () => {
    const fresh = new PgOutputDecoder();
    expect(fresh.decode(insert(["1"]))).toBeNull();
    expect(fresh.decode(relation("messages_1", ["topic", "payload"]))).toBeNull();
    expect(fresh.decode(begin())).toBeNull();
    expect(fresh.decode(Buffer.from("Cxxxx"))).toBeNull();
    expect(fresh.decode(insert(["user:1", null]))).toEqual({
      action: "I",
      relation: {
        oid: 7,
        schema: "realtime",
        name: "messages_1",
        columns: [{ name: "topic", type: 25, isKey: true }, { name: "payload", type: 25, isKey: false }],
      },
      values: new Map([["topic", "user:1"], ["payload", null]]),
      former: null,
      transaction: { xid: 4_000_000_000, at: new Date(COMMITTED) },
    });
  });

  it("gives what is known of the former row, and leaves out what an update left alone", () => {
    const [values, former] = [new Map([["topic", "b"]]), new Map([["topic", "a"], ["payload", null]])];
    const update = row("N", ["b", UNCHANGED]);
    expect(decoder().decode(change("U", update))).toMatchObject({ action: "U", values, former: null });
    expect(decoder().decode(change("U", row("K", ["a", null]), update))).toMatchObject({ action: "U", values, former });
    expect(decoder().decode(change("D", row("O", ["a", null])))).toMatchObject({ values: new Map(), former });
  });

  it("fails on a row that breaks off, instead of inventing values", () => {
    expect(() => decoder().decode(insert(["1", "2"]).subarray(0, 15))).toThrow(RangeError);
  });
});

describe("a row of messages", () => {
  const columns = ["id", "topic", "event", "private", "payload", "binary_payload"];
  const message = ["1", "t", "e", "t", "{}", null];
  type Circumstances = { name?: string; payloadBytes?: number; tooMany?: boolean; action?: "I" | "U" };
  const outcome = (
    values: (string | null)[],
    { name = "messages_1", payloadBytes = 10, tooMany = false, action = "I" }: Circumstances = {},
  ) => {
    const heard: Fanout[] = [];
    const hub = new Hub(() => undefined);
    hub.enter({ name: "t", private: true }, {
      hearsBroadcast: true,
      hearsPresence: false,
      deliver: (message) => heard.push(message),
    });
    const entries = columns.map((column, index): [string, string | null] => [column, values[index] ?? null]);
    const found = { relation: { oid: 1, schema: "realtime", name, columns: [] }, values: new Map(entries) };
    const inserted = { ...found, action, former: null, transaction: { xid: 1, at: new Date() } };
    return { result: deliverRow(inserted, hub, { payloadBytes, tooMany: () => tooMany }), heard: heard.length };
  };

  it("is delivered, or dropped for a reason", () => {
    expect(outcome(message)).toEqual({ result: "delivered", heard: 1 });
    expect(outcome(message, { name: "schema_migrations" })).toEqual({ result: "not_ours", heard: 0 });
    expect(outcome(message, { action: "U" })).toEqual({ result: "not_ours", heard: 0 });
    expect(outcome(["1", "t", "e", null, "{}"])).toEqual({ result: "incomplete", heard: 0 });
    expect(outcome(["1", "t", "e", "t", null, null])).toEqual({ result: "incomplete", heard: 0 });
    expect(outcome(["1", "t", "e", "t", `"${"x".repeat(10)}"`])).toEqual({ result: "too_large", heard: 0 });
    expect(outcome(message, { tooMany: true })).toEqual({ result: "too_many", heard: 0 });
    expect(outcome(["1", "t".repeat(250), "e", "t", "{}"])).toEqual({ result: "name_too_long", heard: 0 });
    expect(outcome(["1", "t", "e", "t", null, "\\x0102"])).toEqual({ result: "delivered", heard: 1 });
    expect(outcome(["1", "t", "e", "f", "{}"])).toEqual({ result: "delivered", heard: 0 });
  });
});

describe("maintenance", () => {
  it("is due by the clock on the wall: every hour, and at once after a sleep", async () => {
    let now = 0;
    const done: number[] = [];
    const maintenance = new Maintenance(() => Promise.resolve(done.push(now)), () => now);
    await maintenance.now();
    for (now of [1_000, 3_599_000, 3_600_000, 3_620_000, 300_000_000, 300_020_000]) await maintenance.whenDue();
    expect(done).toEqual([0, 3_600_000, 300_000_000]);
  });

  it("that failed is due again", async () => {
    let works = false;
    let tries = 0;
    const run = () => ++tries && works ? Promise.resolve() : Promise.reject(new Error("down"));
    const maintenance = new Maintenance(run, () => 4_000_000);
    await expect(maintenance.whenDue()).rejects.toThrow("down");
    works = true;
    await maintenance.whenDue();
    await maintenance.whenDue();
    expect(tries).toBe(2);
  });
});

describe("rates", () => {
  it("are the average of a minute", () => {
    let now = 0;
    const rate = new Rate(10, () => now);
    rate.add(600);
    expect(rate.exceeded).toBe(false);
    rate.add();
    expect(rate.exceeded).toBe(true);
    now = 59_000;
    expect(rate.exceeded).toBe(true);
    now = 60_000;
    expect(rate.average).toBe(0);
    now = 600_000;
    rate.add(6);
    expect(rate.average).toBe(0.1);
  });

  it("allow so many calls within a window", () => {
    let now = 0;
    const window = new Window(2, 1000, () => now);
    expect([window.take(), window.take(), window.take()]).toEqual([true, true, false]);
    now = 1000;
    expect(window.take()).toBe(true);
  });

  it("differ by profile, back-offs included", () => {
    expect(limitsOf({ profile: "local", limits: {} })).toMatchObject({ channelBackOffMs: 0, connectBackOffMs: 0 });
    expect(limitsOf({ profile: "free", limits: { users: 3 } })).toMatchObject({
      channelBackOffMs: 5_000,
      connectBackOffMs: 2_000,
      payloadBytes: 256_500,
      users: 3,
    });
    expect(() => limitsOf({ profile: "local", limits: { user: 3 } })).toThrow("no limit user");
  });
});

describe("frames", () => {
  it("have versions", () => {
    expect(["1.0.0", null, "2.0.0", "2.1.0", "1", "x"].map(versionOf)).toEqual([1, 1, 2, null, null, null]);
  });

  it("of version 2 may be longer than needed, not shorter", () => {
    expect(decodeText('[null,"1","t","e",{},"more"]', 2)).toMatchObject({ topic: "t", payload: {} });
    expect(decodeText('[null,"1","t","e"]', 2)).toBeNull();
    expect(decodeText('{"topic":"t","event":"e"}', 1)).toMatchObject({ topic: "t", ref: null, joinRef: null });
  });

  it("count bytes, not characters", () => {
    expect(fitsFrame("ü".repeat(127))).toBe(true);
    expect(fitsFrame("ü".repeat(128))).toBe(false);
    const message = { event: "e", encoding: "json" as const, payload: new TextEncoder().encode("{}") };
    expect(() => encodeBroadcast("ü".repeat(128), message, "")).toThrow(RangeError);
  });

  it("that are cut anywhere are read as nothing", () => {
    const whole = Buffer.concat([Buffer.from([3, 1, 1, 2, 1, 0, 1]), Buffer.from('jr:te{"a":1}')]);
    expect(decodePush(new Uint8Array(whole))).toMatchObject({ joinRef: "j", ref: "r", topic: ":t", event: "e" });
    for (let length = 0; length < whole.length; length++) {
      expect(decodePush(new Uint8Array(whole.subarray(0, length)))).toBeNull();
    }
  });
});

describe("a join", () => {
  it("makes what it can of its payload", () => {
    expect(parseJoin(null)).toMatchObject({ private: false, ack: false, replay: null, changes: [], token: null });
    expect(
      parseJoin({
        config: { private: "True", broadcast: { ack: true, replay: { since: 5, limit: 90 } }, presence: { key: "k" } },
        access_token: "a",
        user_token: "u",
      }),
    ).toMatchObject({ private: true, ack: true, replay: { since: 5, limit: 25 }, presence: { key: "k" }, token: "u" });
    expect(parseJoin({ config: { broadcast: { replay: { since: "x" } } } }).replay).toBe("invalid");
    expect(parseJoin({ access_token: "sb_publishable_x" }).token).toBeNull();
  });
});

describe("a token", () => {
  const secret = new TextEncoder().encode("s".repeat(32));
  const signed = (claims: Record<string, unknown>) =>
    new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(secret);

  it("expires to the second", async () => {
    const token = await signed({ role: "anon", exp: 100 });
    expect(await verifyToken(token, secret, () => 99_999)).toMatchObject({ claims: { role: "anon", exp: 100 } });
    expect(await verifyToken(token, secret, () => 103_000)).toMatchObject({
      fault: { message: "Token has expired 3 seconds ago", onConnect: "Token has expired" },
    });
  });

  it("may be wrapped in escapes and blanks", async () => {
    const token = await signed({ role: "anon", exp: 100 });
    expect(await verifyToken(` ${token}%0A`, secret, () => 0)).toMatchObject({ claims: { role: "anon" } });
  });

  it("without a signature is refused", async () => {
    const [, payload] = (await signed({ role: "service_role", exp: 100 })).split(".");
    const header = Buffer.from('{"alg":"none"}').toString("base64url");
    expect(await verifyToken(`${header}.${payload}.`, secret, () => 0)).toMatchObject({
      fault: { code: "JwtSignerError" },
    });
  });
});

describe("presence", () => {
  it("keeps one entry per channel and the order in which they came", () => {
    const presence = new Presence();
    const [one, two] = [{}, {}];
    presence.track(one, "k", { n: 1 });
    presence.track(two, "k", { n: 2 });
    presence.track(one, "k", { n: 3 });
    expect(presence.state().k?.metas).toMatchObject([{ n: 3, phx_ref_prev: expect.any(String) }, { n: 2 }]);
    expect(presence.track(two, "k", { n: 2 })).toBeNull();
    expect(presence.untrack(two)).toMatchObject({ joins: {}, leaves: { k: { metas: [{ n: 2 }] } } });
    expect(presence.untrack(two)).toBeNull();
  });
});

import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientWith, collect, subscribe, subscribed, until } from "./support/client.ts";
import { createPolicies, dropPolicies, topicWith } from "./support/policies.ts";
import { RawSocket } from "./support/raw.ts";
import { database, sendFromDatabase, sign } from "./support/target.ts";

beforeAll(createPolicies);
afterAll(dropPolicies);

const HOUR_MS = 3_600_000;

async function channelWith(topic: string, replay: { since: number; limit?: number }) {
  return clientWith(await sign()).channel(topic, { config: { private: true, broadcast: { replay } } });
}

describe("H. a replay", () => {
  test("brings what was sent before, oldest first, and goes on live", async () => {
    const topic = topicWith("r");
    for (const n of [1, 2, 3]) await sendFromDatabase(topic, "e", { n });
    const channel = await channelWith(topic, { since: Date.now() - HOUR_MS });
    const heard = collect(channel);
    await subscribed(channel);
    await sendFromDatabase(topic, "e", { n: 4 });
    await until(() => heard.length === 4, heard);
    expect(heard.map(({ payload, meta }) => [payload, meta])).toMatchObject([1, 2, 3, 4].map((n) => [
      { n },
      n < 4 ? { replayed: true, id: expect.any(String) } : { id: expect.any(String) },
    ]));
  });

  test("brings the latest 25 at most, and no more than asked for", async () => {
    const topic = topicWith("r");
    for (let n = 0; n < 30; n++) await sendFromDatabase(topic, "e", { n });
    const many = await channelWith(topic, { since: Date.now() - HOUR_MS, limit: 100 });
    const few = await channelWith(topic, { since: Date.now() - HOUR_MS, limit: 2 });
    const heard = { many: collect(many), few: collect(few) };
    await subscribed(many);
    await subscribed(few);
    await until(() => heard.many.length === 25 && heard.few.length === 2, heard);
    expect(heard.many.at(0)?.payload).toMatchObject({ n: 5 });
    expect(heard.few.map(({ payload }) => payload)).toMatchObject([{ n: 28 }, { n: 29 }]);
  });

  test("begins at the instant it is given", async () => {
    const topic = topicWith("r");
    await sendFromDatabase(topic, "before", {});
    await delay(20);
    const { rows } = await database().query<{ now: number }>(
      "select extract(epoch from clock_timestamp()) * 1000 as now",
    );
    await delay(20);
    await sendFromDatabase(topic, "after", {});
    const channel = await channelWith(topic, { since: Math.floor(Number(rows[0]?.now)) });
    const heard = collect(channel);
    await subscribed(channel);
    await until(() => heard.length > 0, heard);
    expect(heard.map(({ event }) => event)).toEqual(["after"]);
  });

  test("keeps public messages and those of others to themselves", async () => {
    const topic = topicWith("r");
    await sendFromDatabase(topic, "public", {}, false);
    await sendFromDatabase(topicWith("r"), "elsewhere", {});
    await sendFromDatabase(topic, "private", {});
    const channel = await channelWith(topic, { since: Date.now() - HOUR_MS });
    const heard = collect(channel);
    await subscribed(channel);
    await until(() => heard.length > 0, heard);
    expect(heard.map(({ event }) => event)).toEqual(["private"]);
  });

  test("of bytes is a frame, and nothing for version 1", async () => {
    const topic = topicWith("r");
    await database().query("select realtime.send_binary('\\x0102', 'b', $1)", [topic]);
    await sendFromDatabase(topic, "json", {});
    const config = { private: true, broadcast: { replay: { since: Date.now() - HOUR_MS } } };
    const modern = await RawSocket.open();
    await modern.join(topic, config, await sign());
    const { bytes } = await modern.next((frame) => frame.bytes !== undefined);
    expect(bytes?.toString("latin1")).toContain('"replayed":true');
    const old = await RawSocket.open({ vsn: "1.0.0" });
    await old.join(topic, config, await sign());
    expect(await old.event("broadcast")).toMatchObject({ payload: { event: "json", meta: { replayed: true } } });
    await old.beats();
    expect(old.received).toEqual([]);
  });

  test.each([
    ["of a public topic", { broadcast: { replay: { since: 1 } } }, "Replay is not allowed for public channels"],
    ["without an instant", { private: true, broadcast: { replay: { limit: 1 } } }, "Replay params are not valid"],
  ])("%s is refused", async (_, config, message) => {
    const socket = await RawSocket.open();
    const reply = await socket.join(topicWith("r"), config, await sign());
    expect(reply.payload).toEqual({ status: "error", response: { reason: `UnableToReplayMessages: ${message}` } });
  });

  test("is for those alone who may listen", async () => {
    const topic = topicWith("none");
    await sendFromDatabase(topic, "secret", {});
    const channel = await channelWith(topic, { since: Date.now() - HOUR_MS });
    const heard = collect(channel);
    expect(await subscribe(channel)).toMatchObject({ status: "CHANNEL_ERROR" });
    expect(heard).toEqual([]);
  });
});

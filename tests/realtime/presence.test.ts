import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientWith, subscribed, until } from "./support/client.ts";
import { createPolicies, dropPolicies, topicWith } from "./support/policies.ts";
import { type Frame, RawSocket } from "./support/raw.ts";
import { sign } from "./support/target.ts";

const room = () => `presence-${crypto.randomUUID()}`;

beforeAll(createPolicies);
afterAll(dropPolicies);

const enabled = (key: string) => ({ presence: { enabled: true, key } });
const track = (socket: RawSocket, name: string, payload: unknown, event = "track"): Promise<Frame> =>
  socket.reply(socket.push(`realtime:${name}`, "presence", { type: "presence", event, payload }));

describe("I. presence", () => {
  test("shows the official client who comes and goes", async () => {
    const name = room();
    const [one, two] = ["one", "two"].map((key) => clientWith().channel(name, { config: { presence: { key } } }));
    if (!one || !two) throw new Error("Two channels were asked for");
    for (const channel of [one, two]) {
      channel.on("presence", { event: "sync" }, () => undefined);
      await subscribed(channel);
    }
    expect(await one.track({ shift: "night" })).toBe("ok");
    expect(await two.track({ shift: "day" })).toBe("ok");
    await until(() => [one, two].every((channel) => Object.keys(channel.presenceState()).length === 2));
    expect(two.presenceState()).toMatchObject({ one: [{ shift: "night" }], two: [{ shift: "day" }] });
    await one.untrack();
    await until(() => Object.keys(two.presenceState()).join() === "two", two.presenceState());
  });

  test("begins with the state, for those who asked for it", async () => {
    const name = room();
    const [quiet, asking] = [await RawSocket.open(), await RawSocket.open()];
    await quiet.join(name);
    await asking.join(name, enabled("k"));
    expect(await asking.event("presence_state")).toMatchObject({ joinRef: "j1", ref: null, payload: {} });
    await quiet.beats();
    expect(quiet.received).toEqual([]);
  });

  test("of two under one key has two entries, the older first", async () => {
    const name = room();
    const sockets = [await RawSocket.open(), await RawSocket.open(), await RawSocket.open()];
    for (const [n, socket] of sockets.slice(0, 2).entries()) {
      await socket.join(name, enabled("same"));
      expect((await track(socket, name, { n })).payload.status).toBe("ok");
    }
    await sockets[2]?.join(name, enabled("other"));
    expect((await sockets[2]?.event("presence_state"))?.payload).toMatchObject({
      same: { metas: [{ n: 0 }, { n: 1 }] },
    });
  });

  test("that changes is one diff with both sides, that stays the same none", async () => {
    const name = room();
    const socket = await RawSocket.open();
    await socket.join(name, enabled("k"));
    await track(socket, name, { n: 1 });
    const first = await socket.event("presence_diff");
    await track(socket, name, { n: 1 });
    await track(socket, name, { n: 2 });
    const second = await socket.event("presence_diff");
    expect(first).toMatchObject({ joinRef: null, payload: { joins: { k: { metas: [{ n: 1 }] } }, leaves: {} } });
    expect(second.payload).toMatchObject({
      joins: { k: { metas: [{ n: 2, phx_ref_prev: expect.any(String) }] } },
      leaves: { k: { metas: [{ n: 1 }] } },
    });
  });

  test.each(["leave", "disconnect", "untrack"])("ends by %s", async (how) => {
    const name = room();
    const [goes, stays] = [await RawSocket.open(), await RawSocket.open()];
    await stays.join(name, enabled("s"));
    await goes.join(name, enabled("g"));
    await track(goes, name, { a: 1 });
    await stays.event("presence_diff");
    if (how === "disconnect") goes.socket.terminate();
    else if (how === "leave") goes.push(`realtime:${name}`, "phx_leave", {});
    else await track(goes, name, {}, "untrack");
    expect((await stays.event("presence_diff")).payload).toMatchObject({
      joins: {},
      leaves: { g: { metas: [{ a: 1 }] } },
    });
  });

  test("takes maps alone", async () => {
    const name = room();
    const socket = await RawSocket.open();
    await socket.join(name, enabled("k"));
    expect((await track(socket, name, "text")).payload).toEqual({
      status: "error",
      response: { reason: "Presence track payload must be a map" },
    });
  });

  test("gets a key from the server where the client has none", async () => {
    const name = room();
    const socket = await RawSocket.open();
    await socket.join(name, enabled(""));
    await track(socket, name, { a: 1 });
    const { joins } = (await socket.event("presence_diff")).payload;
    expect(Object.keys(joins ?? {})).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });

  test.each([["rpt", "ok", true], ["rp", "error", true], ["rt", "ok", false]])(
    "on a private topic with the rights %s: track answers %s, state shown: %s",
    async (rule, status, shown) => {
      const topic = topicWith(rule);
      const socket = await RawSocket.open();
      await socket.join(topic, { private: true, ...enabled("k") }, await sign());
      if (shown) await socket.event("presence_state");
      expect((await track(socket, topic, { a: 1 })).payload.status).toBe(status);
      await socket.beats();
      expect(socket.received.map(({ event }) => event)).toEqual(shown && status === "ok" ? ["presence_diff"] : []);
    },
  );
});

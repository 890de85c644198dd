import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientWith, collect, subscribed, until } from "./support/client.ts";
import { createPolicies, dropPolicies, topicWith } from "./support/policies.ts";
import { RawSocket } from "./support/raw.ts";
import { expiring, sendFromDatabase, sign, target } from "./support/target.ts";

beforeAll(createPolicies);
afterAll(dropPolicies);

/** A socket on a topic that the claim `cf` of the token opens. */
async function joined(extensions: string[], config: Record<string, unknown> = {}) {
  const topic = topicWith("claim");
  const socket = await RawSocket.open();
  const reply = await socket.join(topic, { private: true, ...config }, await sign({ cf: extensions }));
  expect(reply.payload.status).toBe("ok");
  const refresh = (token: unknown) => socket.push(`realtime:${topic}`, "access_token", { access_token: token }, "j1");
  const system = (message: string | RegExp) => ({
    joinRef: "j1",
    ref: null,
    payload: {
      extension: "system",
      status: "error",
      channel: topic,
      message: typeof message === "string" ? message : expect.stringMatching(message),
    },
  });
  const ended = async (message: string | RegExp) => {
    expect(await socket.event("system")).toMatchObject(system(message));
    expect(await socket.event("phx_close")).toMatchObject({ joinRef: "j1", ref: "j1" });
  };
  return { topic, socket, refresh, ended };
}

describe("E. a new token", () => {
  test("that still allows it keeps the channel going", async () => {
    const { topic, socket, refresh } = await joined(["broadcast"]);
    refresh(await sign({ cf: ["broadcast"], extra: 1 }));
    await socket.beats();
    await sendFromDatabase(topic, "e", {});
    await socket.next((frame) => frame.bytes !== undefined);
    expect(socket.received).toEqual([]);
  });

  test("that allows nothing ends the channel", async () => {
    const { topic, refresh, ended, socket } = await joined(["broadcast"]);
    refresh(await sign({ cf: [] }));
    await ended(`You do not have permissions to read from this Channel topic: ${topic}`);
    await sendFromDatabase(topic, "e", {});
    await socket.beats();
    expect(socket.received).toEqual([]);
  });

  test("that allows less ends the channel", async () => {
    const { topic, refresh, ended } = await joined(["broadcast", "presence"], { presence: { enabled: true } });
    refresh(await sign({ cf: ["broadcast"] }));
    await ended(`You no longer have permission to read from this Channel topic: ${topic}`);
  });

  test("that allows more starts what was withheld", async () => {
    const { topic, refresh, socket } = await joined(["presence"], { presence: { enabled: true } });
    refresh(await sign({ cf: ["broadcast", "presence"] }));
    await socket.beats();
    await sendFromDatabase(topic, "e", {});
    await socket.next((frame) => frame.bytes !== undefined);
  });

  test.each<[string, () => Promise<string>, string | RegExp]>([
    ["has expired", () => expiring(-5), /^Token has expired \d+ seconds ago$/],
    ["has no role", () => sign({ role: undefined }), "Fields `role` and `exp` are required in JWT"],
    ["is none", () => Promise.resolve("nonsense"), "The token provided is not a valid JWT"],
    ["is empty", () => Promise.resolve(""), "The token provided is not a valid JWT"],
  ])("that %s ends the channel", async (_, token, message) => {
    const { refresh, ended } = await joined(["broadcast"]);
    refresh(await token());
    await ended(message);
  });

  test("that is a key, or null, is ignored", async () => {
    const { refresh, socket } = await joined(["broadcast"]);
    refresh(null);
    refresh(target().publishableKey);
    await socket.beats();
    expect(socket.received).toEqual([]);
  });
});

describe("E. an expiring token", () => {
  test("ends its channel when it expires, and the socket lives on", async () => {
    const topic = topicWith("r");
    const socket = await RawSocket.open();
    await socket.join("public-one");
    await socket.join(topic, { private: true }, await expiring(2));
    expect(await socket.event("system")).toMatchObject({
      payload: {
        status: "error",
        message: expect.stringMatching(/^Token has expired \d+ seconds ago$/),
        channel: topic,
      },
    });
    expect(await socket.event("phx_close")).toMatchObject({ topic: `realtime:${topic}` });
    await socket.beats();
    const ref = socket.push("realtime:public-one", "presence", { event: "track", payload: {} });
    expect(await socket.reply(ref)).toMatchObject({ payload: { status: "ok" } });
  });

  test("that replaced a longer one ends its channel when it expires itself", async () => {
    const topic = topicWith("r");
    const socket = await RawSocket.open();
    await socket.join(topic, { private: true }, await expiring(3600));
    socket.push(`realtime:${topic}`, "access_token", { access_token: await expiring(2) });
    expect(await socket.event("system")).toMatchObject({
      payload: { status: "error", message: expect.stringMatching(/^Token has expired \d+ seconds ago$/) },
    });
    await socket.event("phx_close");
    await sendFromDatabase(topic, "late", {});
    await socket.beats();
    expect(socket.received).toEqual([]);
  });

  test("is replaced by setAuth() of the official client in time", async () => {
    const topic = topicWith("r");
    const client = clientWith();
    await client.realtime.setAuth(await expiring(2));
    const channel = client.channel(topic, { config: { private: true } });
    const heard = collect(channel);
    const states: string[] = [];
    await subscribed(channel);
    channel.on("system", {}, ({ message }) => states.push(String(message)));
    await client.realtime.setAuth(await expiring(60));
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await sendFromDatabase(topic, "after", {});
    await until(() => heard.length === 1, heard);
    expect(states).toEqual([]);
  });
});

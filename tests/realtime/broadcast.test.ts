import { describe, expect, test } from "vitest";
import { clientWith, collect, subscribed, until } from "./support/client.ts";
import { RawSocket } from "./support/raw.ts";
import { sign, target } from "./support/target.ts";

/** Above the 3,000 KB of every plan. */
const LARGE = `"${"x".repeat(3_100_000)}"`;
const room = () => `broadcast-${crypto.randomUUID()}`;

function post(path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${target().url}/realtime/v1/api/broadcast${path}`, {
    method: "POST",
    headers: { apikey: target().publishableKey, "content-type": "application/json", ...headers },
    body,
  });
}

/** A channel of the official client that listens to a public topic. */
async function listener(name: string) {
  const channel = clientWith().channel(name);
  const heard = collect(channel);
  await subscribed(channel);
  return heard;
}

describe("F. a broadcast", () => {
  test("reaches the others, and its sender only when it wants that", async () => {
    const name = room();
    const heard = await listener(name);
    const plain = clientWith().channel(name);
    const echoing = clientWith().channel(name, { config: { broadcast: { self: true } } });
    const echo = { plain: collect(plain), echoing: collect(echoing) };
    await subscribed(plain);
    await subscribed(echoing);
    await plain.send({ type: "broadcast", event: "one", payload: { n: 1 } });
    await until(() => echo.echoing.length === 1, echo);
    await echoing.send({ type: "broadcast", event: "two", payload: { n: 2 } });
    await until(() => heard.length === 2 && echo.echoing.length === 2 && echo.plain.length === 1, { heard, echo });
    expect(heard).toEqual([{ event: "one", payload: { n: 1 } }, { event: "two", payload: { n: 2 } }]);
    expect(echo.plain.map(({ event }) => event)).toEqual(["two"]);
  });

  test("is acknowledged where that was asked for", async () => {
    const channel = clientWith().channel(room(), { config: { broadcast: { ack: true } } });
    await subscribed(channel);
    expect(await channel.send({ type: "broadcast", event: "e", payload: {} })).toBe("ok");
  });

  test("of bytes arrives as bytes", async () => {
    const name = room();
    const heard = await listener(name);
    const sender = clientWith().channel(name);
    await subscribed(sender);
    await sender.send({ type: "broadcast", event: "b", payload: Uint8Array.of(0, 255, 7).buffer });
    await until(() => heard.length === 1, heard);
    expect(heard[0]?.payload).toEqual(Uint8Array.of(0, 255, 7).buffer);
  });

  test("keeps the order of its sender", async () => {
    const name = room();
    const heard = await listener(name);
    const sender = clientWith().channel(name);
    await subscribed(sender);
    for (let n = 0; n < 200; n++) void sender.send({ type: "broadcast", event: "e", payload: { n } });
    await until(() => heard.length === 200, heard.length);
    expect(heard.map(({ payload }) => payload)).toEqual(Array.from({ length: 200 }, (_, n) => ({ n })));
  });
});

describe("F. a broadcast by HTTP", () => {
  test("as a batch reaches everyone, in both versions", async () => {
    const name = room();
    const heard = await listener(name);
    const old = await RawSocket.open({ vsn: "1.0.0" });
    await old.join(name);
    const messages = [{ topic: name, event: "a", payload: { n: 1 } }, {
      topic: name,
      event: "b",
      payload: {},
      id: "x1",
    }];
    const response = await post("", JSON.stringify({ messages }));
    expect({ status: response.status, body: await response.text() }).toEqual({ status: 202, body: "" });
    await until(() => heard.length === 2, heard);
    expect(heard).toEqual([{ event: "a", payload: { n: 1 } }, { event: "b", payload: {}, meta: { id: "x1" } }]);
    expect(await old.event("broadcast")).toMatchObject({ payload: { event: "a", payload: { n: 1 } } });
  });

  test("by httpSend of the official client is delivered, JSON and bytes", async () => {
    const name = room();
    const heard = await listener(name);
    const sender = clientWith().channel(name);
    expect(await sender.httpSend("json", { a: 1 })).toEqual({ success: true });
    expect(await sender.httpSend("bytes", Uint8Array.of(1, 2).buffer)).toEqual({ success: true });
    await until(() => heard.length === 2, heard);
    expect(heard).toEqual([{ event: "json", payload: { a: 1 } }, {
      event: "bytes",
      payload: Uint8Array.of(1, 2).buffer,
    }]);
  });

  test("that is not an object is wrapped", async () => {
    const name = room();
    const heard = await listener(name);
    expect((await post(`/${name}/events/list`, "[1,2]")).status).toBe(202);
    await until(() => heard.length === 1, heard);
    expect(heard[0]?.payload).toEqual({ _json: [1, 2] });
  });

  test("to a private topic without the right is refused alone, and skipped in a batch", async () => {
    const token = await sign();
    const authorization = { authorization: `Bearer ${token}` };
    expect((await post("/cf:none:x/events/e?private=true", "{}", authorization)).status).toBe(403);
    const messages = [{ topic: "cf:none:x", event: "e", payload: {}, private: true }];
    expect((await post("", JSON.stringify({ messages }), authorization)).status).toBe(202);
  });

  test("with the secret key reaches a private topic", async () => {
    const topic = "cf:none:http";
    const channel = clientWith(undefined, target().secretKey).channel(topic, { config: { private: true } });
    const heard = collect(channel);
    await subscribed(channel);
    expect((await post(`/${topic}/events/e?private=true`, '{"a":1}', { apikey: target().secretKey })).status).toBe(202);
    await until(() => heard.length === 1, heard);
  });

  test.each<[string, unknown, unknown]>([
    ["no list", {}, { messages: expect.anything() }],
    ["no topic", { messages: [{ event: "e", payload: {} }, { topic: "t", event: "e", payload: {} }] }, {
      messages: [{ topic: ["can't be blank"] }, {}],
    }],
    ["no payload", { messages: [{ topic: "t", event: "e" }] }, { messages: [{ payload: ["can't be blank"] }] }],
  ])("with %s is refused as a whole", async (_, body, errors) => {
    const response = await post("", JSON.stringify(body));
    expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 422, body: { errors } });
  });

  test.each([
    ["JSON", "application/json", LARGE],
    ["bytes", "application/octet-stream", LARGE],
  ])("of %s that is too large is refused", async (_, type, body) => {
    const response = await post(`/${room()}/events/e`, body, { "content-type": type });
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 422,
      body: { message: "Payload size exceeds tenant limit" },
    });
  });

  test("with one payload that is too large is refused as a whole", async () => {
    const messages = [{ topic: "t", event: "e", payload: {} }, { topic: "t", event: "e", payload: { LARGE } }];
    const response = await post("", JSON.stringify({ messages }));
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 422,
      body: { errors: { messages: [{}, { payload: ["Payload size exceeds tenant limit"] }] } },
    });
  });

  test("to an address that cannot be read is refused", async () => {
    expect((await post("/%/events/e", "{}")).status).toBe(400);
    expect((await post("/t/events/%ff", "{}")).status).toBe(400);
  });

  test("of another type is refused", async () => {
    expect((await post("/t/events/e", "x", { "content-type": "text/plain" })).status).toBe(415);
  });

  test("with a bad token is refused", async () => {
    const response = await post("", '{"messages":[]}', { authorization: `Bearer ${await sign({}, "x".repeat(40))}` });
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 401,
      body: { message: "Unauthorized" },
    });
    expect((await post("", '{"messages":[]}', { apikey: "" })).status).toBe(401);
  });
});

import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { conversation } from "./support/conversation.ts";
import { pushFrame } from "./support/frame3.ts";
import { type OwnServer, startServer, withOwnServer } from "./support/own-server.ts";
import { RawSocket, socketUrl } from "./support/raw.ts";

const room = () => `robust-${crypto.randomUUID()}`;

describe("malformed frames", () => {
  test.each<[string, string | Buffer]>([
    ["no JSON", "{"],
    ["an object where an array belongs", "{}"],
    ["an array that is too short", '["1","2"]'],
    ["numbers for names", "[1,2,3,4,5]"],
    ["null", "null"],
    ["no bytes", Buffer.alloc(0)],
    ["one byte", Buffer.from([3])],
    ["lengths beyond the end", Buffer.from([3, 255, 255, 255, 255, 255, 1])],
    ["a kind only servers send", Buffer.from([4, 1, 1, 0, 1, 65, 65])],
    [
      "an encoding that does not exist",
      pushFrame({ topic: "t", event: "e", encoding: 1, payload: "{}" }).fill(9, 6, 7),
    ],
    ["bytes that are no UTF-8", Buffer.from([3, 0, 0, 2, 1, 0, 1, 0xff, 0xfe, 65, 123, 125])],
  ])("%s is dropped, and the socket stays", async (_, frame) => {
    const socket = await RawSocket.open();
    socket.socket.send(frame);
    await socket.beats();
    expect(socket.received).toEqual([]);
  });

  test("a broadcast of what is no JSON is not handed to those who would stumble over it", async () => {
    const name = room();
    const [sender, receiver] = [await RawSocket.open(), await RawSocket.open()];
    await sender.join(name);
    await receiver.join(name);
    sender.socket.send(pushFrame({ topic: `realtime:${name}`, event: "e", encoding: 1, payload: "{broken" }));
    await sender.beats();
    await receiver.beats();
    expect(receiver.received).toEqual([]);
  });

  test("payloads of odd shapes are answered or ignored", async () => {
    const name = room();
    const socket = await RawSocket.open();
    await socket.join(name);
    for (const payload of [null, 5, "x", [], { config: null }, { event: 7 }, { event: "track", payload: [] }]) {
      for (const event of ["phx_join", "broadcast", "access_token", "presence", "made_up"]) {
        socket.push(`realtime:${name}`, event, payload);
      }
    }
    await socket.beats();
  });
});

describe("a client that misbehaves", () => {
  test("with a frame beyond 5 MB is cut off; the others notice nothing", async () => {
    const goesOn = await conversation();
    const socket = await RawSocket.open();
    const closed = socket.closed();
    socket.socket.send("x".repeat(5_100_000));
    expect(await closed).toBe(1009);
    await goesOn();
  });

  test("by dying in the middle of a frame is gone", async () => {
    const goesOn = await conversation();
    const url = new URL(socketUrl());
    const tcp = connect(Number(url.port), url.hostname);
    const handshake =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    tcp.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n${handshake}\r\n\r\n`);
    await once(tcp, "data");
    // A masked text frame of 1,000 bytes, of which ten arrive.
    tcp.write(Buffer.concat([Buffer.from([0x81, 0xfe, 3, 232, 1, 2, 3, 4]), Buffer.alloc(10)]));
    tcp.destroy();
    await goesOn();
  });

  test("by not reading costs the others nothing, and is cut off", async () => {
    const name = room();
    const [sender, lazy, reader] = [await RawSocket.open(), await RawSocket.open(), await RawSocket.open()];
    for (const socket of [sender, lazy, reader]) await socket.join(name);
    lazy.socket.pause();
    const payload = `"${"x".repeat(1_000_000)}"`;
    const frame = pushFrame({ topic: `realtime:${name}`, event: "e", encoding: 1, payload });
    for (let n = 0; n < 40; n++) {
      sender.socket.send(frame);
      await reader.next(({ bytes }) => bytes !== undefined);
    }
    const closed = once(lazy.socket, "close", { signal: AbortSignal.timeout(15_000) });
    lazy.socket.resume();
    await closed;
    expect(lazy.received.length).toBeLessThan(40);
  });
});

withOwnServer("with limits of its own, a server", () => {
  let server: OwnServer;
  // A server for each: one that is told of a socket's end a moment later has no place for the next test.
  beforeEach(async () => {
    server = await startServer({ limits: { idleMs: 1_200, users: 5, farewellMs: 200 } });
  });
  afterEach(() => server.stop());

  test("ends sockets that say nothing, half-open ones too, and keeps those that beat", async () => {
    const [silent, beating] = [await server.open(), await server.open()];
    // What arrives is not read and not answered, as with a machine that has vanished.
    const halfOpen = await server.open();
    halfOpen.socket.pause();
    const closed = silent.closed(10_000);
    const timer = setInterval(() => beating.push("phoenix", "heartbeat", {}), 200);
    expect(await closed).toBe(1001);
    const places: RawSocket[] = [];
    await expect.poll(async () => {
      while (places.length < 4) places.push(await server.open());
      return places.length;
    }, { timeout: 5_000 }).toBe(4);
    clearInterval(timer);
    await beating.beats();
    for (const place of places) await place.beats();
  });

  test("refuses more sockets than it has places, and takes one when one has left", async () => {
    const sockets: RawSocket[] = [];
    await expect(async () => {
      for (;;) sockets.push(await server.open());
    }).rejects.toThrow("429");
    expect(sockets.length).toBe(5);
    sockets[0]?.socket.terminate();
    await expect.poll(() => server.open().then(() => true, () => false)).toBe(true);
  });
});

withOwnServer("a server", () => {
  test("that is stopped says so, and closes with the code for a restart", async () => {
    const server = await startServer();
    const socket = await server.open();
    await socket.join("public");
    const closed = socket.closed(10_000);
    await server.stop();
    expect(await closed).toBe(1012);
    expect(await socket.event("system")).toMatchObject({
      payload: { extension: "system", status: "ok", message: "Server requested disconnect" },
    });
    expect(socket.socket.readyState).toBe(WebSocket.CLOSED);
  });

  test("may allow private channels alone", async () => {
    const server = await startServer({ privateOnly: true });
    try {
      const socket = await server.open();
      const reason = async (config: Record<string, unknown>) => (await socket.join(room(), config)).payload.response;
      expect(await reason({})).toEqual({ reason: "PrivateOnly: This project only allows private channels" });
      expect(await reason({ private: true })).toEqual({ reason: expect.stringMatching(/^Unauthorized: /) });
    } finally {
      await server.stop();
    }
  });

  test("the back-offs of the platform can be chosen", async () => {
    const server = await startServer({ profile: "free", limits: { channelBackOffMs: 300, connectBackOffMs: 200 } });
    try {
      const socket = await server.open();
      const before = performance.now();
      expect((await socket.join("", {})).payload.status).toBe("error");
      expect(performance.now() - before).toBeGreaterThan(290);
      const connecting = performance.now();
      const refused = await fetch(`http://127.0.0.1:${server.port}/socket/websocket?vsn=2.0.0&apikey=none`);
      expect(refused.status).toBe(401);
      expect(performance.now() - connecting).toBeGreaterThan(190);
    } finally {
      await server.stop();
    }
  });
});

import { request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { conversation } from "./support/conversation.ts";
import { type OwnServer, startServer, withOwnServer } from "./support/own-server.ts";
import { sign, target } from "./support/target.ts";

const room = () => `flood-${crypto.randomUUID()}`;
const PRIVATE = { config: { private: true } };

withOwnServer("a flood", () => {
  let server: OwnServer;
  // 600 joins a minute for all, 200 for one.
  const start = async (limits: Record<string, number> = {}) => {
    server = await startServer({ limits: { joinsPerSecond: 10, joinsPerSocket: 200, ...limits } });
  };
  afterEach(() => server.stop());

  test("of joins closes its socket alone: the others go on, and a client that comes meanwhile may join", async () => {
    await start();
    const goesOn = await conversation(server.open);
    const [socket, third] = [await server.open(), await server.open()];
    const closed = socket.closed(15_000);
    // Channels that are left again, so that only their number per time can be too many.
    for (let n = 0; n < 400; n++) {
      const name = room();
      socket.push(`realtime:${name}`, "phx_join", {}, String(n));
      socket.push(`realtime:${name}`, "phx_leave", {});
      if (n % 50 > 0) continue;
      await goesOn();
      expect((await third.join(room())).payload.status).toBe("ok");
    }
    expect(await closed).toBe(1001);
    expect(socket.received.at(-1)?.payload).toEqual({
      status: "error",
      response: { reason: "ClientJoinRateLimitReached: Too many joins per second" },
    });
    await goesOn();
    expect((await third.join(room())).payload.status).toBe("ok");
  });

  test("of joins that are refused takes nobody's place", { timeout: 120_000 }, async () => {
    await start();
    for (let flooder = 0; flooder < 4; flooder++) {
      const socket = await server.open();
      const refs = Array.from({ length: 190 }, () => socket.push(`realtime:${room()}`, "phx_join", PRIVATE));
      const last = await socket.next(({ ref }) => ref === refs.at(-1), 30_000);
      expect(last.payload).toMatchObject({ response: { reason: expect.stringContaining("Unauthorized") } });
    }
    expect((await (await server.open()).join(room())).payload.status).toBe("ok");
  });

  test("of malformed frames costs one line a second, and in the end the socket", async () => {
    await start({ malformedPerSocket: 30 });
    const goesOn = await conversation(server.open);
    const socket = await server.open();
    const lines = () => server.logged.filter(({ event }) => event === "MalformedWebSocketMessage");
    for (let n = 0; n < 20; n++) socket.socket.send("{");
    await socket.beats();
    await expect.poll(lines, { timeout: 3_000 }).toMatchObject([{ detail: { count: 20 } }]);
    const closed = socket.closed();
    for (let n = 0; n < 11; n++) socket.socket.send(Buffer.from([3]));
    expect(await closed).toBe(1008);
    await expect.poll(lines).toMatchObject([{ detail: { count: 20 } }, { detail: { count: 11 } }]);
    await goesOn();
  });

  test("of large messages behind a slow one is held back by their size", async () => {
    await start({ channelBackOffMs: 6_000, queuedBytes: 900_000 });
    const goesOn = await conversation(server.open);
    const socket = await server.open();
    const closed = socket.closed(10_000);
    // A join that waits for its refusal, and what piles up behind it.
    socket.push("realtime:", "phx_join", {});
    for (let n = 0; n < 5; n++) socket.push("phoenix", "x", "x".repeat(400_000));
    expect(await closed).toBe(1008);
    await goesOn();
  });
});

/** A POST whose body never ends: how it was answered, and how much of it was taken until then. */
async function endless(url: string, headers: Record<string, string>): Promise<{ status: number; taken: number }> {
  const sent = request(url, { method: "POST", headers });
  let taken = 0;
  const pump = () => {
    while (!sent.destroyed && taken < 300_000_000 && sent.write("x".repeat(100_000))) taken += 100_000;
  };
  sent.on("drain", pump);
  // What fails once the answer is there is nobody's error.
  sent.on("error", () => undefined);
  const answered = new Promise<number>((resolve, reject) => {
    sent.on("response", ({ statusCode = 0 }) => resolve(statusCode));
    sent.on("error", reject);
  });
  pump();
  try {
    return { status: await answered, taken };
  } finally {
    sent.destroy();
  }
}

withOwnServer("a body that never ends", () => {
  test("is not taken by the gateway", async () => {
    const { url, publishableKey } = target();
    const outcome = await endless(`${url}/realtime/v1/api/broadcast`, { apikey: publishableKey });
    expect(outcome).toEqual({ status: 413, taken: expect.toSatisfy((taken: number) => taken < 50_000_000) });
  });

  test("is not taken by Realtime, alone or as a batch", async () => {
    const server = await startServer();
    try {
      const headers = { authorization: `Bearer ${await sign()}` };
      for (const [path, status] of [["", 413], ["/t/events/e", 422]] as const) {
        const outcome = await endless(`http://127.0.0.1:${server.port}/api/broadcast${path}`, headers);
        expect(outcome).toEqual({ status, taken: expect.toSatisfy((taken: number) => taken < 50_000_000) });
      }
    } finally {
      await server.stop();
    }
  });
});

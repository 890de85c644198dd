import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnServer, startServer, withOwnServer } from "./support/own-server.ts";
import type { Frame } from "./support/raw.ts";
import { sign } from "./support/target.ts";

const room = () => `rates-${crypto.randomUUID()}`;
const told = (message: string) => ({ event, payload }: Frame) => event === "system" && payload.message === message;

/** Rates are averages over a minute, so a server of its own has to have low ones for a test to come to them. */
withOwnServer("K. rates", () => {
  let server: OwnServer;
  beforeAll(async () => {
    server = await startServer({ limits: { eventsPerSecond: 1, presencePerSecond: 0.05 } });
  });
  afterAll(() => server.stop());

  test("of presence end the channel that goes beyond them", async () => {
    const name = room();
    const socket = await server.open();
    await socket.join(name);
    const track = (n: number) => socket.push(`realtime:${name}`, "presence", { event: "track", payload: { n } });
    for (let n = 0; n < 3; n++) expect((await socket.reply(track(n))).payload.status).toBe("ok");
    track(3);
    await socket.next(told("Too many presence messages per second"));
    await socket.event("phx_close");
    await socket.beats();
  });

  test("of events end every channel, and HTTP says that there are too many; the sockets stay", async () => {
    const name = room();
    const [sender, receiver] = [await server.open(), await server.open()];
    for (const socket of [sender, receiver]) expect((await socket.join(name)).payload.status).toBe("ok");
    for (let n = 0; n < 70; n++) {
      sender.push(`realtime:${name}`, "broadcast", { type: "broadcast", event: "e", payload: { n } });
    }
    for (const socket of [sender, receiver]) {
      await socket.next(told("Too many messages per second"), 10_000);
      await socket.event("phx_close");
      await socket.beats();
    }
    const answer = await fetch(`http://127.0.0.1:${server.port}/api/broadcast`, {
      method: "POST",
      headers: { authorization: `Bearer ${await sign()}`, "content-type": "application/json" },
      body: JSON.stringify({ messages: [{ topic: name, event: "e", payload: {} }] }),
    });
    expect(answer.status).toBe(429);
    expect(await answer.json()).toEqual({ message: "Too many requests" });
    expect(answer.headers.get("x-rate-limit")).toBe("1");
    expect(answer.headers.get("x-rate-limit-remaining")).toBe("0");
  });
});

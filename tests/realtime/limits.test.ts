import { describe, expect, test } from "vitest";
import { pushFrame } from "./support/frame3.ts";
import { RawSocket } from "./support/raw.ts";

const room = () => `limits-${crypto.randomUUID()}`;
/** Above the 3,000 KB of every plan, below the size at which a frame is none any more. */
const TOO_LARGE = `"${"x".repeat(3_100_000)}"`;

describe("K. limits", () => {
  test("100 channels on a socket, and not one more until one is left", async () => {
    const socket = await RawSocket.open();
    const names = Array.from({ length: 100 }, room);
    for (const name of names) expect((await socket.join(name)).payload.status).toBe("ok");
    const one = room();
    expect((await socket.join(one)).payload).toEqual({
      status: "error",
      response: { reason: "ChannelRateLimitReached: Too many channels" },
    });
    await socket.reply(socket.push(`realtime:${names[0]}`, "phx_leave", {}));
    expect((await socket.join(one)).payload.status).toBe("ok");
  });

  test("a payload that is too large is told to those who want an answer, and delivered to nobody", async () => {
    const name = room();
    const [sender, receiver] = [await RawSocket.open(), await RawSocket.open()];
    await sender.join(name, { broadcast: { ack: true } });
    await receiver.join(name);
    sender.socket.send(
      pushFrame({ ref: "big", topic: `realtime:${name}`, event: "e", encoding: 1, payload: TOO_LARGE }),
    );
    expect((await sender.reply("big")).payload).toEqual({ status: "error", response: "payload_size_exceeded" });
    await receiver.beats();
    expect(receiver.received).toEqual([]);
  });

  test("what is shown as present is no larger than a message", async () => {
    const name = room();
    const socket = await RawSocket.open();
    await socket.join(name);
    socket.push(`realtime:${name}`, "presence", { event: "track", payload: { large: TOO_LARGE } });
    expect(await socket.event("system")).toMatchObject({
      payload: { status: "error", message: "Track message size exceeded" },
    });
    await socket.event("phx_close");
    await socket.beats();
  });

  test("five changes of presence in half a minute", async () => {
    const name = room();
    const socket = await RawSocket.open();
    await socket.join(name);
    const track = (n: number) => socket.push(`realtime:${name}`, "presence", { event: "track", payload: { n } });
    for (let n = 0; n < 5; n++) expect((await socket.reply(track(n))).payload.status).toBe("ok");
    track(6);
    expect(await socket.event("system")).toMatchObject({
      payload: { status: "error", message: "Client presence rate limit exceeded" },
    });
    await socket.event("phx_close");
    await socket.beats();
  });
});

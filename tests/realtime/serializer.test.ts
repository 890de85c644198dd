import { describe, expect, test } from "vitest";
import { pushFrame, readBroadcastFrame } from "./support/frame3.ts";
import { RawSocket } from "./support/raw.ts";

const name = () => `frames-${crypto.randomUUID()}`;

async function pair(room: string, versions: [string, string]): Promise<[RawSocket, RawSocket]> {
  const [sender, receiver] = await Promise.all(versions.map((vsn) => RawSocket.open({ vsn })));
  if (!sender || !receiver) throw new Error("Two sockets were asked for");
  for (const socket of [sender, receiver]) expect((await socket.join(room)).payload.status).toBe("ok");
  return [sender, receiver];
}

describe("B. frames", () => {
  test("a heartbeat is answered byte by byte, in both versions", async () => {
    const texts: string[] = [];
    for (const vsn of ["2.0.0", "1.0.0"]) {
      const { socket } = await RawSocket.open({ vsn });
      const answer = new Promise<string>((resolve) =>
        socket.once("message", (data: Buffer) => resolve(data.toString()))
      );
      socket.send(
        vsn === "2.0.0"
          ? '[null,"7","phoenix","heartbeat",{}]'
          : '{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"7"}',
      );
      texts.push(await answer);
    }
    expect(texts[0]).toBe('[null,"7","phoenix","phx_reply",{"status":"ok","response":{}}]');
    expect(JSON.parse(texts[1] ?? "")).toEqual({
      topic: "phoenix",
      event: "phx_reply",
      payload: { status: "ok", response: {} },
      ref: "7",
    });
  });

  test("JSON in a binary push reaches version 2 as a frame of kind 4 with the bytes as they came", async () => {
    const room = name();
    const [sender, receiver] = await pair(room, ["2.0.0", "2.0.0"]);
    const payload = '{"n":12345678901234567890,"ü":"é"}';
    sender.socket.send(
      pushFrame({
        joinRef: "j1",
        ref: "9",
        topic: `realtime:${room}`,
        event: "e",
        meta: '{"a":1}',
        encoding: 1,
        payload,
      }),
    );
    const { bytes } = await receiver.next((frame) => frame.bytes !== undefined);
    const head = [4, `realtime:${room}`.length, 1, 0, 1];
    expect(bytes).toEqual(Buffer.concat([Buffer.from(head), Buffer.from(`realtime:${room}e${payload}`)]));
  });

  test("JSON in a binary push reaches version 1 as an object", async () => {
    const room = name();
    const [sender, receiver] = await pair(room, ["2.0.0", "1.0.0"]);
    sender.socket.send(pushFrame({ topic: `realtime:${room}`, event: "e", encoding: 1, payload: '{"a":1}' }));
    expect(await receiver.event("broadcast")).toMatchObject({
      topic: `realtime:${room}`,
      ref: null,
      payload: { type: "broadcast", event: "e", payload: { a: 1 } },
    });
  });

  test("bytes reach version 2 unchanged and version 1 not at all", async () => {
    const room = name();
    const [sender, modern] = await pair(room, ["2.0.0", "2.0.0"]);
    const old = await RawSocket.open({ vsn: "1.0.0" });
    await old.join(room);
    const payload = Uint8Array.from({ length: 256 }, (_, index) => index);
    sender.socket.send(pushFrame({ topic: `realtime:${room}`, event: "b", encoding: 0, payload }));
    const { bytes = Buffer.alloc(0) } = await modern.next((frame) => frame.bytes !== undefined);
    expect(readBroadcastFrame(bytes)).toMatchObject({
      kind: 4,
      encoding: 0,
      event: "b",
      meta: "",
      payload: Buffer.from(payload),
    });
    await old.beats();
    expect(old.received).toEqual([]);
  });

  test("a text push goes to everyone as text", async () => {
    const room = name();
    const [sender, receiver] = await pair(room, ["1.0.0", "2.0.0"]);
    sender.push(`realtime:${room}`, "broadcast", { type: "broadcast", event: "e", payload: { a: [1] } });
    expect(await receiver.event("broadcast")).toEqual({
      joinRef: null,
      ref: null,
      topic: `realtime:${room}`,
      event: "broadcast",
      payload: { type: "broadcast", event: "e", payload: { a: [1] } },
    });
  });
});

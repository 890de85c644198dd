import { execFileSync } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import { pushFrame } from "./support/frame3.ts";
import { type OwnServer, startServer, withOwnServer } from "./support/own-server.ts";
import { RawSocket } from "./support/raw.ts";
import { target } from "./support/target.ts";

const UNREAD = 16;
const MEGABYTE = `"${"x".repeat(1_000_000)}"`;

/** Resident megabytes of a process. */
const megabytes = (pid: number) =>
  Number(execFileSync("ps", ["-o", "rss=", "-p", `${pid}`], { encoding: "utf8" })) / 1000;

/** Sends to somebody who has stopped reading until the server has more for it than it keeps. */
async function fill(sender: RawSocket, lazy: RawSocket, count = UNREAD + 8): Promise<void> {
  const name = `unread-${crypto.randomUUID()}`;
  for (const socket of [sender, lazy]) await socket.join(name, { broadcast: { ack: true } });
  lazy.socket.pause();
  // What the system takes in between comes on top of what the server keeps.
  for (let n = 0; n < count; n++) {
    const ref = `${name}-${n}`;
    sender.socket.send(pushFrame({ ref, topic: `realtime:${name}`, event: "e", encoding: 1, payload: MEGABYTE }));
    await sender.reply(ref);
  }
}

/** Resolves once the connection of a socket that still does not read has ended: what is written to it then fails. */
async function cut({ socket }: RawSocket): Promise<void> {
  await expect.poll(
    () => new Promise((resolve) => socket.ping("", undefined, (error) => resolve(error?.message ?? "sent"))),
    { timeout: 15_000, interval: 100 },
  ).not.toBe("sent");
  expect(socket.isPaused).toBe(true);
}

withOwnServer("a client that never reads", () => {
  let server: OwnServer;
  const start = async (farewellMs: number) => {
    server = await startServer({ limits: { users: 3, farewellMs, unreadBytes: UNREAD * 1_000_000 } });
  };
  afterEach(() => server.stop());

  test("is disconnected, and has a place until it is", { timeout: 60_000 }, async () => {
    await start(6_000);
    const [sender, one, two] = [await server.open(), await server.open(), await server.open()];
    await fill(sender, one);
    await expect(server.open()).rejects.toThrow("429");
    await cut(one);
    await expect.poll(() => server.open().then(() => true, () => false)).toBe(true);
    for (const socket of [sender, two]) await socket.beats();
  });

  test("leaves its memory behind", { timeout: 120_000 }, async () => {
    await start(200);
    const sender = await server.open();
    const lose = async (clients: number) => {
      for (let n = 0; n < clients; n++) {
        const lazy = await server.open();
        await fill(sender, lazy);
        await cut(lazy);
      }
    };
    // The first ones let the memory of the process grow to what the traffic itself takes.
    await lose(3);
    const before = megabytes(server.child.pid ?? 0);
    await lose(12);
    expect(megabytes(server.child.pid ?? 0) - before).toBeLessThan(6 * UNREAD);
  });
});

test.runIf(target().isLocal)(
  "a client that never reads is disconnected by the gateway too",
  { timeout: 60_000 },
  async () => {
    const [sender, lazy] = [await RawSocket.open(), await RawSocket.open()];
    // One more connection in between takes some of it.
    await fill(sender, lazy, UNREAD + 40);
    await cut(lazy);
    await sender.beats();
  },
);

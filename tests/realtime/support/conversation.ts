import { expect } from "vitest";
import { RawSocket } from "./raw.ts";

/** Two who talk to each other, to see that nobody else disturbs them. */
export async function conversation(open: () => Promise<RawSocket> = RawSocket.open) {
  const name = `conversation-${crypto.randomUUID()}`;
  const [one, two] = [await open(), await open()];
  for (const socket of [one, two]) expect((await socket.join(name)).payload.status).toBe("ok");
  let count = 0;
  return async function goesOn(): Promise<void> {
    const event = `e${++count}`;
    one.push(`realtime:${name}`, "broadcast", { type: "broadcast", event, payload: {} });
    await two.next(({ payload }) => payload.event === event);
  };
}

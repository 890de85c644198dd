import { z } from "zod";
import { type Fanout, userFanout, type UserPush } from "./broadcast.ts";
import type { Channel } from "./channel.ts";
import { type Message, textFanout } from "./serializer.ts";

const Payload = z.looseObject({ event: z.string() });

/** A broadcast that came as JSON: it goes on as it came. */
export async function takeTextBroadcast(channel: Channel, message: Message, bytes: number): Promise<void> {
  const { success, data } = Payload.safeParse(message.payload);
  if (!success) return;
  const payload = { ...data, type: "broadcast" };
  await take(channel, message, bytes, textFanout(channel.topic, "broadcast", payload));
}

/** A broadcast that came as a binary frame. */
export async function takeBinaryBroadcast(channel: Channel, push: UserPush): Promise<void> {
  const message = { ...push, event: "broadcast", payload: null };
  await take(channel, message, push.payload.byteLength, userFanout(channel.topic, push));
}

/** Who may not write hears nothing of it, not even with `ack`, as on the platform. */
async function take(channel: Channel, message: Message, bytes: number, fanout: Fanout): Promise<void> {
  const { services, request, room } = channel;
  if (services.rates.events.exceeded) return channel.fail("Too many messages per second");
  if (!(await channel.mayWrite("broadcast")) || channel.closed) return;
  if (bytes > services.limits.payloadBytes) {
    if (request.ack) channel.reply(message, "error", "payload_size_exceeded");
    return;
  }
  services.hub.broadcast(room, fanout, request.self ? undefined : channel);
  if (request.ack) channel.reply(message, "ok");
}

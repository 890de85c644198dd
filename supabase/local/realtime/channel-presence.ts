import { z } from "zod";
import type { Channel } from "./channel.ts";
import { type Message, textFanout } from "./serializer.ts";

const Payload = z.object({ event: z.string(), payload: z.unknown().optional() });
const Shown = z.record(z.string(), z.unknown());

/** `track` and `untrack`. */
export async function takePresence(channel: Channel, message: Message): Promise<void> {
  const { limits, rates } = channel.services;
  const call = Payload.safeParse(message.payload).data;
  const event = call?.event.toLowerCase();
  if (call === undefined || (event !== "track" && event !== "untrack")) return channel.reply(message, "error");
  rates.presence.add();
  if (rates.presence.exceeded) return channel.fail("Too many presence messages per second");
  if (!channel.presenceCalls.take()) return channel.fail("Client presence rate limit exceeded");
  if (event === "untrack") {
    announce(channel, channel.services.hub.presence(channel.room)?.untrack(channel));
    return channel.reply(message, "ok");
  }
  const shown = Shown.safeParse(call.payload ?? {});
  if (!shown.success) return channel.reply(message, "error", { reason: "Presence track payload must be a map" });
  if (JSON.stringify(shown.data).length > limits.payloadBytes) return channel.fail("Track message size exceeded");
  if (!(await channel.mayWrite("presence")) || channel.closed) return channel.reply(message, "error");
  await enable(channel);
  if (channel.closed) return;
  announce(
    channel,
    channel.services.hub.presence(channel.room)?.track(channel, channel.request.presence.key, shown.data),
  );
  channel.reply(message, "ok");
}

/** Who tracks wants to see who else is there, even if it did not say so when joining. */
async function enable(channel: Channel): Promise<void> {
  if (channel.presenceEnabled) return;
  channel.presenceEnabled = true;
  try {
    await channel.askReadPresence();
  } catch (error) {
    channel.services.log("read_check_failed", error);
    return;
  }
  if (!channel.closed && channel.hearsPresence) sendPresenceState(channel);
}

export function sendPresenceState(channel: Channel): void {
  channel.push("presence_state", channel.services.hub.presence(channel.room)?.state() ?? {});
}

function announce(channel: Channel, diff: object | null | undefined): void {
  if (diff) channel.services.hub.presenceDiff(channel.room, textFanout(channel.topic, "presence_diff", diff));
}

import { z } from "zod";
import type { Channel } from "./channel.ts";
import { NO_DATABASE_MESSAGE, sqlState } from "./database.ts";
import { isApiKey } from "./join-payload.ts";

const LONGEST_PAUSE_MS = 5 * 60_000;
const Payload = z.object({ access_token: z.string().nullable().optional() });

/** Takes a new token of the client. The channel ends when it is no good, or when it may not read any more. */
export async function takeToken(channel: Channel, payload: unknown): Promise<void> {
  const token = Payload.safeParse(payload).data?.access_token;
  if (typeof token !== "string" || isApiKey(token) || token === channel.bearer.token) return;
  const verified = await channel.services.verify(token);
  if (channel.closed) return;
  if ("fault" in verified) return channel.fail(verified.fault.message);
  channel.bearer = { token, claims: verified.claims };
  watchExpiry(channel);
  if (channel.room.private) await askAgain(channel);
  if (!channel.closed) channel.services.changes.subscribe(channel);
}

/** Asks the policies about a channel that is joined. It ends when it may not be read any more. */
export async function askAgain(channel: Channel): Promise<void> {
  const heard = { broadcast: channel.hearsBroadcast, presence: channel.hearsPresence };
  const { name } = channel.room;
  try {
    await channel.askRead(channel.presenceEnabled ? ["broadcast", "presence"] : ["broadcast"]);
  } catch (error) {
    return failForDatabase(channel, error);
  }
  if (channel.closed) return;
  if (!channel.hearsBroadcast && !channel.hearsPresence) {
    channel.fail(`You do not have permissions to read from this Channel topic: ${name}`);
  } else if ((heard.broadcast && !channel.hearsBroadcast) || (heard.presence && !channel.hearsPresence)) {
    channel.fail(`You no longer have permission to read from this Channel topic: ${name}`);
  }
}

/** Ends a channel about which the database could not be asked. */
export function failForDatabase(channel: Channel, error: unknown): void {
  channel.services.log("read_check_failed", error);
  const canceled = sqlState(error) === "57014";
  channel.fail(canceled ? "Query was cancelled, please try again" : NO_DATABASE_MESSAGE);
}

/** Verifies the token again when it expires, at the latest every five minutes. A token watched before is watched no more. */
export function watchExpiry(channel: Channel): void {
  const { token, claims } = channel.bearer;
  const left = claims.exp * 1000 - Date.now();
  channel.unwatch();
  channel.unwatch = channel.later(Math.min(Math.max(left, 0) + 1, LONGEST_PAUSE_MS), async () => {
    const verified = await channel.services.verify(token);
    // The token that came meanwhile has a watch of its own.
    if (channel.closed || channel.bearer.token !== token) return;
    if ("fault" in verified) channel.fail(verified.fault.message);
    else watchExpiry(channel);
  });
}

import { setTimeout as delay } from "node:timers/promises";
import { createClient, type RealtimeChannel, type SupabaseClient } from "@supabase/supabase-js";
import { target } from "./target.ts";

const clients = new Set<SupabaseClient>();
const withToken = new WeakSet<RealtimeChannel["socket"]>();

/** Closes every client of a test. */
export async function closeClients(): Promise<void> {
  await Promise.all([...clients].map((client) => client.removeAllChannels().catch(() => undefined)));
  for (const client of clients) client.realtime.disconnect();
  clients.clear();
}

/** The official client, with the publishable key and, where given, a token that the caller may change by a function. */
export function clientWith(token?: string | (() => string), key = target().publishableKey): SupabaseClient {
  const client = createClient(target().url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    ...(token !== undefined && { accessToken: () => Promise.resolve(typeof token === "string" ? token : token()) }),
  });
  clients.add(client);
  if (token !== undefined) withToken.add(client.realtime);
  return client;
}

/** Subscribes, with the token fetched before as the recipes have it, and resolves with the first status and the reason where it failed. */
export async function subscribe(channel: RealtimeChannel): Promise<{ status: string; reason?: string | undefined }> {
  if (withToken.has(channel.socket)) await channel.socket.setAuth();
  return await new Promise((resolve) =>
    channel.subscribe((status, error) => resolve({ status, reason: error?.message }))
  );
}

/** Subscribes and throws when that fails. */
export async function subscribed(channel: RealtimeChannel): Promise<RealtimeChannel> {
  const { status, reason } = await subscribe(channel);
  if (status !== "SUBSCRIBED") throw new Error(`${channel.topic}: ${status} ${reason}`);
  return channel;
}

export type Broadcast = { event: string; payload: unknown; meta?: { id?: string; replayed?: boolean } | undefined };

/** All broadcasts of a channel from now on. Call before subscribing. */
export function collect(channel: RealtimeChannel): Broadcast[] {
  const messages: Broadcast[] = [];
  channel.on("broadcast", { event: "*" }, ({ event, payload, meta }) => messages.push({ event, payload, meta }));
  return messages;
}

/** Waits until something holds, five seconds unless told, and throws what the list was instead. */
export async function until(holds: () => boolean, seen: unknown = "", milliseconds = 5_000): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`It did not come about. Seen: ${JSON.stringify(seen)}`);
    await delay(5);
  }
}

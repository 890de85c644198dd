import { createClient, type RealtimeChannel, type SupabaseClient } from "@supabase/supabase-js";
import { sign, target } from "../../realtime/support/target.ts";

/** Official clients, each with a socket of its own, subscribed to one private topic; `onEvent` gets who heard what. */
export async function subscribers(
  count: number,
  topic: string,
  onEvent: (client: number, payload: { n: number }) => void,
): Promise<{ close(): Promise<void> }> {
  const { url, publishableKey } = target();
  const token = await sign();
  const clients: SupabaseClient[] = [];
  const auth = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false };
  for (let index = 0; index < count; index++) {
    const client = createClient(url, publishableKey, { auth });
    await client.realtime.setAuth(token);
    const channel = client.channel(topic, { config: { private: true } });
    channel.on<{ n: number }>("broadcast", { event: "*" }, ({ payload }) => onEvent(index, payload));
    await joined(channel);
    clients.push(client);
  }
  return {
    async close() {
      for (const client of clients) {
        await client.removeAllChannels();
        client.realtime.disconnect();
      }
    },
  };
}

function joined(channel: RealtimeChannel): Promise<void> {
  return new Promise((resolve, reject) =>
    channel.subscribe((status, error) => status === "SUBSCRIBED" ? resolve() : reject(error ?? new Error(status)))
  );
}

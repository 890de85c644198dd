import process from "node:process";
import { createClient } from "@supabase/supabase-js";

// Subscribes, hears itself and prints what it heard. Runs on Deno, with its own WebSocket.
const [url = "", key = ""] = process.argv.slice(2);
const client = createClient(url, key);
const channel = client.channel(`deno-${crypto.randomUUID()}`, { config: { broadcast: { self: true } } });
channel.on("broadcast", { event: "*" }, ({ event, payload }) => {
  console.log(JSON.stringify({ event, payload }));
  process.exit(0);
});
channel.subscribe((status) => {
  if (status === "SUBSCRIBED") void channel.send({ type: "broadcast", event: "hello", payload: { from: "Deno" } });
});

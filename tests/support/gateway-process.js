import process from "node:process";
import { createKeyTokens } from "../../supabase/local/gateway/keys.ts";
import { startGateway } from "../../supabase/local/gateway/serve.ts";

// The gateway of the local stack alone, with one server of a test in the place of all its parts. Runs on Deno; ends with its parent.
const { port, part, hosts } = JSON.parse(process.env.GATEWAY);
const parts = { postgres: part, postgrest: part, postgrestAdmin: part, auth: part, functions: part, realtime: part };

await startGateway({
  ports: { gateway: port, ...parts },
  keys: await createKeyTokens({ publishable: ["sb_publishable_test"], secret: [] }, "s".repeat(32)),
  mailFolder: "",
  facts: { publishableKey: "sb_publishable_test", accounts: [] },
  hosts,
});
process.stdout.write("ready\n");
process.stdin.on("end", () => process.exit(0)).resume();

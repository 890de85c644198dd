import process from "node:process";
import { endWithParent } from "../end-with-parent.ts";
import { listen } from "../node-http.ts";
import { log } from "./log.ts";
import { createServer } from "./server.ts";
import { Settings } from "./settings.ts";

/** Long enough for the close frames to leave. */
const FAREWELL_MS = 100;

const settings = Settings.parse(JSON.parse(process.env.REALTIME_SETTINGS ?? "{}"));
const server = createServer(settings);

// What fails where nobody waits concerns one client; the others go on.
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  log("unhandled", event.reason);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, async () => {
    await Promise.race([server.stop(), new Promise((resolve) => setTimeout(resolve, 2_000))]);
    setTimeout(() => Deno.exit(0), FAREWELL_MS);
  });
}
endWithParent();

try {
  await listen({
    port: settings.port,
    handle: (request) => server.handle(request),
    upgrade: (message, connection, head) => server.upgrade(message, connection, head),
    failed: (error) => log("request_failed", error),
  });
  log("listening", settings.port);
} catch (error) {
  log("not_listening", error);
  // Without its listener the process serves nobody: the supervisor starts another.
  Deno.exit(1);
}

import { createServer as createHttpServer } from "node:http";
import process from "node:process";
import { endWithParent } from "../end_with_parent.ts";
import { requestOf, respond } from "../node_http.ts";
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

const http = createHttpServer(async (message, response) => {
  try {
    await respond(await server.handle(requestOf(message)), message, response);
  } catch (error) {
    log("request_failed", error);
    if (response.headersSent) response.destroy();
    else await respond(Response.json({ message: "Internal Server Error" }, { status: 500 }), message, response);
  }
});
http.on("upgrade", (message, connection, head) => {
  server.upgrade(message, connection, head).catch((error: unknown) => {
    log("upgrade_failed", error);
    connection.destroy();
  });
});
http.on("listening", () => log("listening", settings.port));
// Without its listener the process serves nobody: the supervisor starts another.
http.on("error", (error) => {
  log("not_listening", error);
  Deno.exit(1);
});
http.listen(settings.port, "127.0.0.1");

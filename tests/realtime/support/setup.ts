import { afterEach } from "vitest";
import { closeClients } from "./client.ts";
import { cutSockets } from "./raw.ts";

// Modules are kept between files, and would run a hook of their own for the first file alone.
afterEach(async () => {
  await closeClients();
  cutSockets();
});

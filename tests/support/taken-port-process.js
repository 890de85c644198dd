import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseConfig } from "../../supabase/local/config.ts";
import { onceFree, takenPort } from "../../supabase/local/free-ports.ts";
import { startGateway } from "../../supabase/local/gateway/serve.ts";
import { authPart } from "../../supabase/local/parts/auth.ts";
import { functionsPart } from "../../supabase/local/parts/functions.ts";
import { realtimePart } from "../../supabase/local/parts/realtime.ts";
import { planPorts } from "../../supabase/local/ports.ts";
import { generateSecrets } from "../../supabase/local/secrets.ts";
import { createSupervisor, delay } from "../../supabase/local/supervisor.ts";

// Starts a part of the local stack while something else holds its port, as an outgoing connection or another server does, for so many milliseconds. Runs on Deno;
// prints what came of it.
const { port, part, held, config } = JSON.parse(process.env.TAKEN);
const ports = planPorts(port);
const secrets = generateSecrets();
const dbUrl = `postgresql://nobody@127.0.0.1:${ports.postgres}/postgres`;
const url = `http://127.0.0.1:${ports.gateway}`;
const logs = mkdtempSync(join(tmpdir(), "hub-taken-"));
const notes = [];
let failure = "";

function partOf(name) {
  const project = { ...parseConfig(config), functions: {} };
  const jwtSecret = secrets.jwtSecret;
  switch (name) {
    case "auth":
      return authPart({ config: project, ports, url, siteUrl: url, dbUrl, jwtSecret, mailFolder: logs });
    case "functions":
      return functionsPart({ config: project, ports, url, secrets });
    case "realtime":
      return realtimePart({ ports, dbUrl, jwtSecret });
  }
}

const supervisor = createSupervisor({
  logs,
  note: (text) => notes.push(text),
  onFailure: (error) => failure = error.message,
});

async function start() {
  if (part === "gateway") {
    const facts = { publishableKey: "", accounts: [] };
    const gateway = await onceFree(
      "gateway",
      ports,
      () => startGateway({ ports, keys: new Map(), mailFolder: logs, facts }),
    );
    return await gateway.stop();
  }
  const isReady = async () => {
    const busy = takenPort(ports, [part]) !== null;
    return busy && await fetch(`http://127.0.0.1:${ports[part]}/`).then(async (answer) => {
      await answer.body?.cancel();
      return true;
    }, () => false);
  };
  await supervisor.start({ ...partOf(part), isReady, taken: () => takenPort(ports, [part]) });
}

const holder = Deno.listen({ hostname: "127.0.0.1", port: ports[part] });
(async () => {
  try {
    for await (const connection of holder) connection.close();
  } catch {
    // Closed, as was to be.
  }
})();
delay(held).then(() => holder.close()).catch(() => undefined);
const begun = Date.now();
const outcome = await start().then(() => "started", (error) => error.message);
console.log(JSON.stringify({ outcome, notes, failure, ms: Date.now() - begun, port: ports[part] }));
await supervisor.stop();
rmSync(logs, { recursive: true });
Deno.exit(0);

import process from "node:process";
import { startLocalStack } from "../../support/local-stack.ts";
import { STACK_VARIABLE } from "../../support/stack-info.ts";
import { cpuMeter } from "../cpu.ts";
import { createPolicies, dropPolicies } from "../../realtime/support/policies.ts";
import { measureLatency } from "./latency.ts";
import { readOptions } from "./options.ts";
import { measureOrder } from "./order.ts";
import { asText, type RealtimeReport, targets } from "./report.ts";
import { measureSockets } from "./sockets.ts";

/** Below the ports that systems give to outgoing connections, of which the bench makes many. */
const FIRST_PORT = 26000;

const progress = (text: string) => console.error(`  ${text}`);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const stack = await startLocalStack(FIRST_PORT);
  process.env[STACK_VARIABLE] = stack.stateFile;
  try {
    await createPolicies();
    progress(`latency: ${options.events} events for ${options.subscribers} subscribers`);
    const { realtime = 0, postgres = 0 } = stack.info.pids;
    const processes = { gateway: stack.info.pid, realtime };
    const latency = await measureLatency(options, cpuMeter({ ...processes, postgres }));
    progress(`order: ${options.ordered} events`);
    const order = await measureOrder(options);
    progress(`sockets: ${options.sockets} at once`);
    const sockets = await measureSockets(options, processes);
    const measured = { latency, order, sockets };
    const report: RealtimeReport = { ...measured, targets: targets(measured) };
    console.log(options.json ? JSON.stringify(report, null, 2) : asText(report));
    await dropPolicies();
  } finally {
    await stack.stop();
  }
}

await main();
// The clients' timers would keep the process for another while.
process.exit(0);

import process from "node:process";
import { startLocalStack } from "../../support/local-stack.ts";
import { STACK_VARIABLE } from "../../support/stack-info.ts";
import { cpuMeter } from "../cpu.ts";
import { createPolicies, dropPolicies } from "../../realtime/support/policies.ts";
import { measureLatency } from "./latency.ts";
import { readOptions } from "./options.ts";
import { measureOrder } from "./order.ts";
import { asText, faults, type RealtimeReport, targets } from "./report.ts";
import { measureSockets } from "./sockets.ts";

/** Below the ports that systems give to outgoing connections, of which the bench makes many. */
const FIRST_PORT = 26000;

const progress = (text: string) => console.error(`  ${text}`);

/** Answers the exit code. */
async function main(): Promise<number> {
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
    const found = faults(measured);
    for (const fault of found) console.error(`\nNot as promised: ${fault}.`);
    return found.length === 0 ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

const code = await main();
// The clients' timers would keep the process for another while.
process.exit(code);

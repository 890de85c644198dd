import { advisors } from "./commands/advisors.ts";
import { check } from "./commands/check.ts";
import { checkKnowledge } from "./commands/check-knowledge.ts";
import { importInteractions, importMedications } from "./commands/import.ts";
import { pg15 } from "./commands/pg15.ts";
import { start } from "./commands/start.ts";
import { status } from "./commands/status.ts";
import { stop } from "./commands/stop.ts";
import { template } from "./commands/template.ts";
import { types } from "./commands/types.ts";
import { loadEnvFile } from "./environment.ts";
import { diskFull, isDiskFull, messageOf, StackError } from "./errors.ts";

const commands: Record<string, (args: string[]) => Promise<number> | number> = {
  start,
  stop,
  status,
  template,
  types,
  advisors,
  check,
  "check:knowledge": checkKnowledge,
  "import:medications": importMedications,
  "import:interactions": importInteractions,
  "test:pg15": pg15,
};

const [name = "", ...args] = Deno.args;

// A rejection that nobody waits for must not take the supervisor, and with it the stack, down.
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  console.error(event.reason);
});

try {
  loadEnvFile();
  const command = commands[name];
  if (command === undefined) {
    throw new StackError(
      `There is no command "${name}": there are ${Object.keys(commands).join(", ")}, test, bench and bench:realtime.`,
    );
  }
  Deno.exit(await command(args));
} catch (error) {
  const text = messageOf(error);
  if (error instanceof StackError) console.error(`\n${text}`);
  else if (isDiskFull(text)) console.error(`\n${diskFull("the data directory").message}`);
  else console.error(error);
  Deno.exit(1);
}

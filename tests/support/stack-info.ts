import { readFileSync } from "node:fs";
import { z } from "zod";

const schema = z.object({
  ready: z.boolean(),
  pid: z.number(),
  url: z.string(),
  publishableKey: z.string(),
  secretKey: z.string(),
  cronKey: z.string(),
  /** As `postgres`, which is no superuser. */
  dbUrl: z.string(),
  /** As the superuser. */
  adminDbUrl: z.string(),
  jwtSecret: z.string(),
  mailboxUrl: z.string(),
  accounts: z.array(z.object({ email: z.string(), password: z.string() })),
  dataDir: z.string(),
  ports: z.record(z.string(), z.number()),
  pids: z.record(z.string(), z.number()),
});

/** What a stack says about itself in its stack.json. */
export type StackInfo = z.infer<typeof schema>;

/** Reads the text of a stack.json. */
export const parseStack = (text: string): StackInfo => schema.parse(JSON.parse(text));

/** The environment variable that names the stack.json of the stack to test. */
export const STACK_VARIABLE = "HUB_STACK_JSON";

let known: StackInfo | undefined;

/** The stack that the tests run against. */
export function stackInfo(): StackInfo {
  const file = process.env[STACK_VARIABLE];
  if (file === undefined) throw new Error(`${STACK_VARIABLE} names no stack: run these tests through npm test.`);
  known ??= parseStack(readFileSync(file, "utf8"));
  return known;
}

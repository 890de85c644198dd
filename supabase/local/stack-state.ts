import { z } from "zod";

/** What a stack says about itself in <DATA_DIR>/stack.json, and `status --json` prints. */
const StackState = z.object({
  /** False while it starts: wait for true before the first call. */
  ready: z.boolean(),
  pid: z.number(),
  url: z.string(),
  publishableKey: z.string(),
  secretKey: z.string(),
  cronKey: z.string(),
  /** As the role postgres, which is no superuser. */
  dbUrl: z.string(),
  /** As the superuser supabase_admin. */
  adminDbUrl: z.string(),
  jwtSecret: z.string(),
  mailboxUrl: z.string(),
  accounts: z.array(z.object({ email: z.string(), password: z.string(), is: z.string() })),
  dataDir: z.string(),
  ports: z.record(z.string(), z.number()),
  pids: z.record(z.string(), z.number()),
  startedAt: z.string(),
});
export type StackState = z.infer<typeof StackState>;

/** Reads the text of a stack.json; throws when it is none. */
export const parseState = (text: string): StackState => StackState.parse(JSON.parse(text));

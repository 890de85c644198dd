import { z } from "zod";

/** A hook of `[auth.hook]`: enabled ones name a function of the database, `pg-functions://postgres/<schema>/<function>`. */
export const Hook = z.object({ enabled: z.boolean().default(false), uri: z.string().default("") });

const Name = /^pg-functions:\/\/[^/]+\/([a-z_][a-z0-9_]*)\/([a-z_][a-z0-9_]*)$/;
const Decision = z.object({
  decision: z.enum(["continue", "reject"]),
  message: z.string().default("Further password verification attempts will be rejected."),
  should_logout_user: z.boolean().default(false),
});
export type Decision = z.infer<typeof Decision>;

/** Runs `select <function>($1)` as supabase_auth_admin. */
export type Query = (text: string, values: unknown[]) => PromiseLike<Iterable<unknown>>;

/** The statement that calls a hook; null for one that is not enabled. Throws when it does not name a function of the database. */
export function hookStatement(hook: z.infer<typeof Hook> | undefined): string | null {
  if (hook === undefined || !hook.enabled) return null;
  const [, schema, name] = Name.exec(hook.uri) ?? [];
  if (name === undefined) throw new Error(`Only hooks that are functions of the database run here, not ${hook.uri}`);
  return `select "${schema}"."${name}"($1::text::jsonb) as decision`;
}

/** Tells the hook `password_verification_attempt` of a comparison, in the form of the platform's Auth, and answers what it decides. */
export async function decide(
  query: Query,
  statement: string,
  attempt: { userId: string; valid: boolean; address: string },
): Promise<Decision> {
  const event = {
    metadata: {
      uuid: crypto.randomUUID(),
      time: new Date().toISOString(),
      name: "password-verification",
      ip_address: attempt.address,
    },
    user_id: attempt.userId,
    valid: attempt.valid,
  };
  const [row] = await query(statement, [JSON.stringify(event)]);
  return z.object({ decision: Decision }).parse(row).decision;
}

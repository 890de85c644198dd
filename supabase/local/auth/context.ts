import { z } from "zod";
import type { Mails } from "./mails.ts";
import type { Sql } from "./sql.ts";

/** The settings of [auth] that @supabase/lite does not know or does not heed. */
export const Rules = z.object({
  otpLength: z.number(),
  otpExpirySeconds: z.number(),
  maxFrequencySeconds: z.number(),
  securePasswordChange: z.boolean(),
  requireCurrentPassword: z.boolean(),
});
export type Rules = z.infer<typeof Rules>;

/** What the parts of the local Auth share. */
export type AuthContext = {
  sql: Sql;
  mails: Mails;
  rules: Rules;
  jwtSecret: string;
  /** Asks @supabase/lite itself: a path below `/auth/v1/` with a JSON body. */
  ask: (path: string, body: unknown) => Promise<Response>;
};

/** A refusal in the form of Auth. */
export const refusal = (status: number, error_code: string, msg: string): Response =>
  Response.json({ code: status, error_code, msg }, { status });

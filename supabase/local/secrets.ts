import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const Secrets = z.object({
  publishableKey: z.string(),
  secretKey: z.string(),
  /** The named key the scheduled jobs call functions with. */
  cronKey: z.string(),
  /** HS256, shared by Auth, the data API and the functions. */
  jwtSecret: z.string(),
  passwords: z.object({
    supabase_admin: z.string(),
    postgres: z.string(),
    authenticator: z.string(),
    supabase_auth_admin: z.string(),
  }),
});
export type Secrets = z.infer<typeof Secrets>;

/** The secrets of a data directory; made at the first call, in a file only its owner can read. */
export function loadSecrets(path: string): Secrets {
  if (existsSync(path)) return Secrets.parse(JSON.parse(readFileSync(path, "utf8")));
  const secrets = generateSecrets();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

/** Hexadecimal where a value becomes part of a URL. */
export function generateSecrets(): Secrets {
  const word = (bytes: number) => randomBytes(bytes).toString("hex");
  const key = (kind: string) => `sb_${kind}_${randomBytes(24).toString("base64url").replace(/[-_]/g, "x")}`;
  return {
    publishableKey: key("publishable"),
    secretKey: key("secret"),
    cronKey: key("secret"),
    jwtSecret: word(32),
    passwords: {
      supabase_admin: word(16),
      postgres: word(16),
      authenticator: word(16),
      supabase_auth_admin: word(16),
    },
  };
}

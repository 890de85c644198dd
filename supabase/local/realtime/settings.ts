import { z } from "zod";
import { type Limits, profiles } from "./limits.ts";

/** What the process is told in REALTIME_SETTINGS. */
export const Settings = z.object({
  port: z.number(),
  /** As the superuser: probes write rows that policies then show or hide. */
  dbUrl: z.string(),
  jwtSecret: z.string(),
  profile: z.enum(["local", "cli", "free", "pro", "team"]).default("local"),
  /** Single limits that differ from the profile's. */
  limits: z.record(z.string(), z.number()).default({}),
  /** The platform's "Allow public access" turned off: nobody joins a public channel. */
  privateOnly: z.boolean().default(false),
  /** Keeps two servers on one database apart. */
  slotSuffix: z.string().regex(/^[a-z0-9_]*$/).default(""),
});
export type Settings = z.infer<typeof Settings>;

/** The limits of the profile with single ones replaced. Throws for a name that is no limit. */
export function limitsOf({ profile, limits }: Pick<Settings, "profile" | "limits">): Limits {
  const base = profiles[profile];
  const unknown = Object.keys(limits).find((name) => !(name in base));
  if (unknown !== undefined) {
    throw new Error(`Realtime has no limit ${unknown}: it has ${Object.keys(base).join(", ")}.`);
  }
  return { ...base, ...limits };
}

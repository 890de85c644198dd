import { z } from "zod";
import { parse } from "deno-std/toml/parse.js";
import type { Rules } from "./auth/context.ts";
import { Hook } from "./auth/hooks.ts";
import { kindsAsSubjects, MailTemplates } from "./auth/mails.ts";

/** What the local stack reads from supabase/config.toml; everything else in it is for the Supabase CLI alone. */
const Config = z.object({
  project_id: z.string(),
  api: z.object({
    schemas: z.array(z.string()).min(1),
    extra_search_path: z.array(z.string()).default(["public", "extensions"]),
    max_rows: z.number().int().positive().default(1000),
  }),
  auth: z.looseObject({
    site_url: z.string(),
    additional_redirect_urls: z.array(z.string()).default([]),
    jwt_expiry: z.number().int().positive().default(3600),
    enable_signup: z.boolean().default(true),
    minimum_password_length: z.number().int().default(6),
    password_requirements: z.string().default(""),
    enable_refresh_token_rotation: z.boolean().default(true),
    refresh_token_reuse_interval: z.number().default(10),
    rate_limit: z.looseObject({
      email_sent: z.number().default(2),
      sign_in_sign_ups: z.number().default(30),
      token_refresh: z.number().default(150),
      token_verifications: z.number().default(30),
    }).prefault({}),
    hook: z.looseObject({ password_verification_attempt: Hook.optional() }).prefault({}),
    email: z.looseObject({
      enabled: z.boolean().default(true),
      enable_confirmations: z.boolean().default(false),
      double_confirm_changes: z.boolean().default(true),
      secure_password_change: z.boolean().default(false),
      require_current_password: z.boolean().default(false),
      max_frequency: z.string().regex(/^\d+s$/).default("1s"),
      otp_length: z.number().int().default(6),
      otp_expiry: z.number().int().default(3600),
      template: z.record(z.string(), z.object({ subject: z.string(), content_path: z.string() })).default({}),
    }),
  }),
  functions: z.record(
    z.string(),
    z.looseObject({ enabled: z.boolean().default(true), entrypoint: z.string() }),
  ).default({}),
});
export type ProjectConfig = z.infer<typeof Config>;

/** Reads config.toml. Throws when a value the stack needs is missing or of another type. */
export function parseConfig(text: string): ProjectConfig {
  return Config.parse(parse(text));
}

/** The `auth` part as @supabase/lite takes it. `siteUrl` replaces the address that PORT may have moved. */
export function authOptions(config: ProjectConfig, siteUrl: string, jwtSecret: string) {
  const { auth } = config;
  return {
    enabled: true,
    jwt_secret: jwtSecret,
    site_url: siteUrl,
    additional_redirect_urls: auth.additional_redirect_urls,
    jwt_expiry: auth.jwt_expiry,
    enable_signup: auth.enable_signup,
    minimum_password_length: auth.minimum_password_length,
    password_requirements: auth.password_requirements,
    enable_refresh_token_rotation: auth.enable_refresh_token_rotation,
    refresh_token_reuse_interval: auth.refresh_token_reuse_interval,
    email: {
      enable_signup: auth.email.enabled,
      enable_confirmations: auth.email.enable_confirmations,
      double_confirm_changes: auth.email.double_confirm_changes,
      otp_length: auth.email.otp_length,
      otp_expiry: auth.email.otp_expiry,
      template: kindsAsSubjects,
    },
  };
}
export type AuthOptions = ReturnType<typeof authOptions>;

/** The `auth` part that the local stack sees to itself, beside @supabase/lite. */
export function authRules({ auth: { email } }: ProjectConfig): Rules {
  return {
    otpLength: email.otp_length,
    otpExpirySeconds: email.otp_expiry,
    maxFrequencySeconds: Number.parseInt(email.max_frequency),
    securePasswordChange: email.secure_password_change,
    requireCurrentPassword: email.require_current_password,
  };
}

/** The mails of Auth with the text of their templates, which `read` gets by its path from the project's folder. */
export function mailTemplates({ auth: { email } }: ProjectConfig, read: (path: string) => string): MailTemplates {
  const templates = Object.entries(email.template).map(([kind, { subject, content_path }]) =>
    [kind, { subject, html: read(content_path) }] as const
  );
  return MailTemplates.parse(Object.fromEntries(templates));
}

import { expect, test } from "vitest";
import { parseEnv } from "../../shared/core/env.ts";
import { isSecretKey } from "../../shared/auth/verify-secret-key.ts";
import { API_VERSION } from "../../shared/core/version.ts";
import manifest from "../../package.json" with { type: "json" };
import { testEnv } from "./kit.ts";

const least = { SUPABASE_URL: "http://p.test/", SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_x"}' };

test("the least that is needed gives the rest its defaults", () => {
  expect(parseEnv(least)).toEqual({
    url: "http://p.test",
    publishableKey: "sb_publishable_x",
    secretKeys: {},
    jwks: undefined,
    jwtSecret: undefined,
    dataUrl: "http://p.test/rest/v1",
    clientAddressHeader: "cf-connecting-ip",
    logLevel: "info",
    corsOrigins: "*",
    mail: undefined,
    appUrl: undefined,
  });
});

test("legacy keys stand in for the new ones", () => {
  const env = parseEnv({
    SUPABASE_URL: "http://p.test",
    SUPABASE_ANON_KEY: "anon",
    SUPABASE_SERVICE_ROLE_KEY: "service",
  });
  expect(env).toMatchObject({ publishableKey: "anon", secretKeys: { default: "service" } });
});

test("a blank variable is absent", () => {
  expect(parseEnv({ ...least, DATA_API_URL: "", JWT_SECRET: "", CORS_ORIGINS: "" })).toMatchObject({
    dataUrl: "http://p.test/rest/v1",
    corsOrigins: "*",
  });
});

test.each([
  ["SUPABASE_URL", undefined],
  ["SUPABASE_URL", "p.test"],
  ["SUPABASE_PUBLISHABLE_KEYS", "sb_publishable_x"],
  ["SUPABASE_PUBLISHABLE_KEYS", undefined],
  ["SUPABASE_JWKS", '{"keys":1}'],
  ["JWT_SECRET", "short"],
  ["LOG_LEVEL", "loud"],
  ["MAIL_FROM", "nobody"],
  ["MAILBOX_URL", "mailbox"],
])("%s = %j is refused by name, without its value", (name, value) => {
  const attempt = () => parseEnv({ ...least, [name]: value });
  expect(attempt).toThrow(name);
  if (value !== undefined && name === "JWT_SECRET") expect(attempt).not.toThrow(value + "\n");
});

test("secret keys are told from others, by name where it matters", async () => {
  const env = testEnv();
  expect(await isSecretKey(env, "sb_secret_cron")).toBe(true);
  expect(await isSecretKey(env, "sb_secret_cron", "cron")).toBe(true);
  expect(await isSecretKey(env, "sb_secret_test", "cron")).toBe(false);
  for (const other of [null, "", "sb_secret_tes", "sb_publishable_test"]) {
    expect(await isSecretKey(env, other)).toBe(false);
  }
});

test("the API has the version of the package", () => expect(API_VERSION).toBe(manifest.version));

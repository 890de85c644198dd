import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decide, hookStatement } from "../../../supabase/local/auth/hooks.ts";
import { createLimiter } from "../../../supabase/local/auth/limits.ts";
import { parseConfig } from "../../../supabase/local/config.ts";

const config = parseConfig(readFileSync(new URL("../../../supabase/config.toml", import.meta.url), "utf8"));

describe("limits of the local Auth", () => {
  const settings = { token_refresh: 300, token_verifications: 30, sign_in_sign_ups: 30, email_sent: 5 };
  function start(unlimited: string[] = []) {
    let now = 0;
    const limiter = createLimiter({ ...settings, unlimited }, () => now);
    const allowed = (count: number, path: string, address = "192.0.2.1", method = "POST") =>
      Array.from({ length: count }, () => limiter.take(method, `/auth/v1/${path}`, address)).filter((one) =>
        one === null
      )
        .length;
    return { limiter, allowed, pass: (seconds: number) => now += seconds * 1000 };
  }

  it("let through 30 at once and what the setting refills", () => {
    const { allowed, pass } = start();
    expect(allowed(100, "verify")).toBe(30);
    pass(100);
    expect(allowed(100, "verify")).toBe(10);
    pass(3600);
    expect(allowed(100, "verify")).toBe(30);
  });

  it("are those of one address and one endpoint", () => {
    const { allowed } = start();
    expect(allowed(40, "token")).toBe(30);
    expect(allowed(40, "token", "192.0.2.2")).toBe(30);
    expect(allowed(40, "recover")).toBe(30);
    expect(allowed(40, "user", "192.0.2.1", "PUT")).toBe(30);
    expect(allowed(40, "user", "192.0.2.1", "GET")).toBe(40);
    expect(allowed(40, "settings")).toBe(40);
  });

  it("stop mail of the whole project when it has sent its share of the hour", async () => {
    const { limiter, allowed, pass } = start();
    for (let mail = 0; mail < 5; mail++) limiter.mailed();
    const refused = limiter.take("POST", "/auth/v1/recover", "192.0.2.9");
    expect(await refused?.json()).toMatchObject({ code: 429, error_code: "over_email_send_rate_limit" });
    expect(allowed(1, "token")).toBe(1);
    pass(3600);
    expect(allowed(1, "recover")).toBe(1);
  });

  it("are not passed by another spelling of a path", () => {
    const { limiter } = start(["127.0.0.1"]);
    expect(limiter.take("POST", "/auth/v1/%74oken", "192.0.2.1")?.status).toBe(404);
    expect(limiter.take("POST", "/auth/v1/%74oken", "127.0.0.1")?.status).toBe(404);
  });

  it("leave out the addresses of tests", () => {
    expect(start(["127.0.0.1"]).allowed(100, "verify", "127.0.0.1")).toBe(100);
  });
});

describe("hooks of the local Auth", () => {
  it("are those of config.toml", () => {
    expect(hookStatement(config.auth.hook.password_verification_attempt)).toBe(
      'select "private"."password_attempt"($1::text::jsonb) as decision',
    );
    expect(hookStatement(undefined)).toBeNull();
    expect(hookStatement({ enabled: false, uri: "" })).toBeNull();
    expect(() => hookStatement({ enabled: true, uri: "https://example.org/hook" })).toThrow("https://example.org/hook");
    expect(() => hookStatement({ enabled: true, uri: "pg-functions://postgres/private/x();--" })).toThrow();
  });

  it("are asked in the form of the platform", async () => {
    const events: unknown[] = [];
    const query = (_: string, [event]: unknown[]) => {
      events.push(JSON.parse(String(event)));
      return Promise.resolve([{ decision: { decision: "reject" } }]);
    };
    const decision = await decide(query, "select 1", { userId: "1", valid: false, address: "192.0.2.1" });
    expect(decision).toMatchObject({ decision: "reject", should_logout_user: false });
    expect(events).toMatchObject([{ user_id: "1", valid: false, metadata: { ip_address: "192.0.2.1" } }]);
  });
});

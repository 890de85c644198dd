import { describe, expect, test, vi } from "vitest";
import { mailerOf } from "../../functions/jobs/mail/choose.ts";
import { app } from "../../functions/jobs/routes.ts";
import { writeMail } from "../../functions/jobs/mail/templates.ts";
import { parseEnv } from "../../shared/core/env.ts";
import { SECRET, testEnv, URL_OF_PROJECT } from "./kit.ts";

const EVENT = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";
const mail = { to: "ada@example.org", subject: "News", text: "Text", html: "<p>Text</p>" };
const byResend = testEnv({ RESEND_API_KEY: "re_key", MAIL_FROM: "Hub <hub@example.org>" });

/** Replaces `fetch`; what it was called with is the result. */
function provider(answer: () => Response | Promise<Response>) {
  const calls: { address: string; headers: Headers; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (address: string, init: RequestInit) => {
    calls.push({ address, headers: new Headers(init.headers), body: JSON.parse(String(init.body)) });
    return await answer();
  });
  return calls;
}

describe("the environment", () => {
  test("names the provider, else the mailbox, else nobody", () => {
    expect(byResend.mail).toEqual({ by: "resend", apiKey: "re_key", from: "Hub <hub@example.org>" });
    expect(testEnv({ MAILBOX_URL: "http://m.test/" }).mail).toMatchObject({ by: "mailbox", url: "http://m.test" });
    expect(mailerOf(testEnv())).toBeUndefined();
  });

  test("a provider needs a sender, and the refusal does not tell the key", () => {
    const attempt = () => testEnv({ RESEND_API_KEY: "re_secret" });
    expect(attempt).toThrow("MAIL_FROM");
    expect(attempt).not.toThrow("re_secret");
    expect(() => parseEnv({ MAIL_FROM: "x\ny <a@b>" })).toThrow("MAIL_FROM");
  });
});

describe("Resend", () => {
  test("gets the mail with the event id as its key and in a header of the mail", async () => {
    const calls = provider(() => Response.json({ id: "1" }));
    expect(await mailerOf(byResend)?.(mail, EVENT)).toEqual({ sent: true });
    expect(calls[0]?.address).toBe("https://api.resend.com/emails");
    expect(Object.fromEntries(calls[0]?.headers ?? [])).toMatchObject({
      authorization: "Bearer re_key",
      "idempotency-key": EVENT,
      "content-type": "application/json",
    });
    expect(calls[0]?.body).toEqual({
      ...mail,
      from: "Hub <hub@example.org>",
      to: ["ada@example.org"],
      headers: { "X-Entity-Ref-ID": EVENT },
    });
  });

  test.each([
    [422, "validation_error", {}, { sent: false, error: "http_422", permanent: true }],
    [400, "invalid_idempotency_key", {}, { sent: false, error: "http_400", permanent: true }],
    [401, "missing_api_key", {}, { sent: false, error: "http_401", permanent: false }],
    [403, "validation_error", {}, { sent: false, error: "http_403", permanent: false }],
    [409, "concurrent_idempotent_requests", {}, { sent: false, error: "http_409", permanent: false }],
    [409, "invalid_idempotent_request", {}, { sent: true }],
    [429, "rate_limit_exceeded", { "retry-after": "7" }, {
      sent: false,
      error: "http_429",
      permanent: false,
      retryAfter: 7,
    }],
    [500, "application_error", {}, { sent: false, error: "http_500", permanent: false }],
  ])("%d %s", async (status, name, headers: Record<string, string>, outcome) => {
    provider(() => Response.json({ name, message: "about ada@example.org" }, { status, headers }));
    expect(await mailerOf(byResend)?.(mail, EVENT)).toEqual(outcome);
  });

  test("that cannot be reached, or does not answer in time, is an outcome", async () => {
    provider(() => Promise.reject(new TypeError("fetch failed")));
    expect(await mailerOf(byResend)?.(mail, EVENT)).toMatchObject({ error: "unreachable", permanent: false });
    provider(() => Promise.reject(new DOMException("too long", "TimeoutError")));
    expect(await mailerOf(byResend)?.(mail, EVENT)).toMatchObject({ error: "timeout", permanent: false });
    provider(() => new Response("<html>", { status: 502 }));
    expect(await mailerOf(byResend)?.(mail, EVENT)).toMatchObject({ error: "http_502", permanent: false });
  });
});

describe("templates", () => {
  const told = { to: "ada@example.org", subject: "News", title: "Ada <b>", body: "A & B", link: "/appointments/1" };

  test("say what the notification says, with a link to the app, and escape it", () => {
    const written = writeMail("notification", told, "https://app.example");
    expect(written).toMatchObject({ to: "ada@example.org", subject: "News" });
    expect(written?.text).toContain("Ada <b>\n\nA & B\n\nhttps://app.example/appointments/1\n");
    expect(written?.html).toContain("<p>Ada &lt;b&gt;</p>\n<p>A &amp; B</p>");
    expect(written?.html).toContain('<a href="https://app.example/appointments/1">');
    expect(writeMail("notification", told, undefined)?.text).not.toContain("/appointments");
  });

  test("have subjects that name nobody", () => {
    const invited = writeMail("invitation", {
      to: "ada@example.org",
      organization: "Clinic",
      expires_at: "2026-03-01T09:30:00Z",
    }, undefined);
    expect(invited?.subject).toBe("An invitation is waiting for you");
    expect(invited?.text).toContain("Clinic");
    expect(invited?.text).toContain("2026-03-01");
  });

  test.each([["notification", {}], ["invitation", null], ["no_such_template", told]])(
    "%s of %j is none",
    (template, facts) => {
      expect(writeMail(template, facts, undefined)).toBeUndefined();
    },
  );
});

test("without a provider the mail stays where it is", async () => {
  Object.assign(process.env, {
    SUPABASE_URL: URL_OF_PROJECT,
    SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_test"}',
    SUPABASE_SECRET_KEYS: '{"default":"sb_secret_test","cron":"sb_secret_cron"}',
    JWT_SECRET: SECRET,
    LOG_LEVEL: "silent",
  });
  const calls = provider(() => Response.json([]));
  const answer = await app.request("/jobs/mail", { method: "POST", headers: { apikey: "sb_secret_cron" } });
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: "unavailable" }]);
  const refused = await app.request("/jobs/mail", { method: "POST", headers: { apikey: "sb_secret_test" } });
  expect(refused.status).toBe(401);
  expect(calls).toEqual([]);
});

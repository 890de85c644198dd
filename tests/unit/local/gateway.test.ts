import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import type { Header } from "../../../supabase/local/http1/head.ts";
import { namedAddress, passesBack, passesOn } from "../../../supabase/local/gateway/headers.ts";
import {
  createKeyTokens,
  needsNoKey,
  translateKey,
  translateRealtimeKey,
} from "../../../supabase/local/gateway/keys.ts";
import { route } from "../../../supabase/local/gateway/routes.ts";

const publishable = "sb_publishable_one";
const secret = "sb_secret_one";
const person = "Bearer header.payload.signature";
const tokens = await createKeyTokens(
  { publishable: [publishable], secret: [secret, "sb_secret_cron"] },
  "s".repeat(32),
);

function roleFor(apikey: string | null, authorization: string | null = null, userAgent: string | null = null): unknown {
  const result = translateKey(tokens, apikey, authorization, userAgent);
  return "refused" in result ? result : decodeJwt(result.authorization.slice("Bearer ".length)).role;
}

describe("API keys", () => {
  it("stand for the role of their kind", () => {
    expect(roleFor(publishable)).toBe("anon");
    expect(roleFor(secret)).toBe("service_role");
    expect(roleFor("sb_secret_cron")).toBe("service_role");
  });

  it("are repeated as bearer tokens by supabase-js, which signs nobody in", () => {
    expect(roleFor(publishable, `Bearer ${publishable}`)).toBe("anon");
    expect(roleFor(secret, `bearer ${secret}`)).toBe("service_role");
    expect(roleFor(publishable, `Bearer ${secret}`)).toBe("anon");
  });

  it("give way to the token of a person", () => {
    expect(translateKey(tokens, publishable, person, null)).toEqual({ authorization: person, secret: false });
    expect(translateKey(tokens, secret, person, null)).toEqual({ authorization: person, secret: true });
  });

  it("are refused when missing or unknown, also beside the token of a person", () => {
    expect(roleFor(null)).toEqual({ refused: "No API key found in request" });
    expect(roleFor("", person)).toEqual({ refused: "No API key found in request" });
    expect(roleFor("sb_secret_two", person)).toEqual({ refused: "Invalid API key" });
  });

  it("are refused from browsers when secret", () => {
    const browser = "Mozilla/5.0 (X11; Linux x86_64)";
    expect(roleFor(secret, null, browser)).toEqual({ refused: "Forbidden use of secret API key in browser" });
    expect(roleFor(publishable, null, browser)).toBe("anon");
  });

  it("may be a signed token for Realtime, which verifies it", () => {
    const authorization = (apikey: string | null, bearer: string | null) =>
      translateRealtimeKey(tokens, apikey, bearer, null);
    expect(authorization("a.b.c", null)).toMatchObject({ authorization: "Bearer a.b.c" });
    expect(authorization("a.b.c", person)).toMatchObject({ authorization: person });
    expect(authorization("a.b.c", `Bearer ${publishable}`)).toMatchObject({ authorization: "Bearer a.b.c" });
    expect(authorization(publishable, person)).toMatchObject({ authorization: person });
    expect(authorization("sb_publishable_two", null)).toEqual({ refused: "Invalid API key" });
    expect(authorization(null, person)).toEqual({ refused: "No API key found in request" });
  });

  it("are not asked for where a mail's link leads", () => {
    expect(["/auth/v1/verify", "/auth/v1/.well-known/jwks.json"].every(needsNoKey)).toBe(true);
    expect(["/auth/v1/token", "/auth/v1/verify/x", "/rest/v1/verify"].some(needsNoKey)).toBe(false);
  });
});

describe("headers", () => {
  it.each([
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "cf-connecting-ip",
    "x-real-ip",
    "forwarded",
    "true-client-ip",
    "sb-forwarded-for",
  ])(
    "lets no client set %s",
    (name) => expect(passesOn(name)).toBe(false),
  );

  it.each(["connection", "transfer-encoding", "upgrade", "host", "content-length", "expect"])(
    "keeps %s to one connection",
    (name) => {
      expect(passesOn(name)).toBe(false);
    },
  );

  it("believes a named address with a secret key alone, and only when it is one", () => {
    const named = (value: string): Header[] => [["sb-forwarded-for", value]];
    expect(namedAddress(named("192.0.2.7, 10.0.0.1"), true)).toBe("192.0.2.7");
    expect(namedAddress(named("2001:db8::1"), true)).toBe("2001:db8::1");
    expect(namedAddress(named("192.0.2.7"), false)).toBeNull();
    expect(namedAddress(named("unknown"), true)).toBeNull();
    expect(namedAddress([], true)).toBeNull();
  });

  it("passes on what the parts understand", () => {
    expect(
      ["authorization", "apikey", "idempotency-key", "if-match", "prefer", "x-request-id", "content-encoding"].every(
        passesOn,
      ),
    ).toBe(true);
    expect(["etag", "server-timing", "content-encoding", "content-range", "set-cookie"].every(passesBack)).toBe(true);
  });
});

describe("routes", () => {
  it.each([
    ["/functions/v1/patients?limit=2", { to: "functions", target: "/patients?limit=2" }],
    ["/api/v1/patients/1", { to: "functions", target: "/patients/1" }],
    ["/health", { to: "functions", target: "/health" }],
    ["/health/detailed?x=1", { to: "functions", target: "/health/detailed?x=1" }],
    ["/rest/v1/patients?id=eq.1", { to: "rest", target: "/patients?id=eq.1", path: "/rest/v1/patients", apikey: null }],
    ["/rest/v1/", { to: "rest", target: "/", path: "/rest/v1/", apikey: null }],
    ["/auth/v1/user", { to: "auth", target: "/auth/v1/user", path: "/auth/v1/user", apikey: null }],
    ["/realtime/v1/websocket?vsn=2.0.0&apikey=k", {
      to: "realtime",
      target: "/socket/websocket?vsn=2.0.0",
      path: "/realtime/v1/websocket",
      apikey: "k",
    }],
    ["/realtime/v1/api/broadcast", {
      to: "realtime",
      target: "/api/broadcast",
      path: "/realtime/v1/api/broadcast",
      apikey: null,
    }],
    ["/realtime/v1/elsewhere", { to: "nowhere" }],
    ["/mailbox/messages?to=a", { to: "mailbox" }],
    ["/docs", { to: "page", name: "/docs" }],
    ["/", { to: "page", name: "/" }],
    ["/healthy", { to: "nowhere" }],
    ["/functions/v1", { to: "nowhere" }],
    ["/../secrets.json", { to: "nowhere" }],
  ])("%s", (target, destination) => expect(route(target)).toEqual(destination));

  it("takes a key out of the query, where the data API would look for a column", () => {
    expect(route("/rest/v1/t?select=id&apikey=sb_publishable_one&limit=1")).toMatchObject({
      target: "/t?select=id&limit=1",
      apikey: "sb_publishable_one",
    });
    expect(route("/rest/v1/t?apikey=k")).toMatchObject({ target: "/t", apikey: "k" });
  });
});

import { describe, expect, test, vi } from "vitest";
import { problems } from "../../functions/problems.ts";
import { createApp } from "../../shared/http/app.ts";
import { BODY_LIMIT } from "../../shared/http/body.ts";
import { fakeDataApi, signedIn, testEnv, token } from "./kit.ts";
import { sampleApp } from "./sample-app.ts";

const app = sampleApp(testEnv());
const id = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";
const json = { "content-type": "application/json" };
const person = { given_name: "Ada", birth_date: "1984-11-23" };

const echo = (body: BodyInit, headers: Record<string, string> = json) =>
  app.request("/things/echo", { method: "POST", headers, body });

describe("around every request", () => {
  test("an own request id comes back, another is replaced", async () => {
    const own = await app.request("/things", { headers: { "x-request-id": "abc-1_2=" } });
    expect(own.headers.get("x-request-id")).toBe("abc-1_2=");
    for (const bad of ["with space", "a".repeat(256), "ü"]) {
      const answer = await app.request("/things", { headers: { "x-request-id": encodeURI(bad).slice(0, 300) } });
      expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test("security, CORS and timing headers are on answers and on errors", async () => {
    for (const path of ["/things", "/things/nowhere", `/things/list/${id}`, "/elsewhere"]) {
      const { headers } = await app.request(path);
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("access-control-expose-headers")).toContain("Idempotency-Replayed");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("server-timing")).toMatch(/^auth;dur=[\d.]+, db;dur=[\d.]+, total;dur=[\d.]+$/);
    }
  });

  test("only listed origins may read when there is a list", async () => {
    const listed = sampleApp(testEnv({ CORS_ORIGINS: "https://app.example, https://desk.example" }));
    const mine = await listed.request("/things", { headers: { origin: "https://desk.example" } });
    expect(mine.headers.get("access-control-allow-origin")).toBe("https://desk.example");
    expect(mine.headers.get("vary")).toBe("Origin");
    const other = await listed.request("/things", { headers: { origin: "https://evil.example" } });
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("a preflight is answered without a token", async () => {
    const answer = await app.request(`/things/list/${id}`, {
      method: "OPTIONS",
      headers: { origin: "https://a.example", "access-control-request-method": "PATCH" },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-methods")).toContain("PATCH");
    expect(answer.headers.get("access-control-allow-headers")).toContain("if-match");
  });

  test("a route that is not listed as public needs a token", async () => {
    const forgetful = createApp("x", { problems, env: testEnv() }).get("/", (c) => c.text("open"));
    expect((await forgetful.request("/x")).status).toBe(401);
  });

  test("no way of writing a route opens it by accident", async () => {
    const made = createApp("x", { problems, env: testEnv(), public: ["GET /:id", "GET /open"] })
      .get("/me", (c) => c.text("mine"))
      .get("/open", (c) => c.text("open"))
      .get("/:id", (c) => c.text("anybody's"))
      .all("/any", (c) => c.text("any"));
    made.use("/used", (c) => Promise.resolve(c.text("used")));
    for (const path of ["me", "any", "used"]) expect((await made.request(`/x/${path}`)).status).toBe(401);
    for (const path of ["open", "7"]) expect((await made.request(`/x/${path}`)).status).toBe(200);
  });

  test("without its environment a function answers 500 and the log names the variable", async () => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    vi.stubEnv("SUPABASE_URL", "nonsense");
    vi.stubEnv("SUPABASE_PUBLISHABLE_KEYS", "");
    const answer = await createApp("x", { problems }).get("/", (c) => c.text("")).request("/x");
    expect(answer.status).toBe(500);
    expect(lines.mock.calls.flat().join()).toContain("SUPABASE_URL");
    vi.unstubAllEnvs();
  });
});

describe("errors", () => {
  test("an unknown path is 404, a known one with another method 405 with Allow", async () => {
    const unknown = await app.request("/things/nowhere/at/all");
    expect(unknown.status).toBe(404);
    expect(unknown.headers.get("content-type")).toBe("application/problem+json");
    const other = await app.request(`/things/list/${id}`, { method: "DELETE" });
    expect(other.status).toBe(405);
    expect(other.headers.get("allow")).toBe("HEAD, GET, PATCH");
  });

  test("an unexpected exception says nothing about itself", async () => {
    fakeDataApi(() => Response.json([]));
    const answer = await app.request("/things/boom", { headers: await signedIn() });
    const body = await answer.text();
    expect(answer.status).toBe(500);
    expect(body).toContain('"code":"internal_error"');
    expect(body).not.toContain("secret value");
  });

  test("the problem has the members of RFC 9457 and our own", async () => {
    const answer = await app.request(`/things/list/${id}?secret=1`, { headers: { "x-request-id": "r-1" } });
    expect(await answer.json()).toMatchObject({
      type: "urn:health-hub:problem:unauthenticated",
      title: expect.any(String),
      status: 401,
      instance: `/things/list/${id}`,
      code: "unauthenticated",
      request_id: "r-1",
    });
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  });
});

describe("bodies", () => {
  test("a good one passes", async () => {
    const answer = await echo(JSON.stringify(person));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ ...person, contacts: [] });
  });

  test.each([
    ["malformed JSON", "{", json, 400, "malformed_json"],
    [
      "another content type",
      "a=b",
      { "content-type": "application/x-www-form-urlencoded" },
      415,
      "unsupported_media_type",
    ],
    ["too large without a length", " ".repeat(BODY_LIMIT + 1), json, 413, "payload_too_large"],
    ["too large by its length", "{}", { ...json, "content-length": String(BODY_LIMIT + 1) }, 413, "payload_too_large"],
  ])("%s is refused", async (_name, body, headers, status, code) => {
    const answer = await echo(body, headers);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ code });
  });

  test("nesting is refused before it is walked to the end", async () => {
    const answer = await echo("[".repeat(100_000) + "]".repeat(100_000));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ errors: [{ message: expect.stringContaining("deeper") }] });
  });

  test.each([
    [String.raw`{"given_name": "a\ud800"}`, "/given_name"],
    [String.raw`{"contacts": [{"name": "\udc00a"}]}`, "/contacts/0/name"],
    [String.raw`{"contacts": [{"\ud800": 1}]}`, "/contacts/0"],
  ])("half of a character is refused where it is, and not sent to the database: %s", async (text, pointer) => {
    const answer = await echo(text);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: "invalid_input", errors: [{ pointer }] });
  });

  test("a character of two halves is taken", async () => {
    expect((await echo(JSON.stringify({ ...person, given_name: "\u{1F600}" }))).status).toBe(200);
  });

  test("U+0000 is refused where it is, in body, query and path", async () => {
    const body = await echo(JSON.stringify({ ...person, contacts: [{ name: "a\u0000b" }] }));
    expect(await body.json()).toMatchObject({ code: "invalid_input", errors: [{ pointer: "/contacts/0/name" }] });
    fakeDataApi(() => Response.json([]));
    const query = await app.request("/things/list?name=a%00b", { headers: await signedIn() });
    expect(await query.json()).toMatchObject({ errors: [{ pointer: "#/query/name" }] });
    const path = await app.request("/things/list/%00", { headers: await signedIn() });
    expect(await path.json()).toMatchObject({ errors: [{ pointer: "#/path" }] });
  });
});

describe("the log", () => {
  test("one line per request, refused or served: pattern and ids, nothing personal", async () => {
    const lines = vi.spyOn(console, "log").mockImplementation(() => {});
    const loud = sampleApp(testEnv({ LOG_LEVEL: "info" }));
    fakeDataApi(() => Response.json([{ id, version: 1, family_name: "Lovelace" }]));
    await loud.request(`/things/list/${id}?note=Byron`, { headers: await signedIn({ "x-request-id": "r-2" }) });
    expect(lines).toHaveBeenCalledTimes(1);
    const line: unknown = JSON.parse(String(lines.mock.calls[0]?.[0]));
    expect(line).toMatchObject({
      event: "request",
      function: "things",
      request_id: "r-2",
      method: "GET",
      route: "/things/list/:id",
      status: 422,
    });
    await loud.request(`/things/list/${id}`, { headers: await signedIn() });
    const text = lines.mock.calls.flat().join("\n");
    for (const secret of [id, "Byron", "Lovelace", await token()]) expect(text).not.toContain(secret);
    expect(text).toContain('"data_calls":1');
  });

  test("a failure tells where, not what", async () => {
    const lines = vi.spyOn(console, "error").mockImplementation(() => {});
    fakeDataApi(() => Response.json([]));
    await sampleApp(testEnv({ LOG_LEVEL: "info" })).request("/things/boom", { headers: await signedIn() });
    const text = String(lines.mock.calls[0]?.[0]);
    expect(text).toContain("sample-app");
    expect(text).not.toContain("secret value");
  });
});

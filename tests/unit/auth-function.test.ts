import { beforeEach, describe, expect, test, vi } from "vitest";
import { app } from "../../functions/auth/routes.ts";
import { fakeDataApi, SECRET, signedIn, URL_OF_PROJECT, USER } from "./kit.ts";

const EMAIL = "ada@tests.example";
const PASSWORD = "lanterns-7-of-the-tests";
const person = { email: EMAIL, password: PASSWORD, given_name: "Ada", family_name: "Adler" };
const session = {
  access_token: "an-access-token",
  refresh_token: "a-refresh-token",
  token_type: "bearer",
  expires_in: 3600,
  expires_at: 1800000000,
  user: { id: USER, email: EMAIL, user_metadata: { given_name: "Ada" } },
};

beforeEach(() => {
  vi.stubEnv("SUPABASE_URL", URL_OF_PROJECT);
  vi.stubEnv("SUPABASE_PUBLISHABLE_KEYS", '{"default":"sb_publishable_test"}');
  vi.stubEnv("SUPABASE_SECRET_KEYS", '{"default":"sb_secret_test"}');
  vi.stubEnv("JWT_SECRET", SECRET);
  vi.spyOn(console, "log").mockReturnValue();
  vi.spyOn(console, "error").mockReturnValue();
});

const refusal = (status: number, error_code: string) =>
  Response.json({ code: status, error_code, msg: "" }, { status });

/** Auth that answers by path and method, behind limits that allow everything unless told otherwise. */
function fakeAuth(answers: Record<string, () => Response | Promise<Response>>, allowed = true) {
  return fakeDataApi(({ url, method }) => {
    const path = url.pathname.replace("/auth/v1/", "");
    if (path.endsWith("/take_attempt")) {
      return Response.json([{
        allowed,
        retry_after_seconds: allowed ? 0 : 840,
        remaining: 0,
        capacity: 10,
        known_device: false,
      }]);
    }
    if (path.endsWith("/clear_attempts")) return new Response(null, { status: 204 });
    if (path.endsWith("/set_mail_language") || path.endsWith("/complete_registration")) return Response.json(null);
    if (path.endsWith("/profiles")) return Response.json([{ email: EMAIL }]);
    if (path === "logout") return new Response(null, { status: 204 });
    const answer = answers[`${method} ${path}`];
    if (answer === undefined) throw new Error(`Nobody expected ${method} ${path}`);
    return answer();
  });
}

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) =>
  await app.request(`/auth${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": "spoofed, 192.0.2.7", ...headers },
    body: JSON.stringify(body),
  });

describe("sign-in", () => {
  const logIn = () => post("/login", { email: "Ada@Tests.example", password: PASSWORD });

  test("counts the attempt with the secret key, tells Auth whose call it is and forgets the attempts", async () => {
    const { calls } = fakeAuth({ "POST token": () => Response.json(session) });
    const response = await logIn();
    const { user_metadata: _, ...user } = session.user;
    const answered = await response.json();
    expect(answered).toEqual({ ...session, user, device_token: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await vi.waitFor(() => expect(calls).toHaveLength(3));
    const [counted, asked, cleared] = calls;
    const subject = { p_action: "sign_in", p_address: "192.0.2.7", p_account: EMAIL };
    expect(counted).toMatchObject({ body: subject });
    expect(counted?.headers.get("apikey")).toBe("sb_secret_test");
    expect(asked).toMatchObject({ body: { email: EMAIL, password: PASSWORD } });
    // Auth believes a named address with a secret key alone.
    expect(asked?.headers.get("apikey")).toBe("sb_secret_test");
    expect(asked?.headers.get("sb-forwarded-for")).toBe("192.0.2.7");
    expect(cleared).toMatchObject({ body: { ...subject, p_device: answered.device_token } });
  });

  test("does not ask Auth once the attempts are used up", async () => {
    const { calls } = fakeAuth({}, false);
    const response = await logIn();
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("840");
    expect(calls).toHaveLength(1);
  });

  test.each([
    ["a wrong password", refusal(400, "invalid_credentials")],
    ["an address that is not confirmed", refusal(400, "email_not_confirmed")],
    ["somebody who is banned", refusal(403, "user_banned")],
  ])("answers %s the same", async (_, answer) => {
    fakeAuth({ "POST token": () => answer });
    const response = await logIn();
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "invalid_credentials" });
  });

  test.each([
    ["Auth fails", () => new Response("oops", { status: 500 }), 503, "2"],
    ["Auth answers something else", () => Response.json({ hello: "world" }), 503, "2"],
    ["Auth cannot be reached", () => Promise.reject(new TypeError("fetch failed")), 503, "2"],
    ["Auth limits us", () => refusal(429, "over_request_rate_limit"), 429, "30"],
  ])("says when to come back when %s", async (_, answer, status, retryAfter) => {
    fakeAuth({ "POST token": answer });
    const response = await logIn();
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after")).toBe(retryAfter);
  });

  test("is 504 when Auth takes too long", async () => {
    fakeAuth({ "POST token": () => Promise.reject(new DOMException("", "TimeoutError")) });
    expect((await logIn()).status).toBe(504);
  });

  test("logs no address, password or token", async () => {
    fakeAuth({ "POST token": () => Response.json(session) });
    await logIn();
    fakeAuth({ "POST token": () => Promise.reject(new TypeError(`fetch failed for ${EMAIL}`)) });
    await logIn();
    const text = JSON.stringify([vi.mocked(console.log).mock.calls, vi.mocked(console.error).mock.calls]);
    expect(text).toContain("/auth/login");
    for (const secret of [EMAIL, PASSWORD, session.access_token, session.refresh_token, "192.0.2.7"]) {
      expect(text).not.toContain(secret);
    }
  });
});

describe("registration", () => {
  test.each([
    ["Auth has just sent a mail there", 429, "over_email_send_rate_limit"],
    ["the address has an account", 422, "user_already_exists"],
  ])("answers as always when %s", async (_, status, code) => {
    fakeAuth({ "POST signup": () => refusal(status, code) });
    const response = await post("/register", person);
    expect(response.status).toBe(202);
  });

  test.each([
    ["weak_password", 422, "/password"],
    ["email_address_invalid", 422, "/email"],
    ["signup_disabled", 403, undefined],
  ])("passes on %s", async (code, status, pointer) => {
    fakeAuth({ "POST signup": () => refusal(422, code) });
    const response = await post("/register", person);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(
      pointer === undefined ? { code: "forbidden" } : { errors: [{ pointer }] },
    );
  });

  test("asks once more when Auth fails, as it does when two sign-ups meet", async () => {
    const answers = [new Response("{}", { status: 500 }), Response.json({ id: USER })];
    const { calls } = fakeAuth({ "POST signup": () => answers.shift() ?? Response.error() });
    expect((await post("/register", person)).status).toBe(202);
    expect(calls.filter(({ url }) => url.pathname.endsWith("/signup"))).toHaveLength(2);
  });

  test("does not wait for an Auth that takes longer than others, whatever comes of it", async () => {
    let end = (_: Response) => {};
    const answer = new Promise<Response>((resolve) => end = resolve);
    fakeAuth({ "POST signup": () => answer });
    const startedAt = performance.now();
    expect((await post("/register", person)).status).toBe(202);
    expect(performance.now() - startedAt).toBeLessThan(900);
    end(refusal(422, "weak_password"));
    await vi.waitFor(() => expect(vi.mocked(console.error)).toHaveBeenCalledTimes(1));
  });
});

describe("passwords", () => {
  test("says that a new one is too easy and where", async () => {
    fakeAuth({ "POST token": () => Response.json(session), "PUT user": () => refusal(422, "weak_password") });
    const body = { current_password: "the-one-before", new_password: PASSWORD };
    const response = await post("/change-password", body, await signedIn());
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ pointer: "/new_password" }] });
  });

  test("is 401 when the session has ended meanwhile", async () => {
    fakeAuth({ "POST token": () => Response.json(session), "PUT user": () => refusal(403, "session_not_found") });
    const body = { current_password: "the-one-before", new_password: PASSWORD };
    expect((await post("/change-password", body, await signedIn())).status).toBe(401);
  });

  test("a reset to the same password is a reset", async () => {
    fakeAuth({
      "POST verify": () => Response.json(session),
      "PUT user": () => refusal(422, "same_password"),
      "POST token": () => Response.json(session),
    });
    const response = await post("/password-reset/confirm", {
      email: EMAIL,
      code: "1234567890",
      new_password: PASSWORD,
    });
    expect(response.status).toBe(200);
  });

  test.each([
    ["reauthentication_needed", "/code"],
    ["reauthentication_not_valid", "/code"],
    ["current_password_mismatch", "/current_password"],
  ])("says where %s comes from", async (code, pointer) => {
    fakeAuth({ "POST token": () => Response.json(session), "PUT user": () => refusal(400, code) });
    const body = { current_password: "the-one-before", new_password: PASSWORD };
    const response = await post("/change-password", body, await signedIn());
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });
});

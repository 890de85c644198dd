import { decodeJwt, jwtVerify, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { completeSession } from "../../../supabase/local/auth/claims.ts";
import { hideExistingAccount } from "../../../supabase/local/auth/signup.ts";

const secret = "s".repeat(32);
const issuer = "http://127.0.0.1:6000/auth/v1";

describe("tokens of the local Auth", () => {
  it("carry the claims the platform's do, and keep their own", async () => {
    const token = await new SignJWT({ sub: "1", role: "authenticated", session_id: "2" }).setProtectedHeader({
      alg: "HS256",
    })
      .setIssuedAt().setExpirationTime("1h").sign(new TextEncoder().encode(secret));
    const session = {
      access_token: token,
      user: { email: "a@b.c", app_metadata: { provider: "email" } },
      expires_in: 3600,
    };
    const completed = await completeSession(session, issuer, secret);
    expect(completed).toMatchObject({ expires_in: 3600 });
    const access = completed !== null && typeof completed === "object" && "access_token" in completed
      ? String(completed.access_token)
      : "";
    const { payload } = await jwtVerify(access, new TextEncoder().encode(secret), { issuer });
    expect(payload).toMatchObject({
      ...decodeJwt(token),
      email: "a@b.c",
      aal: "aal1",
      is_anonymous: false,
      app_metadata: { provider: "email" },
    });
  });

  it("leave an answer without a session alone", async () => {
    expect(await completeSession({ id: "1" }, issuer, secret)).toEqual({ id: "1" });
  });
});

describe("sign-up with an address that has an account", () => {
  const refusal = { code: 429, error_code: "over_email_send_rate_limit" };

  it("answers as to anyone", () => {
    const answer = hideExistingAccount({ email: "Ann@b.c", password: "x", data: { given_name: "Ann" } }, refusal);
    expect(answer).toMatchObject({
      email: "ann@b.c",
      aud: "authenticated",
      identities: [],
      user_metadata: { given_name: "Ann" },
    });
  });

  it("hides nothing else", () => {
    expect(hideExistingAccount({ email: "a@b.c" }, { error_code: "weak_password" })).toBeNull();
    expect(hideExistingAccount(null, refusal)).toBeNull();
  });
});

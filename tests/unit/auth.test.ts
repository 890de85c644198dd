import { SignJWT, UnsecuredJWT } from "jose";
import { expect, test, vi } from "vitest";
import { createVerifier } from "../../shared/auth/auth.ts";
import { fakeDataApi, keyPair, SECRET, testEnv, token, URL_OF_PROJECT, USER } from "./kit.ts";
import { sampleApp } from "./sample-app.ts";

const path = "/things/list/5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";
const ISSUER = `${URL_OF_PROJECT}/auth/v1`;

const asymmetric = (privateKey: CryptoKey, kid: string) =>
  new SignJWT({ sub: USER, role: "authenticated" }).setProtectedHeader({ alg: "ES256", kid })
    .setIssuer(ISSUER).setAudience("authenticated").setExpirationTime("1h").sign(privateKey);

const tampered = async () => {
  const [header, , signature] = (await token()).split(".");
  const claims = { sub: USER, role: "authenticated", iss: ISSUER, aud: "authenticated", exp: 4e9, admin: true };
  return [header, btoa(JSON.stringify(claims)).replaceAll("=", ""), signature].join(".");
};

const unsigned = () =>
  new UnsecuredJWT({ sub: USER, role: "authenticated" }).setIssuer(ISSUER).setAudience("authenticated")
    .setExpirationTime("1h").encode();

/** An HS256 token signed with the text of a public key, for verifiers that mix up the kinds of keys. */
const confused = async () => (await keyPair("k1")).jwks;

const refused: [string, () => Promise<string> | string][] = [
  ["expired", () => token({ expires: "-1m" })],
  ["unsigned", unsigned],
  ["tampered", tampered],
  ["signed with another key", () => token({ secret: `${SECRET}-other` })],
  ["signed with a public key's text", async () => token({ secret: await confused() })],
  ["for another audience", () => token({ audience: "anon" })],
  ["of another issuer", () => token({ issuer: "https://elsewhere.example/auth/v1" })],
  ["an anon key", () => token({ claims: { sub: undefined, role: "anon" } })],
  ["a service key", () => token({ claims: { sub: undefined, role: "service_role" } })],
  ["a person with the role service_role", () => token({ claims: { role: "service_role" } })],
  ["without a person", () => token({ claims: { sub: "not-a-uuid" } })],
  ["a publishable key", () => "sb_publishable_test"],
  ["a secret key", () => "sb_secret_test"],
  ["no token at all", () => "x"],
  ["far too long", () => "a".repeat(10_000)],
];

test.each(refused)("401 for a token that is %s", async (_name, make) => {
  const { calls } = fakeDataApi(() => Response.json([]));
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ keys: [] })));
  const answer = await sampleApp(testEnv()).request(path, { headers: { authorization: `Bearer ${await make()}` } });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ code: "unauthenticated" });
  expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  expect(calls).toHaveLength(0);
});

test.each(["", "Basic abc", "Bearer", "Bearer a b"])("401 for the header %j", async (authorization) => {
  const answer = await sampleApp(testEnv()).request(path, { headers: { authorization } });
  expect(answer.status).toBe(401);
});

test("a token of the key set passes without the network, and the caller's own token goes to the data API", async () => {
  const { privateKey, jwks } = await keyPair("k1");
  const { calls } = fakeDataApi(() => Response.json([{ id: USER, version: 2 }]));
  const jwt = await asymmetric(privateKey, "k1");
  const answer = await sampleApp(testEnv({ SUPABASE_JWKS: jwks, JWT_SECRET: "" })).request(path, {
    headers: { authorization: `Bearer ${jwt}`, "x-request-id": "r-3" },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("etag")).toBe('W/"2"');
  expect(calls).toHaveLength(1);
  expect(calls[0]?.headers.get("authorization")).toBe(`Bearer ${jwt}`);
  expect(calls[0]?.headers.get("apikey")).toBe("sb_publishable_test");
  expect(calls[0]?.headers.get("x-request-id")).toBe("r-3");
});

test("with a key set alone an HS256 token is refused, whatever it is signed with", async () => {
  const { jwks } = await keyPair("k1");
  const verify = createVerifier(testEnv({ SUPABASE_JWKS: jwks, JWT_SECRET: "" }));
  await expect(verify(await token({ secret: jwks }))).rejects.toMatchObject({ code: "unauthenticated" });
});

test("a key that was rotated in is fetched from the project", async () => {
  const old = await keyPair("old");
  const fresh = await keyPair("fresh");
  const fetched = vi.fn(() => Promise.resolve(Response.json({ keys: [fresh.jwk] })));
  vi.stubGlobal("fetch", fetched);
  const verify = createVerifier(testEnv({ SUPABASE_JWKS: old.jwks }));
  const caller = await verify(await asymmetric(fresh.privateKey, "fresh"));
  expect(caller.id).toBe(USER);
  expect(fetched).toHaveBeenCalledTimes(1);
});

test("503 when the keys cannot be fetched: that says nothing about the token", async () => {
  const { privateKey } = await keyPair("k1");
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
  const verify = createVerifier(testEnv());
  await expect(verify(await asymmetric(privateKey, "k1"))).rejects.toMatchObject({ code: "unavailable" });
});

test("a remembered token still expires", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const verify = createVerifier(testEnv());
  const jwt = await token({ expires: "1m" });
  await verify(jwt);
  vi.setSystemTime(Date.now() + 70_000);
  await expect(verify(jwt)).rejects.toMatchObject({ code: "unauthenticated" });
  vi.useRealTimers();
});

import { describe, expect, test } from "vitest";
import { RawSocket, refusalOf } from "./support/raw.ts";
import { expiring, sign, target } from "./support/target.ts";

describe("A. a connection", () => {
  test.each([["2.0.0"], ["1.0.0"], [null]])("with a key and version %s is accepted", async (vsn) => {
    await (await RawSocket.open({ vsn })).beats();
  });

  test("with the secret key is accepted", async () => {
    await (await RawSocket.open({ key: target().secretKey })).beats();
  });

  test("without a key is refused", async () => {
    expect(await refusalOf({ key: null })).toMatchObject({ status: 401 });
  });

  test("with an unknown key is refused", async () => {
    expect(await refusalOf({ key: "sb_publishable_unknown" })).toMatchObject({ status: 401 });
  });

  test("in a version that does not exist is refused", async () => {
    expect(await refusalOf({ vsn: "3.0.0" })).toMatchObject({
      status: expect.toSatisfy((status: number) => status >= 400),
    });
  });

  test("with a secret key from a browser is refused", async () => {
    const headers = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64)" };
    expect(await refusalOf({ key: target().secretKey, headers })).toMatchObject({ status: 401 });
  });

  test.each([
    ["expired", () => expiring(-10), "Token has expired"],
    ["signed by somebody else", () => sign({}, "x".repeat(40)), "Failed to validate JWT signature"],
    ["without a role", () => sign({ role: undefined }), "Fields `role` and `exp` are required in JWT"],
    ["without an end", () => sign({ exp: undefined }), "Fields `role` and `exp` are required in JWT"],
    ["that is none", () => Promise.resolve("not.a.token"), "The token provided is not a valid JWT"],
  ])("with a token %s is refused", async (_, token, error) => {
    expect(await refusalOf({ key: await token() })).toEqual({ status: 401, body: JSON.stringify({ error }) });
  });

  test("that is no upgrade is told so", async () => {
    const response = await fetch(`${target().url}/realtime/v1/websocket?apikey=${target().publishableKey}&vsn=2.0.0`);
    expect(response.status).toBeGreaterThanOrEqual(400);
    await response.body?.cancel();
  });
});

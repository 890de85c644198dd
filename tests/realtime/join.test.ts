import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPolicies, dropPolicies, topicWith } from "./support/policies.ts";
import { RawSocket } from "./support/raw.ts";
import { expiring, sign, target } from "./support/target.ts";

const room = () => `join-${crypto.randomUUID()}`;
const reason = (text: string | RegExp) => ({
  payload: { status: "error", response: { reason: typeof text === "string" ? text : expect.stringMatching(text) } },
});

beforeAll(createPolicies);
afterAll(dropPolicies);

describe("C. a join", () => {
  test("is answered with an empty list of changes", async () => {
    const socket = await RawSocket.open();
    expect(await socket.join(room())).toMatchObject({
      joinRef: "j1",
      ref: "1",
      payload: { status: "ok", response: { postgres_changes: [] } },
    });
  });

  test("without a name is refused", async () => {
    const socket = await RawSocket.open();
    expect(await socket.join("")).toMatchObject(reason(/^TopicNameRequired: /));
  });

  test("outside of realtime: is refused", async () => {
    const socket = await RawSocket.open();
    const ref = socket.push("elsewhere:1", "phx_join", {}, "1");
    expect(await socket.reply(ref)).toMatchObject(reason("unmatched topic"));
  });

  test.each<[string, () => Promise<string>, string | RegExp]>([
    ["expired", () => expiring(-10), /^InvalidJWTToken: Token has expired 1\d seconds ago$/],
    ["without a role", () => sign({ role: undefined }), "InvalidJWTToken: Fields `role` and `exp` are required in JWT"],
    ["that is none", () => Promise.resolve("nonsense"), "MalformedJWT: The token provided is not a valid JWT"],
    ["of another signer", () => sign({}, "x".repeat(40)), "JwtSignatureError: Failed to validate JWT signature"],
  ])("with a token %s is refused", async (_, token, text) => {
    const socket = await RawSocket.open();
    expect(await socket.join(room(), {}, await token())).toMatchObject(reason(text));
  });

  test("with the key as its token uses that of the connection", async () => {
    const socket = await RawSocket.open();
    expect(await socket.join(room(), {}, target().publishableKey)).toMatchObject({ payload: { status: "ok" } });
  });

  test("of a private topic without the right is refused by name", async () => {
    const socket = await RawSocket.open();
    const name = topicWith("none");
    expect(await socket.join(name, { private: true }, await sign())).toMatchObject(
      reason(`Unauthorized: You do not have permissions to read from this Channel topic: ${name}`),
    );
  });

  test("takes flags as words, and survives what makes no sense", async () => {
    const socket = await RawSocket.open();
    expect((await socket.join(topicWith("none"), { private: "TRUE" }, await sign())).payload.status).toBe("error");
    expect((await socket.join(room(), { broadcast: 5, presence: [], postgres_changes: null })).payload.status).toBe(
      "ok",
    );
    expect((await socket.join(room(), { private: { a: 1 } })).payload.status).toBe("ok");
  });

  test("of a topic already joined closes the former channel first", async () => {
    const socket = await RawSocket.open();
    const name = room();
    await socket.join(name);
    const second = await socket.join(name);
    expect(second).toMatchObject({ joinRef: "j2", payload: { status: "ok" } });
    expect(await socket.event("phx_close")).toMatchObject({ joinRef: "j1", ref: "j1" });
  });

  test("is ended by a leave", async () => {
    const socket = await RawSocket.open();
    const name = room();
    await socket.join(name);
    const ref = socket.push(`realtime:${name}`, "phx_leave", {}, "j1");
    expect(await socket.reply(ref)).toMatchObject({ payload: { status: "ok", response: {} } });
    expect(await socket.event("phx_close")).toMatchObject({ joinRef: "j1", ref: "j1", payload: {} });
    const again = socket.push(`realtime:${name}`, "phx_leave", {}, "j1");
    expect(await socket.reply(again)).toMatchObject({ payload: { status: "ok" } });
    const late = socket.push(`realtime:${name}`, "broadcast", { event: "e" }, "j1");
    expect(await socket.reply(late)).toMatchObject(reason("unmatched topic"));
  });

  test("with a stale reference is still spoken on", async () => {
    const socket = await RawSocket.open();
    const name = room();
    await socket.join(name, { broadcast: { self: true } });
    socket.push(`realtime:${name}`, "broadcast", { type: "broadcast", event: "e", payload: {} }, "stale");
    expect(await socket.event("broadcast")).toMatchObject({ payload: { event: "e" } });
  });
});

import { expect, test, vi } from "vitest";
import { DATA_TIMEOUT } from "../../shared/data/transport.ts";
import { fakeDataApi, signedIn, testEnv } from "./kit.ts";
import { sampleApp } from "./sample-app.ts";

const id = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";
const body = JSON.stringify({ given_name: "Ada", birth_date: "1984-11-23" });

test("a create is one call with the key, and a replay is said to be one", async () => {
  const { calls } = fakeDataApi(() =>
    Response.json({ id, version: 1 }, { headers: { "Idempotency-Replayed": "true" } })
  );
  const headers = await signedIn({ "idempotency-key": "key-1" });
  const answer = await sampleApp(testEnv()).request("/things/list", { method: "POST", headers, body });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("location")).toBe(`/functions/v1/things/${id}`);
  expect(answer.headers.get("etag")).toBe('W/"1"');
  expect(answer.headers.get("idempotency-replayed")).toBe("true");
  expect(calls).toHaveLength(1);
  expect(calls[0]?.headers.get("idempotency-key")).toBe("key-1");
  expect(calls[0]?.body).toEqual({ p_input: { given_name: "Ada", birth_date: "1984-11-23", contacts: [] } });
});

test("without a key none is sent and nothing is said of a replay", async () => {
  const { calls } = fakeDataApi(() => Response.json({ id, version: 1 }));
  const answer = await sampleApp(testEnv()).request("/things/list", {
    method: "POST",
    headers: await signedIn(),
    body,
  });
  expect(answer.headers.get("idempotency-replayed")).toBeNull();
  expect(calls[0]?.headers.has("idempotency-key")).toBe(false);
});

test.each(["", "with blank", "a".repeat(256)])("the Idempotency-Key %j is refused", async (key) => {
  const { calls } = fakeDataApi(() => Response.json({ id, version: 1 }));
  const headers = await signedIn({ "idempotency-key": key });
  const answer = await sampleApp(testEnv()).request("/things/list", { method: "POST", headers, body });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ errors: [{ pointer: "#/header/idempotency-key" }] });
  expect(calls).toHaveLength(0);
});

test("user calls go to DATA_API_URL where there is one", async () => {
  const { calls } = fakeDataApi(() => Response.json([{ id, version: 1 }]));
  const app = sampleApp(testEnv({ DATA_API_URL: "http://127.0.0.1:3000/" }));
  await app.request(`/things/list/${id}`, { headers: await signedIn() });
  expect(calls[0]?.url.href).toMatch(/^http:\/\/127\.0\.0\.1:3000\/profiles\?/);
});

test("nothing there is 404", async () => {
  fakeDataApi(() => Response.json([]));
  expect((await sampleApp(testEnv()).request(`/things/list/${id}`, { headers: await signedIn() })).status).toBe(404);
});

test("no connection is 503 with Retry-After, after one try", async () => {
  const { calls } = fakeDataApi(() => Promise.reject(new TypeError("connection refused")));
  const answer = await sampleApp(testEnv()).request(`/things/list/${id}`, { headers: await signedIn() });
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("2");
  expect(calls).toHaveLength(1);
});

test("PostgREST without its database is 503, an error page of a proxy too", async () => {
  for (
    const answer of [
      Response.json({ code: "PGRST000", message: "x" }, { status: 503 }),
      new Response("<html>", { status: 502 }),
    ]
  ) {
    fakeDataApi(() => answer);
    expect((await sampleApp(testEnv()).request(`/things/list/${id}`, { headers: await signedIn() })).status).toBe(503);
  }
});

test("an answer that does not come is 504", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const headers = await signedIn();
  vi.stubGlobal(
    "fetch",
    (_address: string, init: RequestInit) =>
      new Promise((_resolve, reject) => init.signal?.addEventListener("abort", () => reject(new Error("aborted")))),
  );
  const pending = sampleApp(testEnv()).request(`/things/list/${id}`, { headers });
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
  await vi.advanceTimersByTimeAsync(DATA_TIMEOUT);
  expect((await pending).status).toBe(504);
  vi.useRealTimers();
});

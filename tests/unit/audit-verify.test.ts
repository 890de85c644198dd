import { beforeEach, expect, test, vi } from "vitest";
import { app } from "../../functions/admin/routes.ts";
import { DATA_TIMEOUT } from "../../shared/data/transport.ts";
import { SECRET, signedIn, URL_OF_PROJECT } from "./kit.ts";

beforeEach(() => {
  vi.stubEnv("SUPABASE_URL", URL_OF_PROJECT);
  vi.stubEnv("SUPABASE_PUBLISHABLE_KEYS", '{"default":"sb_publishable_test"}');
  vi.stubEnv("SUPABASE_SECRET_KEYS", '{"default":"sb_secret_test"}');
  vi.stubEnv("JWT_SECRET", SECRET);
  vi.spyOn(console, "error").mockReturnValue();
});

test.each([
  ["a check of the log is waited for up to a minute", "POST", "/audit/verify", 60_000],
  ["a search of the log is not", "GET", "/audit", DATA_TIMEOUT],
])("%s", async (_, method, path, limit) => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const headers = await signedIn();
  const aborted = vi.fn();
  vi.stubGlobal(
    "fetch",
    (address: string, init: RequestInit) =>
      address.endsWith("/lease_rate_limit")
        ? Promise.resolve(
          Response.json([{ granted: 10, remaining: 1190, capacity: 1200, retry_after_seconds: 0 }]),
        )
        : new Promise((_resolve, reject) =>
          init.signal?.addEventListener("abort", () => {
            aborted();
            reject(new Error("aborted"));
          })
        ),
  );
  const body = method === "POST" ? "{}" : undefined;
  const pending = Promise.resolve(app.request(`/admin${path}`, { method, headers, body }));
  await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0));
  await vi.advanceTimersByTimeAsync(limit - 1000);
  expect(aborted).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1000);
  expect((await pending).status).toBe(504);
  vi.useRealTimers();
});

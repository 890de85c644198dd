import { expect, test, vi } from "vitest";
import { drain } from "../../functions/jobs/mail/send-outbox.ts";
import type { Outcome } from "../../functions/jobs/mail/mailer.ts";
import { secretClient } from "../../shared/data/secret-client.ts";
import { testEnv } from "./kit.ts";

const facts = { to: "a@example.org", subject: "News", title: "News", body: "News.", link: null };
const due = (count: number, mail: unknown = facts) =>
  Array.from({ length: count }, (_, n) => ({ id: `event-${n}`, template: "notification", attempt: 1, mail }));

/** A database with so many batches of due mail; what was noted of each is the result. */
function outbox(batches: unknown[][]) {
  const noted: Record<string, unknown>[] = [];
  let claims = 0;
  vi.stubGlobal("fetch", (address: string | URL, init: RequestInit) => {
    if (String(address).endsWith("/rpc/claim_mail")) {
      claims += 1;
      return Promise.resolve(Response.json(batches.shift() ?? []));
    }
    const said: Record<string, unknown> = JSON.parse(String(init.body));
    noted.push(said);
    return Promise.resolve(Response.json(said.p_error === undefined ? "sent" : said.p_permanent ? "dead" : "pending"));
  });
  return { noted, claims: () => claims };
}

const run = (mailer: () => Promise<Outcome>) => drain(secretClient(testEnv()), mailer, undefined);

test("goes on until nothing is due, and notes every mail by its attempt", async () => {
  const { noted, claims } = outbox([due(10), due(3)]);
  expect(await run(() => Promise.resolve({ sent: true }))).toEqual({ sent: 13, waiting: 0, dead: 0 });
  expect(claims()).toBe(2);
  expect(noted).toHaveLength(13);
  expect(noted[0]).toEqual({ p_id: expect.stringMatching(/^event-/), p_attempt: 1 });
});

test("stops when nothing of a batch can be handed over", async () => {
  const { noted, claims } = outbox([due(10), due(10)]);
  const refused: Outcome = { sent: false, error: "http_503", permanent: false, retryAfter: 30 };
  expect(await run(() => Promise.resolve(refused))).toEqual({ sent: 0, waiting: 10, dead: 0 });
  expect(claims()).toBe(1);
  expect(noted[0]).toMatchObject({ p_error: "http_503", p_permanent: false, p_retry_after_seconds: 30 });
});

test("gives up a mail that cannot be written, without asking the provider", async () => {
  const { noted } = outbox([due(1, { surprise: true })]);
  const mailer = vi.fn(() => Promise.resolve<Outcome>({ sent: true }));
  expect(await run(mailer)).toEqual({ sent: 0, waiting: 0, dead: 1 });
  expect(mailer).not.toHaveBeenCalled();
  expect(noted[0]).toMatchObject({ p_error: "template", p_permanent: true });
});

test("sends nothing of which it may have lost the lease", async () => {
  const { noted } = outbox([due(2)]);
  const clock = vi.spyOn(performance, "now").mockReturnValue(0);
  clock.mockReturnValueOnce(0).mockReturnValueOnce(0).mockReturnValueOnce(0).mockReturnValue(59_000);
  const mailer = vi.fn(() => Promise.resolve<Outcome>({ sent: true }));
  expect(await run(mailer)).toEqual({ sent: 0, waiting: 2, dead: 0 });
  expect(mailer).not.toHaveBeenCalled();
  expect(noted).toEqual([]);
});

import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rolledBack } from "../../support/database.ts";
import { newPerson } from "../../support/people.ts";
import { pauseMail, sendMail, tell } from "../../support/told.ts";

let resume: () => Promise<void>;

beforeAll(async () => {
  resume = await pauseMail();
  await sendMail();
});

afterAll(() => resume());

const EVENING = "2026-06-01T21:58:00Z";

/** A person with a mail that was queued in the evening, and what becomes of it in a transaction that is undone. */
async function queued(kind: string, work: (client: pg.PoolClient, id: string) => Promise<void>): Promise<void> {
  const { id } = await newPerson();
  await tell(id, { kind });
  await rolledBack(async (client) => {
    await client.query(
      "update public.notification_preferences set quiet_from = '22:00', quiet_until = '07:00' where user_id = $1",
      [id],
    );
    await client.query("update private.outbox set not_before = $2 where recipient_id = $1", [id, EVENING]);
    await work(client, id);
  });
}

/** What a run of the job at an instant makes of the person's mail. */
async function runAt(client: pg.PoolClient, id: string, now: string): Promise<{ status: string; due: string }> {
  await client.query("select private.claim_mail(100, 60, $1)", [now]);
  const { rows } = await client.query<{ status: string; not_before: Date }>(
    "select status::text, not_before from private.outbox where recipient_id = $1",
    [id],
  );
  const [mail] = rows;
  if (mail === undefined) throw new Error("The mail is gone");
  return { status: mail.status, due: mail.not_before.toISOString() };
}

const MORNING = "2026-06-02T07:00:00.000Z";

describe("quiet hours that begin while a mail waits", () => {
  test("keep it back until the morning, when the job comes late", () =>
    queued("appointment_changed", async (client, id) => {
      expect(await runAt(client, id, "2026-06-01T23:30:00Z")).toEqual({ status: "pending", due: MORNING });
      expect(await runAt(client, id, "2026-06-02T06:59:59Z")).toMatchObject({ status: "pending" });
      expect(await runAt(client, id, MORNING)).toMatchObject({ status: "sending" });
    }));

  test("keep back what the provider did not take before", () =>
    queued("appointment_changed", async (client, id) => {
      expect(await runAt(client, id, "2026-06-01T21:59:00Z")).toMatchObject({ status: "sending" });
      await client.query(
        "select private.finish_mail(id, 1, 'http_503', false, 600, '2026-06-01T21:59:01Z') from private.outbox where recipient_id = $1",
        [id],
      );
      expect(await runAt(client, id, "2026-06-01T22:20:00Z")).toEqual({ status: "pending", due: MORNING });
    }));

  test("keep back what is brought back in the night", () =>
    queued("appointment_changed", async (client, id) => {
      await client.query(
        "update private.outbox set status = 'dead', finished_at = now() where recipient_id = $1",
        [id],
      );
      await client.query("select private.revive_mail()");
      await client.query("update private.outbox set not_before = $2 where recipient_id = $1", [id, EVENING]);
      expect(await runAt(client, id, "2026-06-02T02:00:00Z")).toEqual({ status: "pending", due: MORNING });
    }));

  test("drop what would come too late in the morning", () =>
    queued("appointment_reminder", async (client, id) => {
      await client.query("update private.outbox set not_after = '2026-06-02T06:30:00Z' where recipient_id = $1", [id]);
      expect(await runAt(client, id, "2026-06-01T22:00:00Z")).toMatchObject({ status: "dropped" });
    }));

  test("do not keep back what is urgent", () =>
    queued("chart_break_glass", async (client, id) => {
      expect(await runAt(client, id, "2026-06-02T02:00:00Z")).toMatchObject({ status: "sending" });
    }));
});

test("a mail of a kind that was switched off while it waited is dropped", () =>
  queued("appointment_changed", async (client, id) => {
    await client.query(
      `update public.notification_preferences set choices = '{"appointment_changed": {"in_app": true, "mail": false}}' where user_id = $1`,
      [id],
    );
    expect(await runAt(client, id, "2026-06-01T21:59:00Z")).toMatchObject({ status: "dropped" });
  }));

test("a mail whose notification is gone is dropped", () =>
  queued("appointment_changed", async (client, id) => {
    await client.query("delete from public.notifications where recipient_id = $1", [id]);
    expect(await runAt(client, id, "2026-06-01T21:59:00Z")).toMatchObject({ status: "dropped" });
  }));

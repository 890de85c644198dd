import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rolledBack, sql, sqlValue } from "../../support/database.ts";
import { newPerson } from "../../support/people.ts";
import { stackInfo } from "../../support/stack.ts";
import { pauseMail, sendMail, tell } from "../../support/told.ts";

let resume: () => Promise<void>;

beforeAll(async () => {
  resume = await pauseMail();
  await sendMail();
});

afterAll(() => resume());

describe("the lease", () => {
  const claim = "select id from private.claim_mail(3, 60)";

  /** Two connections, each with a transaction under way. */
  async function two(work: (one: pg.Client, other: pg.Client) => Promise<void>): Promise<void> {
    const clients = [0, 1].map(() => new pg.Client({ connectionString: stackInfo().adminDbUrl }));
    const [one, other] = clients;
    if (one === undefined || other === undefined) return;
    try {
      for (const client of clients) await client.connect();
      await work(one, other);
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  }

  test("goes to one of two that claim at the same moment, and neither waits", async () => {
    const { id } = await newPerson();
    for (let n = 0; n < 6; n += 1) await tell(id);
    await two(async (one, other) => {
      await one.query("begin; set local statement_timeout = '2s'");
      await other.query("begin; set local statement_timeout = '2s'");
      const claimed = [...(await one.query(claim)).rows, ...(await other.query(claim)).rows];
      expect(new Set(claimed.map((row) => row.id)).size).toBe(6);
      await one.query("rollback");
      await other.query("rollback");
    });
    await sendMail();
  });

  test("the negative control: without the lock both get the same mails", async () => {
    const { id } = await newPerson();
    for (let n = 0; n < 3; n += 1) await tell(id);
    const definition = String(await sqlValue("select pg_get_functiondef('private.claim_mail'::regproc)"));
    const unlocked = definition.replace("private.claim_mail(", "private.claim_unlocked(").replace(
      "for update skip locked",
      "",
    );
    expect(unlocked).not.toContain("skip locked");
    await sql().query(unlocked);
    try {
      await two(async (one, other) => {
        await one.query("begin");
        const first = await one.query("select id from private.claim_unlocked(3, 60)");
        const second = other.query("select id from private.claim_unlocked(3, 60)");
        await one.query("select pg_sleep(0.2); commit");
        const both = [...first.rows, ...(await second).rows].map((row) => row.id);
        expect(new Set(both).size).toBeLessThan(both.length);
      });
    } finally {
      await sql().query("drop function private.claim_unlocked");
    }
    await sql().query("update private.outbox set locked_until = now() where status = 'sending'");
    await sqlValue("select private.reconcile_outbox()");
    await sendMail();
  });

  test("comes back when its holder does not, and a late failure of that holder changes nothing", async () => {
    const { id } = await newPerson();
    await tell(id);
    await rolledBack(async (client) => {
      const row = async () =>
        (await client.query(
          "select id, status::text, attempts, last_error from private.outbox where recipient_id = $1",
          [id],
        )).rows[0];
      await client.query("select private.claim_mail(100, 60)");
      expect(await row()).toMatchObject({ status: "sending", attempts: 1 });
      await client.query("select private.reconcile_outbox(now() + interval '59 seconds')");
      expect(await row()).toMatchObject({ status: "sending" });
      await client.query("select private.reconcile_outbox(now() + interval '60 seconds')");
      expect(await row()).toMatchObject({ status: "pending", last_error: "lease_expired" });
      await client.query("select private.claim_mail(100, 60, now() + interval '60 seconds')");
      const { id: event } = await row();
      const late = await client.query("select private.finish_mail($1, 1, 'timeout', false, null) as status", [event]);
      expect(late.rows).toEqual([{ status: null }]);
      expect(await row()).toMatchObject({ status: "sending", attempts: 2 });
      await client.query("select private.finish_mail($1, 1, null, false, null)", [event]);
      expect(await row()).toMatchObject({ status: "sent" });
    });
  });

  test("failures wait ever longer, up to six hours, until the mail is given up; it can be brought back", async () => {
    const { id } = await newPerson();
    await tell(id);
    const waits = await rolledBack(async (client) => {
      const seen: number[] = [];
      for (let attempt = 1; attempt <= 15; attempt += 1) {
        await client.query(
          "update private.outbox set not_before = now() where recipient_id = $1 and status = 'pending'",
          [id],
        );
        await client.query("select private.claim_mail(100, 60)");
        const { rows } = await client.query(
          `select private.finish_mail(id, attempts, 'http_503', false, null) as status, id from private.outbox where recipient_id = $1`,
          [id],
        );
        expect(rows[0].status).toBe(attempt < 15 ? "pending" : "dead");
        const after = await client.query(
          "select extract(epoch from not_before - now())::float as wait from private.outbox where recipient_id = $1",
          [id],
        );
        seen.push(after.rows[0].wait);
      }
      const report = await client.query("select (private.outbox_report() ->> 'dead')::int as dead");
      expect(report.rows[0].dead).toBeGreaterThan(0);
      await client.query("select private.revive_mail()");
      const { rows } = await client.query("select status::text, attempts from private.outbox where recipient_id = $1", [
        id,
      ]);
      expect(rows).toEqual([{ status: "pending", attempts: 0 }]);
      return seen;
    });
    waits.forEach((wait, index) => {
      const whole = Math.min(60 * 2 ** index, 6 * 3600);
      expect(wait).toBeGreaterThanOrEqual(whole / 2);
      expect(wait).toBeLessThanOrEqual(whole);
    });
    await sendMail();
  });

  test("a provider that asks to wait is given the time; what it will never take is dead at once", async () => {
    const { id } = await newPerson();
    await tell(id);
    await rolledBack(async (client) => {
      await client.query("select private.claim_mail(100, 60)");
      await client.query("savepoint claimed");
      const finish = (permanent: boolean) =>
        client.query(
          `select private.finish_mail(id, attempts, 'http_429', ${permanent}, 900)::text as status from private.outbox where recipient_id = $1`,
          [id],
        );
      await finish(false);
      const wait =
        "select extract(epoch from not_before - now())::int as wait from private.outbox where recipient_id = $1";
      expect((await client.query(wait, [id])).rows).toEqual([{ wait: 900 }]);
      await client.query("rollback to savepoint claimed");
      expect((await finish(true)).rows).toEqual([{ status: "dead" }]);
    });
    await sendMail();
  });
});

test("what has left is purged after its time, what waits is not", async () => {
  const { id } = await newPerson();
  for (let n = 0; n < 4; n += 1) await tell(id);
  await rolledBack(async (client) => {
    const states = ["sent", "dropped", "dead", "pending"];
    const { rows } = await client.query("select id from private.outbox where recipient_id = $1", [id]);
    for (const [index, status] of states.entries()) {
      await client.query(
        `update private.outbox set status = $2::text::private.outbox_status, finished_at = case when $2::text <> 'pending' then now() end where id = $1`,
        [rows[index].id, status],
      );
    }
    const left = async (later: string) => {
      await client.query(`select private.purge_outbox(now() + interval '${later}')`);
      return (await client.query("select status::text from private.outbox where recipient_id = $1 order by 1", [id]))
        .rows.map((row) => row.status);
    };
    expect(await left("29 days")).toEqual(["dead", "dropped", "pending", "sent"]);
    expect(await left("31 days")).toEqual(["dead", "pending"]);
    expect(await left("91 days")).toEqual(["pending"]);
    await client.query("select private.purge_notifications(now() + interval '364 days')");
    const told = "select count(*)::int as count from public.notifications where recipient_id = $1";
    expect((await client.query(told, [id])).rows).toEqual([{ count: 4 }]);
    await client.query("select private.purge_notifications(now() + interval '366 days')");
    expect((await client.query(told, [id])).rows).toEqual([{ count: 0 }]);
  });
  await sendMail();
});

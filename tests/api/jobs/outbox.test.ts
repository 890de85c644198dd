import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rolledBack, sqlValue } from "../../support/database.ts";
import { startJobs } from "../../support/jobs-process.ts";
import { startReceiver } from "../../support/mail-receiver.ts";
import { newColleague, newPerson } from "../../support/people.ts";
import { call, gateway, listAt, outboxMailsTo, signIn, stackInfo, textAt, uniqueEmail } from "../../support/stack.ts";
import { outboxOf, pauseMail, sendMail, tell } from "../../support/told.ts";

const HOSPITAL = "10000000-0000-4000-8000-000000000001";
let resume: () => Promise<void>;

beforeAll(async () => {
  resume = await pauseMail();
  await sendMail();
});

afterAll(() => resume());

describe("a fact and its mail", () => {
  test("a suspension is told in the app and by mail, under the event id of the outbox", async () => {
    const { id, email } = await newColleague();
    const admin = await signIn("admin@demo.health");
    const suspended = await call(`/admin/people/${id}/suspend`, { token: admin, method: "POST" });
    expect(suspended.status).toBe(200);
    expect((await sendMail()).status).toBe(200);
    const [event, ...more] = await outboxOf(id);
    expect([event?.status, more]).toEqual(["sent", []]);
    const mails = await outboxMailsTo(email);
    expect(mails).toMatchObject([{ subject: "Your membership has changed", event_id: event?.id }]);
    expect(mails[0]?.text).toContain("Your membership of Demo General Hospital was suspended.");
  });

  test("an invitation is mailed without its token", async () => {
    const email = uniqueEmail("invited");
    const token = await signIn("admin@demo.health");
    const body = { organization_id: HOSPITAL, email, role: "hospital_staff" };
    const invited = await call("/admin/invitations", { token, body });
    expect(invited.status).toBe(201);
    await sendMail();
    const [mail] = await outboxMailsTo(email);
    expect(mail).toMatchObject({ subject: "An invitation is waiting for you" });
    expect(mail?.text).toContain("Demo General Hospital");
    expect(JSON.stringify(mail)).not.toContain(textAt(invited.body, "/token"));
  });

  test("an invitation that was revoked in the meantime is not mailed any more", async () => {
    const email = uniqueEmail("revoked");
    const token = await signIn("admin@demo.health");
    const body = { organization_id: HOSPITAL, email, role: "hospital_staff" };
    const id = textAt((await call("/admin/invitations", { token, body })).body, "/id");
    await call(`/admin/invitations/${id}/revoke`, { token, method: "POST" });
    await sendMail();
    expect(await outboxMailsTo(email)).toEqual([]);
    const status = "select status::text from private.outbox where payload ->> 'invitation_id' = $1";
    expect(await sqlValue(status, [id])).toBe("dropped");
  });

  test("what is rolled back leaves neither a notification, nor a mail, nor a message", async () => {
    const { id } = await newPerson();
    await rolledBack(async (client) => {
      await client.query("select private.notify_person($1, 'chart_break_glass', 'Never', 'Never.', null, 'never')", [
        id,
      ]);
    });
    const left = `select (select count(*) from public.notifications where recipient_id = $1)
      + (select count(*) from private.outbox where recipient_id = $1)
      + (select count(*) from realtime.messages where topic = 'user:' || $1::text and event like 'notification.%')`;
    expect(Number(await sqlValue(left, [id]))).toBe(0);
  });
});

describe("a broadcast that fails", () => {
  const change =
    "update public.profiles set phone = '+4930555777' where id = '30000000-0000-4000-8000-000000000002' returning 1";
  const breaks: [string, string][] = [
    [
      "because realtime.send raises",
      `create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
       language plpgsql as $$ begin raise exception 'broken'; end $$`,
    ],
    [
      "because no partition takes the message",
      `do $$ declare v regclass; begin
         for v in select inhrelid::regclass from pg_inherits where inhparent = 'realtime.messages'::regclass loop
           execute 'drop table ' || v;
         end loop; end $$`,
    ],
    ["because there is no Realtime at all", "drop schema realtime cascade"],
  ];

  test.each(breaks)("%s aborts no write", async (_, breaking) => {
    await rolledBack(async (client) => {
      await client.query(breaking);
      expect((await client.query(change)).rowCount).toBe(1);
    });
  });

  test("the negative control: without its guard the write would be lost", async () => {
    await rolledBack(async (client) => {
      await client.query(breaks[0]?.[1] ?? "");
      await client.query(
        `create or replace function private.notify(p_topic text, p_event text, p_payload jsonb) returns void
        language sql security definer set search_path = '' as $$ select realtime.send(p_payload, p_event, p_topic, true) $$`,
      );
      await expect(client.query(change)).rejects.toThrow("broken");
    });
  });
});

describe("the function jobs", () => {
  test("answers nobody but the key named cron", async () => {
    const { secretKey, publishableKey, cronKey } = stackInfo();
    const ask = (headers: Record<string, string>) => call("/jobs/mail", { method: "POST", headers });
    const strangers: Record<string, string>[] = [{}, { apikey: secretKey }, { apikey: publishableKey }, {
      authorization: `Bearer ${cronKey}`,
    }, {
      apikey: `${cronKey}x`,
    }];
    for (const headers of strangers) {
      expect(await ask(headers)).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    }
    expect(await call("/jobs/mail", { method: "POST", token: await signIn("admin@demo.health") })).toMatchObject({
      status: 401,
    });
    expect((await ask({ apikey: cronKey })).status).toBe(200);
  });

  test("is called by the database through pg_net, with the key of Vault, when something is due", async () => {
    const { id, email } = await newPerson();
    expect(await sqlValue("select private.drive_jobs()")).toBeNull();
    await tell(id);
    const request = await sqlValue("select private.drive_jobs()");
    await expect.poll(() => outboxMailsTo(email), { timeout: 5000 }).toHaveLength(1);
    const status = "select status_code from net._http_response where id = $1";
    await expect.poll(() => sqlValue(status, [request]), { timeout: 5000 }).toBe(200);
    expect(await sqlValue("select schedule from cron.job where jobname = 'drive-jobs'")).toBe("* * * * *");
  });

  test("several at once send nothing twice", async () => {
    const { id, email } = await newPerson();
    for (let n = 0; n < 40; n += 1) await tell(id);
    const answers = await Promise.all(Array.from({ length: 4 }, () => sendMail()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const events = (await outboxMailsTo(email)).map(({ event_id }) => event_id);
    expect(events).toHaveLength(40);
    expect(new Set(events).size).toBe(40);
    expect((await outboxOf(id)).every(({ status, attempts }) => status === "sent" && attempts === 1)).toBe(true);
  });

  test("keeps what the provider does not take, and gives up what it will never take", async () => {
    const { id } = await newPerson();
    const answers: number[] = [503, 200];
    const receiver = await startReceiver(() => answers.shift() ?? 200);
    const jobs = await startJobs(receiver.url);
    try {
      await tell(id);
      expect(await (await jobs.run()).json()).toEqual({ sent: 0, waiting: 1, dead: 0 });
      const [waiting] = await outboxOf(id);
      expect(waiting).toMatchObject({ status: "pending", attempts: 1, last_error: "http_503" });
      expect(waiting?.wait).toBeGreaterThan(25);
      expect(waiting?.wait).toBeLessThanOrEqual(60);
      expect(await (await jobs.run()).json()).toEqual({ sent: 0, waiting: 0, dead: 0 });
      await sqlValue("update private.outbox set not_before = now() where id = $1 returning 1", [waiting?.id]);
      expect(await (await jobs.run()).json()).toEqual({ sent: 1, waiting: 0, dead: 0 });
      await receiver.stop();
      await tell(id);
      expect(await (await jobs.run()).json()).toEqual({ sent: 0, waiting: 1, dead: 0 });
      expect((await outboxOf(id))[1]).toMatchObject({ status: "pending", last_error: "unreachable" });
    } finally {
      await jobs.kill();
    }
    expect(receiver.received.map(({ eventId }) => eventId)).toEqual(Array(2).fill((await outboxOf(id))[0]?.id));
  });
});

test("the health report tells how much mail waits and is given up", async () => {
  const answer = await gateway("/functions/v1/health/detailed", { headers: { apikey: stackInfo().secretKey } });
  expect(answer.body).toMatchObject({
    parts: {
      outbox: {
        status: "ok",
        pending: expect.any(Number),
        dead: expect.any(Number),
        oldest_due_seconds: expect.any(Number),
      },
    },
  });
});

test("nobody reads the mail of others in the outbox of the API", async () => {
  const asked = await gateway("/rest/v1/rpc/claim_mail", {
    token: await signIn("admin@demo.health"),
    body: { p_limit: 1, p_lease_seconds: 1 },
  });
  expect(asked.status).toBe(403);
  const own = await gateway("/rest/v1/notifications?select=recipient_id", {
    token: await signIn("doctor@demo.health"),
  });
  const recipients = listAt(own.body, "").map((one) => textAt(one, "/recipient_id"));
  expect(recipients.filter((one) => one !== "30000000-0000-4000-8000-000000000002")).toEqual([]);
});

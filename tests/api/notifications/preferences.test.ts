import { describe, expect, test } from "vitest";
import { rolledBack, sqlValue } from "../../support/database.ts";
import { newPerson } from "../../support/people.ts";
import { at, call, gateway } from "../../support/stack.ts";
import { outboxOf, tell } from "../../support/told.ts";

const put = (token: string, body: unknown, headers: Record<string, string> = {}) =>
  call("/notifications/preferences", { token, method: "PUT", body, headers });
const both = { in_app: true, mail: true };
const defaults = { quiet_hours: null, kinds: {} };
const mailOnly = { in_app: false, mail: true };

describe("preferences", () => {
  test("start with the defaults of every kind", async () => {
    const { token } = await newPerson();
    const { status, headers, body } = await call("/notifications/preferences", { token });
    expect(status).toBe(200);
    expect(headers.get("etag")).toBe('W/"1"');
    expect(body).toMatchObject({
      quiet_hours: null,
      time_zone: "UTC",
      reminder_minutes: [1440, 120],
      kinds: {
        chart_break_glass: { ...both, urgent: true, locked: true },
        chart_opened: { in_app: true, mail: false, locked: false },
        appointment_reminder: { ...both, urgent: false, locked: false },
      },
    });
  });

  test("are replaced as a whole; what is not named goes back to its defaults", async () => {
    const { token } = await newPerson();
    const quiet_hours = { from: "22:00", until: "07:00" };
    const first = await put(token, { quiet_hours, kinds: { chart_opened: both, waitlist_offer: mailOnly } }, {
      "if-match": 'W/"1"',
    });
    expect(first).toMatchObject({
      status: 200,
      body: { version: 2, quiet_hours, kinds: { chart_opened: both, waitlist_offer: mailOnly } },
    });
    const second = await put(token, { quiet_hours: null, kinds: {} });
    expect(second).toMatchObject({
      status: 200,
      body: { version: 3, quiet_hours: null, kinds: { chart_opened: { mail: false }, waitlist_offer: both } },
    });
    expect(await put(token, { quiet_hours, kinds: {} }, { "if-match": 'W/"1"' })).toMatchObject({ status: 412 });
  });

  test("say how long before an appointment a reminder comes, the longest first; the default where they do not", async () => {
    const { token } = await newPerson();
    const wish = (more: object) => put(token, { quiet_hours: null, kinds: {}, ...more });
    expect((await wish({ reminder_minutes: [30, 20160, 60] })).body).toMatchObject({
      reminder_minutes: [20160, 60, 30],
    });
    expect((await wish({ reminder_minutes: [] })).body).toMatchObject({ reminder_minutes: [] });
    expect((await wish({})).body).toMatchObject({ reminder_minutes: [1440, 120], version: 4 });
  });

  test.each<[string, unknown, string]>([
    ["an unknown kind", { quiet_hours: null, kinds: { no_such_kind: both } }, "/kinds/no_such_kind"],
    [
      "a locked kind switched off",
      { quiet_hours: null, kinds: { chart_break_glass: { in_app: true, mail: false } } },
      "/kinds/chart_break_glass",
    ],
    ["quiet hours of no length", { quiet_hours: { from: "22:00", until: "22:00" }, kinds: {} }, "/quiet_hours/until"],
    ["a reminder twice", { ...defaults, reminder_minutes: [60, 60] }, "/reminder_minutes"],
  ])("refuse %s", async (_, body, pointer) => {
    const { token } = await newPerson();
    const answer = await put(token, body);
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    expect(at(answer.body, "/errors/0/pointer")).toBe(pointer);
  });

  test.each<[string, unknown]>([
    ["words", ["sixty"]],
    ["halves", [60.5]],
    ["no list", 60],
    ["too many", [15, 16, 17, 18, 19, 20]],
    ["too near", [1]],
  ])("refuse %s for minutes past the function too", async (_, reminder_minutes) => {
    const { token } = await newPerson();
    const answer = await gateway("/rest/v1/rpc/set_notification_preferences", {
      token,
      body: { p_input: { ...defaults, reminder_minutes } },
    });
    expect([400, 422]).toContain(answer.status);
    expect((await call("/notifications/preferences", { token })).body).toMatchObject({ version: 1 });
  });

  test.each<[string, string, { in_app: boolean; mail: boolean }, number, number]>([
    ["neither", "appointment_changed", { in_app: false, mail: false }, 0, 0],
    ["the app alone", "appointment_changed", { in_app: true, mail: false }, 1, 0],
    ["mail alone", "appointment_changed", mailOnly, 0, 1],
    ["both", "chart_opened", both, 1, 1],
  ])("choose %s", async (_, kind, choice, shown, mailed) => {
    const { id, token } = await newPerson();
    expect((await put(token, { quiet_hours: null, kinds: { [kind]: choice } })).status).toBe(200);
    await tell(id, { kind, key: "one" });
    expect((await call("/notifications?count=exact", { token })).body).toMatchObject({
      page: { total: shown },
      unread: shown,
    });
    expect(await outboxOf(id)).toHaveLength(mailed);
    const sent = await sqlValue(
      "select count(*)::int from realtime.messages where topic = $1 and event = 'notification.created'",
      [`user:${id}`],
    );
    expect(sent).toBe(shown);
    expect(await tell(id, { kind, key: "one" })).toBeNull();
  });

  test("that were written past the API do not silence a locked kind", async () => {
    const { id } = await newPerson();
    await rolledBack(async (client) => {
      await client.query("set local session_replication_role = replica");
      await client.query(
        `update public.notification_preferences set choices = '{"chart_break_glass": {"in_app": false, "mail": false}}' where user_id = $1`,
        [id],
      );
      const { rows } = await client.query("select in_app, mail from private.channels_for($1, 'chart_break_glass')", [
        id,
      ]);
      expect(rows).toEqual([both]);
    });
  });
});

describe("quiet hours", () => {
  /** When a mail asked for at `now` goes out to somebody with these quiet hours there. */
  const mailTime = (zone: string, from: string, until: string, now: string): Promise<string> =>
    rolledBack(async (client) => {
      const id = "30000000-0000-4000-8000-000000000002";
      await client.query("update public.profiles set time_zone = $2 where id = $1", [id, zone]);
      await client.query(
        "update public.notification_preferences set quiet_from = $2, quiet_until = $3 where user_id = $1",
        [id, from, until],
      );
      const { rows } = await client.query<{ at: Date }>("select private.mail_time($1, $2) as at", [id, now]);
      return rows[0]?.at.toISOString() ?? "";
    });

  test.each([
    [
      "before they begin, at once",
      "Europe/Berlin",
      "22:00",
      "07:00",
      "2026-06-01T19:59:59Z",
      "2026-06-01T19:59:59.000Z",
    ],
    [
      "from their first moment on, in the morning",
      "Europe/Berlin",
      "22:00",
      "07:00",
      "2026-06-01T20:00:00Z",
      "2026-06-02T05:00:00.000Z",
    ],
    [
      "after midnight, the same morning",
      "Europe/Berlin",
      "22:00",
      "07:00",
      "2026-06-02T01:00:00Z",
      "2026-06-02T05:00:00.000Z",
    ],
    [
      "from their end on, at once",
      "Europe/Berlin",
      "22:00",
      "07:00",
      "2026-06-02T05:00:00Z",
      "2026-06-02T05:00:00.000Z",
    ],
    ["within a day", "Europe/Berlin", "12:00", "13:00", "2026-01-05T11:30:00Z", "2026-01-05T12:00:00.000Z"],
    [
      "on the other side of the date line",
      "Pacific/Auckland",
      "22:00",
      "07:00",
      "2026-06-01T11:00:00Z",
      "2026-06-01T19:00:00.000Z",
    ],
    [
      "the night that summer time begins is an hour shorter",
      "Europe/Berlin",
      "22:00",
      "07:00",
      "2026-03-28T21:30:00Z",
      "2026-03-29T05:00:00.000Z",
    ],
    [
      "the night that it ends is an hour longer",
      "Europe/Berlin",
      "22:00",
      "07:00",
      "2026-10-24T20:30:00Z",
      "2026-10-25T06:00:00.000Z",
    ],
    [
      "just before the end of the longer night",
      "Europe/Berlin",
      "22:00",
      "07:00",
      "2026-10-25T05:59:59Z",
      "2026-10-25T06:00:00.000Z",
    ],
    [
      "an end that the clock leaps over comes after the leap",
      "Europe/Berlin",
      "01:00",
      "02:30",
      "2026-03-29T00:30:00Z",
      "2026-03-29T01:30:00.000Z",
    ],
    [
      "in the hour that comes twice, the second time",
      "America/New_York",
      "01:15",
      "01:45",
      "2026-11-01T06:20:00Z",
      "2026-11-01T06:45:00.000Z",
    ],
  ])("%s", async (_, zone, from, until, now, at) => {
    expect(await mailTime(zone, from, until, now)).toBe(at);
  });

  test("keep mail back but for urgent kinds; the app is told at once", async () => {
    const { id, token } = await newPerson();
    const hour = new Date().getUTCHours();
    const clock = (h: number) => `${String((h + 24) % 24).padStart(2, "0")}:00`;
    const quiet_hours = { from: clock(hour - 1), until: clock(hour + 3) };
    expect((await put(token, { quiet_hours, kinds: {} })).status).toBe(200);
    await tell(id, { kind: "appointment_reminder" });
    await tell(id, { kind: "waitlist_offer" });
    const [reminder, offer] = await outboxOf(id);
    expect(reminder?.wait).toBeGreaterThan(3600);
    expect(offer?.wait).toBeLessThanOrEqual(0);
    expect((await call("/notifications", { token })).body).toMatchObject({ unread: 2 });
  });
});

import { beforeAll, describe, expect, test } from "vitest";
import { rolledBack, sqlValue } from "../../support/database.ts";
import { newPerson, type Person } from "../../support/people.ts";
import { at, call, listAt, signIn, textAt } from "../../support/stack.ts";
import { outboxOf, tell } from "../../support/told.ts";

let person: Person;
let other: string;

beforeAll(async () => {
  person = await newPerson();
  other = await signIn("nurse@demo.health");
});

/** Tells a person of their own so many things; answers the token and the ids, the newest first. */
async function told(count: number, kind?: string) {
  const { id, token } = await newPerson();
  const ids: (string | null)[] = [];
  for (let n = 0; n < count; n += 1) ids.unshift(await tell(id, kind === undefined ? {} : { kind }));
  return { id, token, ids };
}

const ids = (body: unknown) => listAt(body, "/data").map((one) => textAt(one, "/id"));

describe("the list", () => {
  test("shows what the caller was told, newest first, with the number of unread ones", async () => {
    const { token, ids: all } = await told(3);
    const { status, body } = await call("/notifications", { token });
    expect(status).toBe(200);
    expect(ids(body)).toEqual(all);
    expect(body).toMatchObject({ unread: 3, page: { has_more: false } });
    expect(at(body, "/data/0")).toMatchObject({
      kind: "appointment_reminder",
      title: "Told by a test",
      read_at: null,
      link: null,
      version: 1,
    });
    expect(Object.keys(Object(at(body, "/data/0")))).not.toContain("dedupe_key");
  });

  test("is paged without a gap, also among those of one instant", async () => {
    const { token, ids: all, id } = await told(5);
    await sqlValue("update public.notifications set created_at = now() where recipient_id = $1 returning 1", [id]);
    const seen: string[] = [];
    for (let cursor: unknown = ""; cursor !== null;) {
      const { body } = await call(`/notifications?limit=2&count=exact${cursor === "" ? "" : `&cursor=${cursor}`}`, {
        token,
      });
      expect(body).toMatchObject({ page: { total: 5 }, unread: 5 });
      seen.push(...ids(body));
      cursor = at(body, "/page/next_cursor");
    }
    expect(seen).toHaveLength(5);
    expect([...seen].sort()).toEqual([...all].sort());
  });

  test("is filtered by kind and by what is unread; the number of unread ones is that of all", async () => {
    const { id, token, ids: [newest] } = await told(2);
    const changed = await tell(id, { kind: "appointment_changed" });
    await call(`/notifications/${newest}/read`, { token, method: "POST" });
    expect(ids((await call("/notifications?kind=appointment_changed", { token })).body)).toEqual([changed]);
    expect(ids((await call("/notifications?unread=false", { token })).body)).toEqual([newest]);
    const { body } = await call("/notifications?unread=true&kind=appointment_reminder&count=exact", { token });
    expect(body).toMatchObject({ unread: 2, page: { total: 1 } });
    expect((await call("/notifications?unread=perhaps", { token })).status).toBe(422);
  });

  test("belongs to the person alone", async () => {
    const id = await tell(person.id);
    const seen = await call(`/notifications?limit=100`, { token: other });
    expect(ids(seen.body)).not.toContain(id);
    expect((await call(`/notifications/${id}`, { token: other })).status).toBe(404);
    expect((await call(`/notifications/${id}/read`, { token: other, method: "POST" })).status).toBe(404);
    expect(await call(`/notifications/${id}`, { token: person.token })).toMatchObject({
      status: 200,
      body: { id, read_at: null },
    });
  });
});

describe("reading", () => {
  test("is dated once, and a repetition with the key answers the same", async () => {
    const { token, ids: [id] } = await told(1);
    const headers = { "idempotency-key": crypto.randomUUID(), "if-match": 'W/"1"' };
    const first = await call(`/notifications/${id}/read`, { token, method: "POST", headers });
    expect(first).toMatchObject({ status: 200, body: { version: 2, read_at: expect.any(String) } });
    const again = await call(`/notifications/${id}/read`, { token, method: "POST", headers });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const later = await call(`/notifications/${id}/read`, { token, method: "POST" });
    expect(later.body).toEqual(first.body);
    const stale = await call(`/notifications/${id}/read`, { token, method: "POST", headers: { "if-match": 'W/"1"' } });
    expect(stale).toMatchObject({ status: 412, body: { code: "stale_version" } });
  });

  test("of all leaves what came later than what was seen, and other kinds", async () => {
    const { id, token } = await told(2);
    const { body } = await call("/notifications", { token });
    const until = textAt(body, "/data/0/created_at");
    const later = await tell(id);
    await tell(id, { kind: "appointment_changed" });
    const reminders = { kind: "appointment_reminder", until };
    expect((await call("/notifications/read-all", { token, body: reminders })).body).toEqual({ marked: 2 });
    expect((await call("/notifications?unread=true", { token })).body).toMatchObject({ unread: 2 });
    expect(ids((await call("/notifications?unread=true&kind=appointment_reminder", { token })).body)).toEqual([later]);
    expect((await call("/notifications/read-all", { token, body: {} })).body).toEqual({ marked: 2 });
    expect((await call("/notifications", { token })).body).toMatchObject({ unread: 0 });
  });
});

test("nothing is told twice under one key, also not at the same moment", async () => {
  const { id, token } = await newPerson();
  const made = await Promise.all(Array.from({ length: 8 }, () => tell(id, { key: "once" })));
  expect(made.filter((one) => one !== null)).toHaveLength(1);
  expect((await call("/notifications?count=exact", { token })).body).toMatchObject({ page: { total: 1 } });
  expect(await outboxOf(id)).toHaveLength(1);
});

test("the negative control: without the key's constraint it would be told twice", async () => {
  await rolledBack(async (client) => {
    const insert = `insert into public.notifications (recipient_id, kind, title, body, dedupe_key)
      values ('${person.id}', 'chart_opened', 'Twice', 'Twice.', 'control')`;
    await client.query("savepoint control");
    await client.query(insert);
    await expect(client.query(insert)).rejects.toMatchObject({ code: "23505" });
    await client.query("rollback to savepoint control");
    await client.query("alter table public.notifications drop constraint notifications_once");
    await client.query(insert);
    await client.query(insert);
  });
});

test("a patient without a login is told nothing, and nobody fails", async () => {
  expect(await sqlValue("select private.notify_person(null, 'chart_opened', 'x', 'x', null, 'x')")).toBeNull();
});

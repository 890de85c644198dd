import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  book,
  clearAppointments,
  dayAhead,
  DEMO,
  instantOf,
  newVisitors,
  type Visitor,
} from "../../support/appointments.ts";
import { onlyEvent, parseCalendar } from "../../support/calendar.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { newColleague } from "../../support/people.ts";
import { type Answer, at, call, gateway, listAt, signIn, stackInfo, supabaseAs, textAt } from "../../support/stack.ts";
import { tokenOf } from "../../support/tokens.ts";

const DAY = dayAhead(3);

let visitor: Visitor;
let other: Visitor;

beforeAll(clearAppointments);
afterAll(clearAppointments);
beforeEach(async () => {
  [visitor, other] = await newVisitors(2) as [Visitor, Visitor];
});

const makeFeed = (token: string, calendar = "patient", headers = {}) =>
  call("/appointments/feeds", { token, body: { calendar, name: "My phone" }, headers });

/** Reads a feed as a calendar app does: with its address and nothing else. */
async function subscribe(feed: Answer, headers: Record<string, string> = {}) {
  const answer = await fetch(textAt(feed.body, "/url"), { headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const bookAt = async (time: string, token: string, practitioner: string = DEMO.doctor) => {
  const answer = await book(
    { service_id: DEMO.consultation, practitioner_id: practitioner, starts_at: await instantOf(DAY, time) },
    token,
  );
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return textAt(answer.body, "/id");
};

test("a feed follows an appointment that is booked, moved and cancelled", async () => {
  const feed = await makeFeed(visitor.token);
  expect(feed.status).toBe(201);
  expect(parseCalendar((await subscribe(feed)).text).events).toEqual([]);

  const id = await bookAt("09:00", visitor.token);
  const booked = onlyEvent((await subscribe(feed)).text);
  const moved = await call(`/appointments/${id}/reschedule`, {
    token: visitor.token,
    body: { starts_at: await instantOf(DAY, "14:00") },
  });
  expect(moved.status).toBe(200);
  const afterMove = onlyEvent((await subscribe(feed)).text);
  const cancelled = await call(`/appointments/${id}/cancel`, { token: visitor.token, body: { reason: "I am ill" } });
  expect(cancelled.status).toBe(200);
  const last = await subscribe(feed);
  const afterCancel = onlyEvent(last.text);

  const told = [booked, afterMove, afterCancel];
  expect(told.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
  expect(told.map(({ status }) => status)).toEqual(["CONFIRMED", "CONFIRMED", "CANCELLED"]);
  expect(new Set(told.map(({ uid }) => uid))).toEqual(new Set([`${id}@health-hub.invalid`]));
  expect(told.map(({ start }) => start)).toEqual(
    await Promise.all(["09:00", "14:00", "14:00"].map((time) => instantOf(DAY, time))),
  );
  expect(told.map(({ tzid }) => tzid)).toEqual(["Europe/Berlin", "Europe/Berlin", "Europe/Berlin"]);
  expect(booked.stamp <= afterMove.stamp && afterMove.stamp <= afterCancel.stamp).toBe(true);
  expect(parseCalendar(last.text).method).toBe("PUBLISH");
  for (const word of ["Consultation", "Okafor", "Vera", "Visitor", "I am ill"]) expect(last.text).not.toContain(word);
});

test("the file of one appointment is told from that of a cancelled one", async () => {
  const id = await bookAt("10:00", visitor.token);
  const read = (token: string) => call(`/appointments/${id}/appointment.ics`, { token });
  const answer = await read(visitor.token);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
  expect(answer.headers.get("content-disposition")).toMatch(/filename=".+\.ics"/);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(parseCalendar(String(answer.body))).toMatchObject({ method: "PUBLISH", events: [{ sequence: 0 }] });

  expect((await read(await signIn("doctor@demo.health"))).status).toBe(200);
  expect((await read(other.token)).status).toBe(404);
  expect((await call(`/appointments/${id}/appointment.ics`)).status).toBe(401);

  await call(`/appointments/${id}/cancel`, { token: visitor.token, body: { reason: "I am ill" } });
  const cancelled = parseCalendar(String((await read(visitor.token)).body));
  expect(cancelled).toMatchObject({ method: "CANCEL", events: [{ sequence: 1, status: "CANCELLED" }] });
});

test("a hold is in no calendar", async () => {
  const feed = await makeFeed(visitor.token);
  const held = await call("/appointments/holds", {
    token: visitor.token,
    body: { service_id: DEMO.consultation, practitioner_id: DEMO.doctor, starts_at: await instantOf(DAY, "11:00") },
  });
  expect(held.status).toBe(201);
  expect(parseCalendar((await subscribe(feed)).text).events).toEqual([]);
  const file = await call(`/appointments/${textAt(held.body, "/id")}/appointment.ics`, { token: visitor.token });
  expect(file.status).toBe(404);
});

test("a practitioner's feed has the appointments of the calendar, and nobody's name", async () => {
  const feed = await makeFeed(await signIn("doctor@demo.health"), "practitioner");
  const id = await bookAt("15:00", visitor.token);
  const { text } = await subscribe(feed);
  expect(parseCalendar(text).events.map(({ uid }) => uid)).toContain(`${id}@health-hub.invalid`);
  for (const word of ["Vera", "Visitor", visitor.patientId, "Consultation"]) expect(text).not.toContain(word);
});

test("what has not changed is answered 304", async () => {
  const feed = await makeFeed(visitor.token);
  await bookAt("16:00", visitor.token);
  const first = await subscribe(feed);
  expect(first.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
  expect(first.headers.get("cache-control")).toBe("private, no-cache");
  const etag = first.headers.get("etag") ?? "";
  expect(etag).toMatch(/^(W\/)?".+"$/);
  const again = await subscribe(feed, { "if-none-match": etag });
  expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
  expect((await subscribe(feed, { "if-none-match": '"another"' })).status).toBe(200);
});

test("a token is told once, kept as a hash, and not told again under the same Idempotency-Key", async () => {
  const headers = { "idempotency-key": `feed-${crypto.randomUUID()}` };
  const made = await makeFeed(visitor.token, "patient", headers);
  const token = textAt(made.body, "/token");
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(textAt(made.body, "/url")).toBe(`${stackInfo().url}/functions/v1/appointments/feeds/${token}/calendar.ics`);
  const { token: _, url: __, ...known } = Object(made.body);
  const replayed = await makeFeed(visitor.token, "patient", headers);
  expect([replayed.status, replayed.headers.get("idempotency-replayed"), replayed.body]).toEqual([
    201,
    "true",
    known,
  ]);

  const stored = await sqlValue("select token_hash from private.calendar_feed_tokens where feed_id = $1", [
    textAt(made.body, "/id"),
  ]);
  expect(stored).toMatch(/^[0-9a-f]{64}$/);
  const one = await call(`/appointments/feeds/${textAt(made.body, "/id")}`, { token: visitor.token });
  const all = await call("/appointments/feeds?count=exact", { token: visitor.token });
  expect(one.headers.get("etag")).toBe('W/"1"');
  expect(all.body).toMatchObject({ data: [one.body], page: { total: 1, has_more: false } });
  for (const { body } of [one, all]) expect(JSON.stringify(body)).not.toMatch(/token|hash/);
  expect((await makeFeed(other.token, "patient", headers)).status).toBe(201);
  expect((await call(`/appointments/feeds/${textAt(made.body, "/id")}`, { token: other.token })).status).toBe(404);
});

test("a page of feeds continues behind the last one", async () => {
  for (let made = 0; made < 3; made++) await makeFeed(visitor.token);
  const first = await call("/appointments/feeds?limit=2&count=exact", { token: visitor.token });
  const cursor = textAt(first.body, "/page/next_cursor");
  const second = await call(`/appointments/feeds?limit=2&count=exact&cursor=${cursor}`, { token: visitor.token });
  const ids = [first, second].flatMap(({ body }) => listAt(body, "/data").map((one) => textAt(one, "/id")));
  expect(new Set(ids).size).toBe(3);
  expect([at(first.body, "/page/total"), at(second.body, "/page/total")]).toEqual([3, 3]);
});

test("a revoked token reads like one that never was", async () => {
  const feed = await makeFeed(visitor.token);
  const path = `/appointments/feeds/${textAt(feed.body, "/id")}/revoke`;
  expect((await subscribe(feed)).status).toBe(200);
  expect((await call(path, { token: other.token, method: "POST" })).status).toBe(404);
  expect((await call(path, { token: visitor.token, method: "POST", headers: { "if-match": 'W/"9"' } })).status).toBe(
    412,
  );
  // That the feed was read has not made it another version.
  const revoked = await call(path, { token: visitor.token, method: "POST", headers: { "if-match": 'W/"1"' } });
  expect(revoked.status).toBe(200);
  expect(textAt(revoked.body, "/revoked_at")).not.toBe("");
  expect(textAt(revoked.body, "/last_used_at")).not.toBe("");
  expect((await call(path, { token: visitor.token, method: "POST" })).body).toMatchObject({
    code: "illegal_transition",
    allowed: [],
  });

  const unknown = `${stackInfo().url}/functions/v1/appointments/feeds/${"A".repeat(43)}/calendar.ics`;
  const [gone, never] = [await fetch(textAt(feed.body, "/url")), await fetch(unknown)];
  const [goneBody, neverBody]: unknown[] = [await gone.json(), await never.json()];
  expect([gone.status, never.status]).toEqual([404, 404]);
  for (const member of ["/type", "/title", "/code", "/detail"]) {
    expect(at(goneBody, member)).toBe(at(neverBody, member));
  }
  const known = (headers: Headers) => [...headers.keys()].filter((name) => name !== "date").sort();
  expect(known(gone.headers)).toEqual(known(never.headers));
});

test("a feed ends with the membership, and comes back with it", async () => {
  const colleague = await newColleague();
  const practitioner = await sqlValue(
    `insert into public.practitioners (organization_id, membership_id, display_name, specialty)
     select organization_id, id, 'Dr. Test', 'Testing' from public.memberships where user_id = $1 returning id`,
    [colleague.id],
  );
  const token = await tokenOf(colleague.id);
  const feed = await makeFeed(token, "practitioner");
  expect(feed.status).toBe(201);
  expect((await subscribe(feed)).status).toBe(200);
  const set = (status: string) =>
    sql().query("update public.memberships set status = $2 where user_id = $1", [colleague.id, status]);
  await set("suspended");
  expect((await subscribe(feed)).status).toBe(404);
  await set("active");
  expect((await subscribe(feed)).status).toBe(200);
  await sql().query("delete from public.practitioners where id = $1", [practitioner]);
});

test("whoever is no patient or takes no appointments makes no such feed", async () => {
  expect((await makeFeed(visitor.token, "practitioner")).body).toMatchObject({
    code: "forbidden",
    errors: [{ pointer: "/calendar" }],
  });
  expect((await makeFeed(await signIn("doctor@demo.health"), "patient")).status).toBe(403);
  expect((await makeFeed(visitor.token, "everything")).status).toBe(422);
});

test("nobody has more than ten feeds, also when they are asked for at once", async () => {
  const answers = await Promise.all(Array.from({ length: 14 }, () => makeFeed(visitor.token)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
});

test("a feed that is read too often is refused with the time to wait, and only that feed", async () => {
  const feed = await makeFeed(visitor.token);
  await subscribe(feed);
  await sql().query(
    "update private.attempts set count = 120 where action = 'calendar_feed' and subject_hash = private.attempt_hash($1)",
    [textAt(feed.body, "/id")],
  );
  const refused = await subscribe(feed);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await subscribe(await makeFeed(visitor.token))).status).toBe(200);
});

test("names of a hospital cannot write into a calendar", async () => {
  const feed = await makeFeed(visitor.token);
  await bookAt("08:00", visitor.token);
  const name = await sqlValue("select name from public.organizations where id = $1", [DEMO.hospital]);
  try {
    const told = 'Klinik „Süd", Haus 2 圣玛丽';
    await sql().query("update public.organizations set name = $2 where id = $1", [DEMO.hospital, told]);
    const event = onlyEvent((await subscribe(feed)).text);
    expect(event.location).toBe(told);
    await expect(
      sql().query("update public.organizations set name = $2 where id = $1", [DEMO.hospital, "A\r\nATTENDEE:x"]),
    ).rejects.toMatchObject({ code: "23514" });
  } finally {
    await sql().query("update public.organizations set name = $2 where id = $1", [DEMO.hospital, name]);
  }
});

test("through the data API a feed is read by its token and by nothing else", async () => {
  const feed = await makeFeed(visitor.token);
  const read = (token: string | undefined) =>
    gateway("/rest/v1/rpc/read_calendar_feed", {
      body: { p_token: textAt(feed.body, "/token") },
      ...(token && { token }),
    });
  expect(await read(undefined)).toMatchObject({ status: 200, body: [] });
  expect((await read(visitor.token)).status).toBe(403);
  const table = await supabaseAs(null).from("calendar_feeds").select("id");
  expect(table.error?.code).toBe("42501");
  const feeds = await gateway("/rest/v1/calendar_feeds", { token: visitor.token });
  expect(feeds).toMatchObject({ status: 200, body: [{ user_id: expect.any(String) }] });
  expect(JSON.stringify(feeds.body)).not.toMatch(/token|hash/);
});

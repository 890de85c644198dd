import { beforeAll, describe, expect, test } from "vitest";
import { dayAhead, DEMO, freeStarts, instantOf } from "../../support/appointments.ts";
import { uniqueName } from "../../support/patients.ts";
import { sqlValue } from "../../support/database.ts";
import { newColleague } from "../../support/people.ts";
import { at, call, listAt, signIn, textAt } from "../../support/stack.ts";

let keeper: string;
let nurse: string;
let patient: string;

beforeAll(async () => {
  [keeper, nurse, patient] = await Promise.all([
    signIn("doctor@demo.health"),
    signIn("nurse@demo.health"),
    signIn("patient@demo.health"),
  ]);
});

const add = (what: string, body: object, token = keeper, headers = {}) =>
  call(`/appointments/${what}`, { token, body: { organization_id: DEMO.hospital, ...body }, headers });

/** Somebody new on the staff. */
async function colleague() {
  const { id, token } = await newColleague();
  return { token, membershipId: await sqlValue("select id from public.memberships where user_id = $1", [id]) };
}

const service = (more: object = {}) => ({
  name: `Service ${uniqueName()}`,
  duration_minutes: 20,
  bookable_by: "patients",
  practitioner_ids: [DEMO.doctor],
  ...more,
});

describe("a service", () => {
  test("is added with who gives it and where, and patients find its slots at once", async () => {
    const added = await add("services", service({ room_ids: [...DEMO.rooms] }));
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      duration_minutes: 20,
      slot_minutes: 20,
      buffer_after_minutes: 0,
      waitlist_offer_minutes: 60,
      practitioner_ids: [DEMO.doctor],
      active: true,
    });
    expect(listAt(added.body, "/room_ids").sort()).toEqual([...DEMO.rooms].sort());
    const id = textAt(added.body, "/id");
    expect(added.headers.get("location")).toBe(`/functions/v1/appointments/services/${id}`);
    const seen = await call(`/appointments/services/${id}`, { token: patient });
    expect(seen.status).toBe(200);
    expect(at(seen.body, "/room_ids")).toEqual([]);
    const day = dayAhead(30, 2);
    const starts = await freeStarts(id, day, "patient@demo.health");
    expect(starts[0]).toBe(await instantOf(day, "08:00"));
    expect(starts).toHaveLength(24);
  });

  test("is changed: what is left out stays, lists take the place of those before", async () => {
    const added = await add("services", service());
    const path = `/appointments/services/${textAt(added.body, "/id")}`;
    const changed = await call(path, {
      token: keeper,
      method: "PATCH",
      body: { slot_minutes: 60, waitlist_offer_minutes: 30, practitioner_ids: [DEMO.nurse] },
      headers: { "if-match": 'W/"1"' },
    });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      version: 2,
      duration_minutes: 20,
      slot_minutes: 60,
      waitlist_offer_minutes: 30,
      practitioner_ids: [DEMO.nurse],
    });
    const again = { token: keeper, method: "PATCH", body: { slot_minutes: 30 }, headers: { "if-match": 'W/"1"' } };
    expect((await call(path, again)).status).toBe(412);
    expect((await call(path, { token: nurse, method: "PATCH", body: { slot_minutes: 30 } })).status).toBe(403);
    expect((await call(path, { token: keeper, method: "PATCH", body: { active: false } })).status).toBe(200);
    expect((await call(path, { token: patient })).status).toBe(404);
  });

  test("is listed page by page, to patients what they may book", async () => {
    const names = async (token: string, query: string) => {
      const answer = await call(`/appointments/services?organization_id=${DEMO.hospital}${query}`, { token });
      expect(answer.status).toBe(200);
      return { names: listAt(answer.body, "/data").map((one) => textAt(one, "/name")), page: at(answer.body, "/page") };
    };
    const first = await names(keeper, "&limit=2&count=exact");
    expect(first.page).toMatchObject({ has_more: true });
    const rest = await names(keeper, `&limit=100&cursor=${textAt(first.page, "/next_cursor")}`);
    expect(rest.names).not.toContain(first.names[0]);
    expect([...first.names, ...rest.names]).toHaveLength(Number(at(first.page, "/total")));
    const forPatients = await names(patient, "&active=true&limit=100");
    expect(forPatients.names).toContain("Consultation");
    expect(forPatients.names).not.toContain("Minor surgery");
  });

  test("is added once for one Idempotency-Key", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const body = service();
    const [one, other] = [await add("services", body, keeper, headers), await add("services", body, keeper, headers)];
    expect(textAt(other.body, "/id")).toBe(textAt(one.body, "/id"));
    expect((await add("services", body)).status).toBe(409);
  });
});

test("hours, absences and additional hours make the slots", async () => {
  const id = textAt((await add("services", service())).body, "/id");
  const [day, weekday] = [dayAhead(40, 6), 6];
  expect(await freeStarts(id, day)).toEqual([]);
  const hours = await add("availability-rules", {
    practitioner_id: DEMO.doctor,
    weekday,
    start_time: "09:00",
    end_time: "10:00",
    valid_from: day,
    valid_to: day,
  });
  expect(hours.status).toBe(201);
  expect(hours.body).toMatchObject({ start_time: "09:00", end_time: "10:00", valid_from: day, valid_to: day });
  expect(await freeStarts(id, day)).toHaveLength(3);
  const rule = `/appointments/availability-rules/${textAt(hours.body, "/id")}`;
  const longer = await call(rule, { token: keeper, method: "PATCH", body: { end_time: "24:00" } });
  expect(longer.body).toMatchObject({ start_time: "09:00", end_time: "24:00", version: 2 });
  expect(await freeStarts(id, day)).toHaveLength(45);
  const off = await add("availability-exceptions", { practitioner_id: DEMO.doctor, kind: "closed", from_day: day });
  expect(off.body).toMatchObject({ from_day: day, to_day: day, start_time: null });
  expect(await freeStarts(id, day)).toEqual([]);
  const extra = { practitioner_id: DEMO.doctor, kind: "open", from_day: day, start_time: "12:00", end_time: "13:00" };
  expect((await add("availability-exceptions", extra)).status).toBe(201);
  expect(await freeStarts(id, day)).toHaveLength(3);
  const listed = await call(`/appointments/availability-exceptions?practitioner_id=${DEMO.doctor}&limit=100`, {
    token: nurse,
  });
  for (const one of listAt(listed.body, "/data")) {
    const path = `/appointments/availability-exceptions/${textAt(one, "/id")}`;
    expect((await call(path, { token: nurse, method: "DELETE" })).status).toBe(403);
    expect((await call(path, { token: keeper, method: "DELETE" })).status).toBe(204);
    expect((await call(path, { token: keeper })).status).toBe(404);
  }
  expect((await call(rule, { token: keeper, method: "DELETE", headers: { "if-match": 'W/"1"' } })).status).toBe(412);
  expect((await call(rule, { token: keeper, method: "DELETE" })).status).toBe(204);
  expect(await freeStarts(id, day)).toEqual([]);
});

test("a member of the staff becomes a practitioner, and takes appointments until they are inactive", async () => {
  const { membershipId } = await colleague();
  const fields = { membership_id: membershipId, display_name: "Dr. Nina New", specialty: "Dermatology" };
  const added = await add("practitioners", fields);
  expect(added.status).toBe(201);
  expect((await add("practitioners", fields)).status).toBe(409);
  const id = textAt(added.body, "/id");
  const given = await add("services", service({ practitioner_ids: [id] }));
  const day = dayAhead(41, 3);
  await add("availability-rules", {
    practitioner_id: id,
    weekday: 3,
    start_time: "08:00",
    end_time: "09:00",
  });
  const serviceId = textAt(given.body, "/id");
  expect(await freeStarts(serviceId, day)).toHaveLength(3);
  expect(await freeStarts(serviceId, day, "doctor@demo.health", "&specialty=Dermatology")).toHaveLength(3);
  const found = await call("/appointments/practitioners?specialty=Dermatology", { token: patient });
  expect(listAt(found.body, "/data").map((one) => textAt(one, "/id"))).toContain(id);
  const gone = await call(`/appointments/practitioners/${id}`, {
    token: keeper,
    method: "PATCH",
    body: { active: false },
  });
  expect(gone.status).toBe(200);
  expect(await freeStarts(serviceId, day)).toEqual([]);
});

test("a room is added, renamed and closed", async () => {
  const name = `Room ${uniqueName()}`;
  const added = await add("rooms", { name });
  expect(added.status).toBe(201);
  expect((await add("rooms", { name })).status).toBe(409);
  const path = `/appointments/rooms/${textAt(added.body, "/id")}`;
  const closed = await call(path, { token: keeper, method: "PATCH", body: { name: `${name} old`, active: false } });
  expect(closed.body).toMatchObject({ name: `${name} old`, active: false, version: 2 });
  expect((await call(path, { token: patient })).status).toBe(404);
  const open = await call("/appointments/rooms?active=true&limit=100", { token: nurse });
  expect(listAt(open.body, "/data").map((one) => textAt(one, "/name"))).not.toContain(`${name} old`);
});

describe("is refused", () => {
  test.each<[string, string, object, number, string | undefined]>([
    [
      "a service with another hospital's practitioner",
      "services",
      service({ practitioner_ids: [DEMO.northDoctor] }),
      422,
      "/practitioner_id",
    ],
    [
      "a service with another hospital's room",
      "services",
      service({ room_ids: ["60000000-0000-4000-8000-000000000011"] }),
      422,
      undefined,
    ],
    [
      "hours that end before they begin",
      "availability-rules",
      { practitioner_id: DEMO.doctor, weekday: 1, start_time: "10:00", end_time: "09:00" },
      422,
      undefined,
    ],
    [
      "hours of another hospital's practitioner",
      "availability-rules",
      { practitioner_id: DEMO.northDoctor, weekday: 1, start_time: "08:00", end_time: "09:00" },
      422,
      "/practitioner_id",
    ],
    [
      "an absence that ends before it begins",
      "availability-exceptions",
      { kind: "closed", from_day: "2031-02-02", to_day: "2031-02-01" },
      422,
      undefined,
    ],
    [
      "additional hours of nobody",
      "availability-exceptions",
      { kind: "open", from_day: "2031-02-02", start_time: "08:00", end_time: "09:00" },
      422,
      undefined,
    ],
    [
      "a practitioner without a membership",
      "practitioners",
      { membership_id: crypto.randomUUID(), display_name: "Dr. No", specialty: "None" },
      422,
      "/membership_id",
    ],
  ])("%s", async (_, what, body, status, pointer) => {
    const answer = await add(what, body);
    expect(answer.status).toBe(status);
    if (pointer !== undefined) {
      expect(listAt(answer.body, "/errors")).toContainEqual(expect.objectContaining({ pointer }));
    }
    expect(at(answer.body, "/code")).toBe("invalid_input");
  });

  test("what another hospital or somebody without the permission adds", async () => {
    const elsewhere = await signIn("admin@demo.health");
    const body = { ...service(), organization_id: "20000000-0000-4000-8000-000000000001", practitioner_ids: [] };
    expect((await add("services", body, elsewhere)).status).toBe(403);
    for (const token of [nurse, patient]) expect((await add("rooms", { name: "Room X" }, token)).status).toBe(403);
  });
});

test("the permission to keep the schedule is given by an admin", async () => {
  const admin = await signIn("admin@demo.health");
  const { membershipId, token } = await colleague();
  expect((await add("rooms", { name: `Room ${uniqueName()}` }, token)).status).toBe(403);
  const path = `/admin/memberships/${membershipId}`;
  const given = await call(path, { token: admin, method: "PATCH", body: { may_schedule: true } });
  expect(given.body).toMatchObject({ may_schedule: true, may_overbook: false });
  expect((await add("rooms", { name: `Room ${uniqueName()}` }, token)).status).toBe(201);
  expect((await call(path, { token, method: "PATCH", body: { may_overbook: true } })).status).toBe(403);
});

import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  book,
  booked,
  dayAhead,
  DEMO,
  freeStarts,
  instantOf,
  newVisitors,
  type Visitor,
} from "../../support/appointments.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { at, call, signIn, textAt } from "../../support/stack.ts";
import {
  cancel,
  decide,
  emptySchedule,
  entryOf,
  joined,
  offerOf,
  openOffer,
  runJob,
  threeOnEmptySchedule,
  withoutJob,
} from "../../support/waitlist.ts";

const DAY = dayAhead(4);

let doctor: string;
let ten: string;
let eleven: string;
let holder: Visitor;
let first: Visitor;
let second: Visitor;

withoutJob();
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  ten = await instantOf(DAY, "10:00");
  eleven = await instantOf(DAY, "11:00");
});
beforeEach(async () => {
  [holder, first, second] = await threeOnEmptySchedule();
});

const slot = (starts_at: string) => ({
  service_id: DEMO.consultation,
  practitioner_id: DEMO.doctor,
  starts_at,
});
const statusOf = async (entry: string, person: Visitor) => at(await entryOf(entry, person.token), "/status");
const appointment = async (id: string) => (await call(`/appointments/${id}`, { token: doctor })).body;
const notificationsOf = (person: Visitor) =>
  sqlValue("select count(*)::int from public.notifications where recipient_id = $1 and kind = 'waitlist_offer'", [
    person.userId,
  ]);

describe("a time that becomes free", () => {
  test("is offered to the first, held for them and booked when they accept", async () => {
    const id = await booked(holder, ten);
    const [one, two] = [await joined(first), await joined(second)];
    await cancel(id, holder.token);
    const entry = await entryOf(one, first.token);
    expect(entry).toMatchObject({ status: "offered", offer: { status: "open", offered_by: "system" } });
    expect(new Date(textAt(entry, "/offer/starts_at")).toISOString()).toBe(ten);
    expect(await statusOf(two, second)).toBe("waiting");
    expect(await notificationsOf(first)).toBe(1);
    expect(await freeStarts(DEMO.consultation, DAY)).not.toContain(ten);
    expect(await book(slot(ten), second.token)).toMatchObject({ status: 409, body: { code: "slot_taken" } });
    const offer = textAt(entry, "/offer/id");
    expect((await decide(offer, "accept", second.token)).status).toBe(404);
    expect((await decide(offer, "accept", first.token, { "if-match": 'W/"7"' })).status).toBe(412);
    const headers = { "idempotency-key": crypto.randomUUID() };
    const accepted = await decide(offer, "accept", first.token, headers);
    expect(accepted).toMatchObject({ status: 200, body: { status: "accepted", version: 2 } });
    expect((await decide(offer, "accept", first.token, headers)).body).toEqual(accepted.body);
    expect(await decide(offer, "accept", first.token)).toMatchObject({
      status: 409,
      body: { code: "illegal_transition", allowed: [] },
    });
    expect(await appointment(textAt(accepted.body, "/appointment_id"))).toMatchObject({
      status: "booked",
      booked_by: "patient",
      patient: { family_name: "Visitor" },
    });
    expect(await entryOf(one, first.token)).toMatchObject({ status: "accepted", place: null, offer: null });
    expect(await entryOf(two, second.token)).toMatchObject({ status: "waiting", place: 1 });
  });

  test("passes on when it is declined, and nobody is offered it twice", async () => {
    const id = await booked(holder, ten);
    const [one, two] = [await joined(first), await joined(second)];
    await cancel(id, holder.token);
    expect(await decide(await openOffer(one, first), "decline", first.token)).toMatchObject({
      status: 200,
      body: { status: "declined", appointment_id: null },
    });
    expect(await statusOf(one, first)).toBe("waiting");
    const offer = await openOffer(two, second);
    expect((await decide(offer, "decline", second.token)).status).toBe(200);
    expect(await decide(offer, "accept", second.token)).toMatchObject({ status: 409 });
    expect([await offerOf(one, first), await offerOf(two, second)]).toEqual([undefined, undefined]);
    expect(await freeStarts(DEMO.consultation, DAY)).toContain(ten);
    await runJob();
    expect([await notificationsOf(first), await notificationsOf(second)]).toEqual([1, 1]);
    expect(await sqlValue("select count(*)::int from private.released_slots")).toBe(0);
  });

  test("passes on when its offer lapses, without a moment in which it is free; the old offer is 410 then", async () => {
    const id = await booked(holder, ten);
    const [one, two] = [await joined(first), await joined(second)];
    await cancel(id, holder.token);
    const lapsing = await openOffer(one, first);
    await runJob(59);
    expect(await statusOf(two, second)).toBe("waiting");
    await runJob(60);
    expect(await statusOf(one, first)).toBe("waiting");
    await openOffer(two, second);
    expect(await decide(lapsing, "accept", first.token)).toMatchObject({ status: 410, body: { code: "offer_lapsed" } });
    expect(await freeStarts(DEMO.consultation, DAY)).not.toContain(ten);
    await runJob(121);
    await runJob(122);
    expect(await freeStarts(DEMO.consultation, DAY)).toContain(ten);
    expect([await notificationsOf(first), await notificationsOf(second)]).toEqual([1, 1]);
  });

  test("is lost to whoever accepts after the deadline, also before the job comes", async () => {
    const id = await booked(holder, ten);
    const one = await joined(first);
    await cancel(id, holder.token);
    const offer = await openOffer(one, first);
    await sql().query(
      "update public.waitlist_offers set offered_at = now() - interval '2 hours', expires_at = now() - interval '1 second' where id = $1",
      [offer],
    );
    expect(await decide(offer, "accept", first.token)).toMatchObject({ status: 410, body: { code: "offer_lapsed" } });
    await runJob();
    expect(await freeStarts(DEMO.consultation, DAY)).toContain(ten);
  });

  test("by a move or a hold that ends is offered as well", async () => {
    const id = await booked(holder, ten);
    const one = await joined(first);
    const moved = await call(`/appointments/${id}/reschedule`, { token: holder.token, body: { starts_at: eleven } });
    expect(moved.status).toBe(200);
    expect((await decide(await openOffer(one, first), "accept", first.token)).status).toBe(200);
    const half = await instantOf(DAY, "14:00");
    const held = await call("/appointments/holds", { token: holder.token, body: slot(half) });
    const two = await joined(second);
    await sql().query(
      "update public.appointments set hold_expires_at = now() - interval '1 second' where id = $1",
      [textAt(held.body, "/id")],
    );
    await sql().query("delete from public.appointments where status = 'held' and hold_expires_at <= now()");
    await runJob();
    expect(await entryOf(two, second.token)).toMatchObject({ status: "offered" });
  });

  test("is offered to those whom it suits", async () => {
    const id = await booked(holder, ten);
    const wishes = [
      { weekdays: [2] },
      { from_time: "11:00" },
      { to_time: "09:00" },
      { from_day: dayAhead(5) },
      { to_day: dayAhead(3) },
    ];
    const people = await newVisitors(wishes.length);
    const entries = await Promise.all(people.map((person, index) => joined(person, wishes[index])));
    const last = await joined(first, {
      practitioner_id: DEMO.doctor,
      from_day: DAY,
      to_day: DAY,
      weekdays: [1],
      from_time: "10:00",
      to_time: "10:30",
    });
    await cancel(id, holder.token);
    for (const [index, person] of people.entries()) {
      expect(await statusOf(entries[index] ?? "", person), JSON.stringify(wishes[index])).toBe("waiting");
    }
    expect(await statusOf(last, first)).toBe("offered");
  });

  test("is offered with time to answer before the notice that the service needs, or not at all", async () => {
    // Noon at the hospital, whenever this runs, and no hours but those that are added.
    const ahead = 12 - new Date().getUTCHours();
    const zone = ahead === 0 ? "Etc/GMT" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
    const live = (name: string) =>
      sql().query("update public.organizations set time_zone = $2 where id = $1", [DEMO.hospital, name]);
    const insert = (minutes: number) =>
      sql().query(
        `insert into public.availability_exceptions (id, organization_id, practitioner_id, kind, from_day, to_day, start_time, end_time)
         select $1::uuid, $2::uuid, $3::uuid, 'open'::public.availability_kind, t::date, t::date, t::time, (t + interval '30 minutes')::time
         from (select (now() + make_interval(mins => $4)) at time zone $5 as t) as local
         union all
         select 'a7000000-0000-4000-8000-000000000002', $2, $3, 'closed', current_date - 1, current_date + 1, null, null`,
        ["a7000000-0000-4000-8000-000000000001", DEMO.hospital, DEMO.doctor, minutes, zone],
      );
    const remove = () =>
      sql().query("delete from public.availability_exceptions where id::text like 'a7000000-0000-4000-8000-%'");
    await live(zone);
    try {
      for (const [minutes, status] of [[62, "waiting"], [90, "offered"]] as const) {
        await emptySchedule();
        await insert(minutes);
        try {
          const starts = await sqlValue(
            "select starts_at from private.free_slots((select s from public.services s where id = $1), array[$2]::uuid[], now(), now() + interval '3 hours') order by starts_at desc limit 1",
            [DEMO.consultation, DEMO.doctor],
          );
          const { rows } = await sql().query<{ id: string }>(
            `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, status, starts_at, ends_at, booked_by)
             values ($1, $2, $3, $4, 'booked', $5, $5::timestamptz + interval '30 minutes', 'staff') returning id`,
            [DEMO.hospital, holder.patientId, DEMO.consultation, DEMO.doctor, starts],
          );
          const one = await joined(first);
          await cancel(rows[0]?.id ?? "", doctor);
          const entry = await entryOf(one, first.token);
          expect(at(entry, "/status"), `${minutes} minutes ahead`).toBe(status);
          if (status === "offered") {
            const notice = Date.parse(textAt(entry, "/offer/starts_at")) -
              Date.parse(textAt(entry, "/offer/expires_at"));
            expect(notice).toBe(60 * 60_000);
          }
        } finally {
          await remove();
        }
      }
    } finally {
      await live("Europe/Berlin");
    }
  });
});

describe("an appointment that is to be replaced", () => {
  test("moves to the earlier time, and its own time is offered on", async () => {
    const early = await booked(holder, ten);
    const later = await booked(first, eleven);
    const one = await joined(first, { replaces_appointment_id: later });
    const two = await joined(second);
    await cancel(early, holder.token);
    const accepted = await decide(await openOffer(one, first), "accept", first.token);
    expect(accepted).toMatchObject({ status: 200, body: { status: "accepted", appointment_id: later } });
    const moved = await appointment(later);
    expect(moved).toMatchObject({ id: later, status: "booked", sequence: 1 });
    expect(new Date(textAt(moved, "/starts_at")).toISOString()).toBe(ten);
    expect(await sqlValue("select count(*)::int from public.appointments where patient_id = $1", [first.patientId]))
      .toBe(1);
    const next = await entryOf(two, second.token);
    expect(new Date(textAt(next, "/offer/starts_at")).toISOString()).toBe(eleven);
  });

  test("is offered nothing later", async () => {
    const early = await booked(first, ten);
    const late = await booked(holder, eleven);
    const one = await joined(first, { replaces_appointment_id: early });
    await cancel(late, holder.token);
    expect(await statusOf(one, first)).toBe("waiting");
  });

  test("and was cancelled meanwhile: the offer is booked", async () => {
    const early = await booked(holder, ten);
    const later = await booked(first, eleven);
    const one = await joined(first, { replaces_appointment_id: later });
    await cancel(later, first.token);
    await cancel(early, holder.token);
    const accepted = await decide(await openOffer(one, first), "accept", first.token);
    expect(accepted.status).toBe(200);
    expect(at(accepted.body, "/appointment_id")).not.toBe(later);
  });

  test("and has begun meanwhile: the offer is not accepted, and nothing is booked beside it", async () => {
    const early = await booked(holder, ten);
    const later = await booked(first, eleven);
    const one = await joined(first, { replaces_appointment_id: later });
    await cancel(early, holder.token);
    await sql().query("update public.appointments set status = 'checked_in' where id = $1", [later]);
    const offer = await openOffer(one, first);
    expect(await decide(offer, "accept", first.token)).toMatchObject({
      status: 409,
      body: { code: "illegal_transition" },
    });
    expect((await decide(offer, "decline", first.token)).status).toBe(200);
    expect(await sqlValue("select count(*)::int from public.appointments where patient_id = $1", [first.patientId]))
      .toBe(1);
  });
});

import type { Rule } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";
import { demoSchedule as demo, MONDAY, visits } from "./rows.ts";

const patient = (person: string) => `(select id from public.patients where user_id = '${person}')`;
const hushed = (change: string) => `delete from realtime.messages; delete from public.notifications; ${change}`;
const set = (id: string, values: string) => `update public.appointments set ${values} where id = '${id}'`;
const cancelled = "status = 'cancelled', cancelled_by = 'staff', cancellation_reason = 'Ill'";
const later = `starts_at = '${MONDAY}T13:00:00Z', ends_at = '${MONDAY}T13:30:00Z', sequence = sequence + 1`;

/** A booking or a hold of Pavel's, made past every function. */
const insert = (status: string, more = "null") =>
  `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, status, starts_at, ends_at, hold_expires_at, booked_by)
  values ('${demoHospital}', ${
    patient(people.pavel)
  }, '${demo.consultation}', '${demo.doctor}', '${status}', '${MONDAY}T18:00:00Z', '${MONDAY}T18:30:00Z',
    ${more}, 'staff')`;

/** Every one of these topics has the event once, with ids and a status alone, and no other topic has it. */
const heardBy = (event: string, status: string, topics: string[]) =>
  `select 1 from (
    select array_agg(topic order by topic) as topics, bool_and(private and payload @> '{"type": "appointment", "status": "${status}", "organization_id": "${demoHospital}"}'
      and payload ?& array['id', 'at'] and (select count(*) from jsonb_object_keys(payload)) = 5) as fits
    from realtime.messages where event = '${event}') as heard
  where fits and topics = array[${topics.toSorted().map((topic) => `'${topic}'`).join(", ")}]`;
const desk = `org:${demoHospital}:appointments`;
const to = (person: string) => `user:${person}`;

const live: Rule[] = ([
  [
    "a new booking",
    insert("booked"),
    heardBy("appointment.created", "booked", [desk, to(people.doctor), to(people.pavel)]),
  ],
  [
    "a hold that is taken",
    set(visits.paulaHold, "status = 'booked'"),
    heardBy("appointment.created", "booked", [desk, to(people.doctor), to(people.paula)]),
  ],
  [
    "a move",
    set(visits.paula, later),
    heardBy("appointment.updated", "booked", [desk, to(people.doctor), to(people.paula)]),
  ],
  [
    "a change of the practitioner",
    set(visits.paula, `practitioner_id = '${demo.nurse}'`),
    heardBy("appointment.updated", "booked", [desk, to(people.doctor), to(people.nurse), to(people.paula)]),
  ],
  [
    "a change of the room",
    set(visits.paula, `room_id = '${demo.room}'`),
    heardBy("appointment.updated", "booked", [desk, to(people.doctor), to(people.paula)]),
  ],
  [
    "a patient who has come",
    set(visits.paula, "status = 'checked_in'"),
    heardBy("appointment.updated", "checked_in", [desk, to(people.doctor), to(people.paula)]),
  ],
  [
    "a cancellation",
    set(visits.paula, cancelled),
    heardBy("appointment.cancelled", "cancelled", [desk, to(people.doctor), to(people.paula)]),
  ],
] satisfies [string, string, string][]).map(([what, change, statement]) => ({
  rule: `${what} is heard by the hospital, the patient and the practitioner, by ids and status alone`,
  given: hushed(change),
  statement,
  expected: "yes",
}));

const silent: Rule[] = ([
  ["a new hold", insert("held", "now() + interval '5 minutes'")],
  ["a hold that moves", set(visits.paulaHold, later)],
  ["a hold that is given back", `delete from public.appointments where id = '${visits.paulaHold}'`],
  ["a change of the reason alone", set(visits.paula, "sequence = sequence + 1")],
  ["a move to another chart", set(visits.paula, `patient_id = ${patient(people.pavel)}`)],
] satisfies [string, string][]).map(([what, change]) => ({
  rule: `${what} is no news to anybody`,
  given: hushed(change),
  statement: `select 1 from realtime.messages where topic like '%:appointments' or event like 'appointment.%'
    union all select 1 from public.notifications where kind in ('appointment_changed', 'schedule_changed')`,
  expected: "none",
}));

/** Who was told of a change, as "<kind> <person>: <title>" in order. */
const told = (...lines: string[]) =>
  `select 1 from (select coalesce(array_agg(kind || ' ' || recipient_id || ': ' || title order by 1), '{}') as lines
    from (select kind, recipient_id, title from public.notifications where kind in ('appointment_changed', 'schedule_changed')
      and concat(title, body) !~* 'consultation|Paula|Pavel' order by 1, 2) as n) as x
  where lines = array[${lines.toSorted().map((line) => `'${line}'`).join(", ")}]::text[]`;
const patientTold = (person: string, title: string) => `appointment_changed ${person}: ${title}`;
const practitionerTold = (person: string, title: string) => `schedule_changed ${person}: ${title}`;

const notified: Rule[] = ([
  ["a booking, to the patient", insert("booked"), told(patientTold(people.pavel, "Your appointment was booked"))],
  [
    "a request, to both",
    insert("requested"),
    told(
      patientTold(people.pavel, "Your appointment was requested"),
      practitionerTold(people.doctor, "An appointment was requested"),
    ),
  ],
  [
    "a confirmation, to the patient",
    set(visits.pavel, "status = 'booked'"),
    told(patientTold(people.pavel, "Your appointment was booked")),
  ],
  [
    "a move, to both",
    set(visits.paula, later),
    told(
      patientTold(people.paula, "Your appointment was changed"),
      practitionerTold(people.doctor, "An appointment was moved"),
    ),
  ],
  [
    "a change of the practitioner, to all three",
    set(visits.paula, `practitioner_id = '${demo.nurse}'`),
    told(
      patientTold(people.paula, "Your appointment was changed"),
      practitionerTold(people.doctor, "An appointment was moved"),
      practitionerTold(people.nurse, "An appointment was moved"),
    ),
  ],
  [
    "a cancellation, to both",
    set(visits.paula, cancelled),
    told(
      patientTold(people.paula, "Your appointment was cancelled"),
      practitionerTold(people.doctor, "An appointment was cancelled"),
    ),
  ],
  ["a check-in, to nobody", set(visits.paula, "status = 'checked_in'"), told()],
  ["another room, to nobody", set(visits.paula, `room_id = '${demo.room}'`), told()],
] satisfies [string, string, string][]).map(([what, change, statement]) => ({
  rule: `an appointment's news is told without a name and without what it is for: ${what}`,
  given: hushed(change),
  statement,
  expected: "yes",
}));

const byThemselves: Rule[] = [
  {
    rule: "a patient who cancels is not told of it, the practitioner is",
    before: hushed("select 1"),
    given: `select set_config('request.jwt.claims', '{"sub": "${people.paula}"}', true); ${
      set(visits.paula, cancelled)
    }`,
    statement: told(practitionerTold(people.doctor, "An appointment was cancelled")),
    expected: "yes",
  },
  {
    rule: "a practitioner who cancels is not told of it, the patient is",
    before: hushed("select 1"),
    given: `select set_config('request.jwt.claims', '{"sub": "${people.doctor}"}', true); ${
      set(visits.paula, cancelled)
    }`,
    statement: told(patientTold(people.paula, "Your appointment was cancelled")),
    expected: "yes",
  },
];

const planned = (id: string, before: string) =>
  `select 1 from private.reminder_plans r join public.appointments a on a.id = r.appointment_id and a.starts_at = r.starts_at
  where r.appointment_id = '${id}' and r.next_at = a.starts_at - interval '${before}'`;
const wish = `update public.notification_preferences set reminder_minutes = '{60}' where user_id = '${people.pavel}'`;

const plans: Rule[] = [
  {
    rule: "a new booking is to be reminded of a day before",
    given: insert("booked"),
    statement: `select 1 from private.reminder_plans
      where starts_at = '${MONDAY}T18:00:00Z' and next_at = starts_at - interval '1 day'`,
    expected: "yes",
  },
  { rule: "a request is not to be reminded of", statement: planned(visits.pavel, "1 day"), expected: "none" },
  {
    rule: "a request that is confirmed is",
    given: set(visits.pavel, "status = 'booked'"),
    statement: planned(visits.pavel, "1 day"),
    expected: "yes",
  },
  {
    rule: "what is moved is to be reminded of at its new time",
    given: set(visits.paula, later),
    statement: planned(visits.paula, "1 day"),
    expected: "yes",
  },
  {
    rule: "what is cancelled is not to be reminded of",
    given: set(visits.paula, cancelled),
    statement: `select 1 from private.reminder_plans where appointment_id = '${visits.paula}'`,
    expected: "none",
  },
  {
    rule: "who comes to have an appointment by a merge is reminded as they wish",
    before: wish,
    given: set(visits.paula, `patient_id = ${patient(people.pavel)}`),
    statement: planned(visits.paula, "1 hour"),
    expected: "yes",
  },
  {
    rule: "who is linked to a patient is reminded as they wish",
    before: wish,
    given:
      `create temporary table rls_linked on commit drop as select id from public.patients where user_id = '${people.paula}';
      update public.patients set user_id = null where user_id in ('${people.paula}', '${people.pavel}');
      update public.patients set user_id = '${people.pavel}' where id in (select id from rls_linked)`,
    statement: planned(visits.paula, "1 hour"),
    expected: "yes",
  },
  {
    rule: "who wishes to be reminded at another time is",
    by: "patient",
    given: "update public.notification_preferences set reminder_minutes = '{45,30}'",
    statement: planned(visits.paula, "45 minutes"),
    expected: "yes",
  },
];

const refused: Rule[] = ([
  ["a reminder within a quarter of an hour", "{14}", "23514"],
  ["a reminder more than two weeks ahead", "{20161}", "23514"],
  ["six reminders", "{15,16,17,18,19,20}", "23514"],
  ["no minutes", "{null}", "23514"],
  ["no list", "null", "23502"],
  ["no reminder at all", "{}", "yes"],
] satisfies [string, string, string][]).map(([what, values, expected]) => ({
  rule: `a person prefers ${what}: ${expected}`,
  as: "patient",
  statement: `update public.notification_preferences set reminder_minutes = ${
    values === "null" ? values : `'${values}'`
  } where user_id = '${people.paula}'`,
  expected,
}));

const closed: Rule[] = [
  "private.queue_reminders(1)",
  "private.send_reminders(1)",
  "private.plan_reminders('{}')",
  "private.age_appointments('00000000-0000-0000-0000-000000000000', 1)",
  "private.withdraw_mail(null)",
].flatMap((job) =>
  (["admin", "service"] as const).map((as): Rule => ({
    rule: `${as} may not call ${job}`,
    as,
    statement: `select ${job}`,
    expected: "deny",
  }))
);

/** What is told of appointments to whom, and when their patients are reminded. */
export const appointmentNewsRules: Rule[] = [
  ...live,
  ...silent,
  ...notified,
  ...byThemselves,
  ...plans,
  ...refused,
  ...closed,
];

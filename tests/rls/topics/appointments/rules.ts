import type { Rule } from "../../rule.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { demoSchedule as demo, MONDAY, visits } from "./rows.ts";

const patient = (person: string) => `(select id from public.patients where user_id = '${person}')`;

type Made = {
  organization?: string;
  person?: string;
  service?: string;
  practitioner?: string;
  room?: string;
  status?: string;
  at?: string;
  minutes?: number;
  more?: string;
  values?: string;
};

/** Inserts an appointment past every function, as only the owner of the table can. */
const insert = (
  {
    organization = demoHospital,
    person = people.pavel,
    service = demo.consultation,
    practitioner = demo.doctor,
    room,
    status = "booked",
    at = `${MONDAY}T14:00:00Z`,
    minutes = 30,
    more = "",
    values = "",
  }: Made,
) =>
  `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, room_id, status, starts_at, ends_at, booked_by${more})
  values ('${organization}', ${patient(person)}, '${service}', '${practitioner}', ${
    room === undefined ? "null" : `'${room}'`
  }, '${status}',
    '${at}', timestamptz '${at}' + interval '${minutes} minutes', 'staff'${values})`;

const overbooked = {
  more: ", overbooking, overbooking_reason",
  values: ", 1, 'Acute pain'",
};
const roomOverbooked = {
  more: ", room_overbooking, overbooking_reason",
  values: ", 1, 'Acute pain'",
};
const inRoom = { service: demo.surgery, room: demo.room, at: `${MONDAY}T06:00:00Z` };

const overlaps: Rule[] = [
  { rule: "a practitioner is not booked twice", statement: insert({ at: `${MONDAY}T09:15:00Z` }), expected: "23P01" },
  {
    rule: "a practitioner is not booked into the time after an appointment that belongs to it",
    statement: insert({ at: `${MONDAY}T09:35:00Z` }),
    expected: "23P01",
  },
  {
    rule: "a hold keeps others out",
    statement: insert({ at: `${MONDAY}T12:00:00Z` }),
    expected: "23P01",
  },
  {
    rule: "a room is not booked twice",
    given: insert(inRoom),
    statement: insert({ ...inRoom, person: people.paula, practitioner: demo.nurse }),
    expected: "23P01",
  },
  {
    rule: "a patient is not in two places",
    statement: insert({ person: people.paula, practitioner: demo.nurse, at: `${MONDAY}T09:15:00Z` }),
    expected: "23P01",
  },
  {
    rule: "a patient is not in two places by overbooking either",
    statement: insert({ person: people.paula, practitioner: demo.nurse, at: `${MONDAY}T09:15:00Z`, ...overbooked }),
    expected: "23P01",
  },
  {
    rule: "a person with two hospitals is not booked at both",
    before: `insert into public.memberships (id, user_id, organization_id, role)
      values ('a1000000-0000-4000-8000-000000000091', '${people.doctor}', '${northHospital}', 'hospital_staff');
      insert into public.practitioners (id, organization_id, membership_id, display_name, specialty) values
      ('a1000000-0000-4000-8000-000000000092', '${northHospital}', 'a1000000-0000-4000-8000-000000000091', 'Dr. Two', 'Surgery')`,
    statement: insert({
      organization: northHospital,
      service: demo.officeVisit,
      practitioner: "a1000000-0000-4000-8000-000000000092",
      at: `${MONDAY}T09:00:00Z`,
    }),
    expected: "23P01",
  },
  {
    rule: "an overbooking stands beside the appointment that it overbooks",
    statement: insert({ at: `${MONDAY}T09:00:00Z`, ...overbooked }),
    expected: "yes",
  },
  {
    rule: "an ordinary appointment does not slip into the time of an overbooking",
    given: insert({ ...overbooked }),
    statement: insert({ person: people.paula }),
    expected: "23P01",
  },
  {
    rule: "an overbooking of a room stands beside the appointment in it",
    given: insert(inRoom),
    statement: insert({ ...inRoom, person: people.paula, practitioner: demo.nurse, ...roomOverbooked }),
    expected: "yes",
  },
  {
    rule: "an overbooking of a practitioner is none of the room",
    given: insert({ ...inRoom, practitioner: demo.nurse }),
    statement: insert({ ...inRoom, person: people.paula, ...overbooked }),
    expected: "23P01",
  },
  {
    rule: "an overbooking of a room is none of the practitioner",
    statement: insert({ at: `${MONDAY}T09:00:00Z`, room: demo.room, ...roomOverbooked }),
    expected: "23P01",
  },
  {
    rule: "an ordinary appointment does not slip into a room at the time of an overbooking of it",
    given: insert({ ...inRoom, ...roomOverbooked }),
    statement: insert({ ...inRoom, person: people.paula, practitioner: demo.nurse }),
    expected: "23P01",
  },
  ...["overbooking", "room_overbooking"].map((lane): Rule => ({
    rule: `an overbooking has a reason: ${lane}`,
    statement: insert({ at: `${MONDAY}T09:00:00Z`, more: `, ${lane}`, values: ", 1" }),
    expected: "23514",
  })),
  {
    rule: "what is cancelled makes room",
    given:
      `update public.appointments set status = 'cancelled', cancelled_by = 'staff', cancellation_reason = 'Ill' where id = '${visits.paula}'`,
    statement: insert({ at: `${MONDAY}T09:00:00Z` }),
    expected: "yes",
  },
];

const places: Rule[] = [
  {
    rule: "an appointment is not with another hospital's practitioner",
    statement: insert({ practitioner: demo.northDoctor }),
    expected: "PT422",
  },
  {
    rule: "an appointment is not in another hospital's room",
    statement: insert({ room: demo.northRoom }),
    expected: "PT422",
  },
  {
    rule: "an appointment is not of another hospital's service",
    statement: insert({ service: demo.officeVisit }),
    expected: "PT422",
  },
  { rule: "an appointment is not in the past", statement: insert({ at: "2020-03-02T09:00:00Z" }), expected: "PT422" },
  {
    rule: "an appointment is not moved into the past",
    statement:
      `update public.appointments set starts_at = '2020-03-02T09:00:00Z', ends_at = '2020-03-02T09:30:00Z' where id = '${visits.paula}'`,
    expected: "PT422",
  },
  { rule: "an appointment does not begin completed", statement: insert({ status: "completed" }), expected: "PT422" },
  { rule: "an appointment takes time", statement: insert({ minutes: 0 }), expected: "23514" },
  { rule: "an appointment does not end before it begins", statement: insert({ minutes: -30 }), expected: "22000" },
  {
    rule: "the buffers are those of the service",
    given: insert({ more: ", buffer_after_minutes", values: ", 0" }),
    statement:
      `select 1 from public.appointments where starts_at = '${MONDAY}T14:00:00Z' and buffer_after_minutes = 10`,
    expected: "yes",
  },
  {
    rule: "a practitioner belongs to the staff of the hospital",
    statement: `insert into public.practitioners (organization_id, membership_id, display_name, specialty)
      select '${demoHospital}', id, 'No One', 'None' from public.memberships where user_id = '${people.pharmacist}'`,
    expected: "PT422",
  },
  {
    rule: "a service is not given by another hospital's practitioner",
    statement: `insert into public.service_resources (organization_id, service_id, practitioner_id)
      values ('${demoHospital}', '${demo.consultation}', '${demo.northDoctor}')`,
    expected: "PT422",
  },
  {
    rule: "hours are not those of another hospital's practitioner",
    statement: `insert into public.availability_rules (organization_id, practitioner_id, weekday, start_time, end_time)
      values ('${demoHospital}', '${demo.northDoctor}', 1, '09:00', '10:00')`,
    expected: "PT422",
  },
  {
    rule: "exceptions are not those of another hospital's practitioner",
    statement: `insert into public.availability_exceptions (organization_id, practitioner_id, kind, from_day, to_day)
      values ('${demoHospital}', '${demo.northDoctor}', 'closed', '2031-01-01', '2031-01-01')`,
    expected: "PT422",
  },
];

const steps: [from: string, to: string, expected: string][] = [
  ["booked", "in_progress", "PT409"],
  ["booked", "completed", "PT409"],
  ["booked", "requested", "PT409"],
  ["booked", "checked_in", "yes"],
  ["booked", "no_show", "yes"],
  ["requested", "booked", "yes"],
  ["requested", "checked_in", "PT409"],
];
const steppingOf: Record<string, string> = { booked: visits.paula, requested: visits.pavel };

const machine: Rule[] = [
  ...steps.map(([from, to, expected]): Rule => ({
    rule: `an appointment that is ${from} becomes ${to}: ${expected}`,
    statement: `update public.appointments set status = '${to}' where id = '${steppingOf[from]}'`,
    expected,
  })),
  ...([
    [true, "yes"],
    [false, "PT409"],
  ] satisfies [boolean, Rule["expected"]][]).map(([confirms, expected]): Rule => ({
    rule: `an appointment that is moved becomes a request again, needs_confirmation ${confirms}: ${expected}`,
    given: `update public.services set needs_confirmation = ${confirms} where id = '${demo.consultation}'`,
    statement:
      `update public.appointments set status = 'requested', starts_at = '${MONDAY}T14:00:00Z', ends_at = '${MONDAY}T14:30:00Z'
      where id = '${visits.paula}'`,
    expected,
  })),
  {
    rule: "an appointment that is not moved does not become a request again",
    given: `update public.services set needs_confirmation = true where id = '${demo.consultation}'`,
    statement: `update public.appointments set status = 'requested' where id = '${visits.paula}'`,
    expected: "PT409",
  },
  {
    rule: "a cancelled appointment comes back by no path",
    given:
      `update public.appointments set status = 'cancelled', cancelled_by = 'staff', cancellation_reason = 'Ill' where id = '${visits.paula}'`,
    statement: `update public.appointments set status = 'booked' where id = '${visits.paula}'`,
    expected: "PT409",
  },
  {
    rule: "a patient who moves to another chart does not count as a change of the appointment",
    given: `update public.appointments set patient_id = ${patient(people.pavel)} where id = '${visits.paula}'`,
    statement: `select 1 from public.appointments where id = '${visits.paula}' and version = 1`,
    expected: "yes",
  },
];

const versions: Rule[] = ([
  ["practitioners", `'${demo.doctor}'`, "specialty", "'Surgery'"],
  ["rooms", `'${demo.room}'`, "name", "'Room 8'"],
  ["services", `'${demo.consultation}'`, "notice_minutes", "90"],
  [
    "service_resources",
    `(select id from public.service_resources where service_id = '${demo.consultation}')`,
    "room_id",
    `'${demo.room}', practitioner_id = null`,
  ],
  ["availability_rules", "(select min(id::text)::uuid from public.availability_rules)", "end_time", "'19:00'"],
  ["availability_exceptions", `'${demo.holiday}'`, "reason", "'Other'"],
  ["appointments", `'${visits.paula}'`, "sequence", "3"],
] satisfies [string, string, string, string][]).flatMap(([table, id, column, value]): Rule[] => [
  {
    rule: `a change of ${table} counts the version and keeps when the row was made`,
    before:
      `create temporary table rls_changed on commit drop as select id, version from public.${table} where id = ${id}`,
    given: `update public.${table} set ${column} = ${value}, version = 99, created_at = '2000-01-01' where id = ${id}`,
    statement:
      `select 1 from public.${table} t join rls_changed c on c.id = t.id where t.version = c.version + 1 and t.created_at > '2001-01-01'`,
    expected: "yes",
  },
  {
    rule: `a change of ${table} is in the audit log`,
    before:
      `create temporary table rls_changed on commit drop as select id, (select max(id) from audit.entries) as entry from public.${table} where id = ${id}`,
    given: `update public.${table} set ${column} = ${value} where id = ${id}`,
    statement: `select 1 from audit.entries e join rls_changed c on c.id = e.row_id
      where e.id > c.entry and e.table_name = '${table}' and e.action = 'update' and '${column}' = any (e.changed_fields)`,
    expected: "yes",
  },
]);

const blind: Rule[] = ([
  [
    "update public.practitioners set specialty = 'Blind'",
    `public.practitioners where specialty = 'Blind' and organization_id = '${northHospital}'`,
  ],
  ["update public.rooms set active = false", `public.rooms where not active and organization_id = '${northHospital}'`],
  [
    "update public.availability_rules set end_time = '23:00'",
    `public.availability_rules where end_time = '23:00' and organization_id = '${northHospital}'`,
  ],
  [
    "delete from public.availability_rules",
    `(select 1 where not exists (select from public.availability_rules where organization_id = '${northHospital}')) as gone`,
  ],
  [
    "delete from public.availability_exceptions",
    `(select 1 where not exists (select from public.availability_exceptions where organization_id = '${northHospital}')) as gone`,
  ],
] satisfies [string, string][]).map(([given, others]): Rule => ({
  rule: `who keeps a schedule keeps that of their own hospital: ${given}`,
  by: "admin",
  given,
  statement: `select 1 from ${others}`,
  expected: "none",
}));

/** What the database makes impossible about appointments and schedules. */
export const appointmentRules: Rule[] = [...overlaps, ...places, ...machine, ...versions, ...blind];

import { changesCount, type Rule } from "../../rule.ts";
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

/** What the database makes impossible about appointments. */
export const appointmentRules: Rule[] = [
  ...overlaps,
  ...places,
  ...machine,
  ...changesCount("appointments", `'${visits.paula}'`, "sequence", "3"),
];

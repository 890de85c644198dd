import { callLines, tableLines } from "../../matrix.ts";
import { people } from "../../people.ts";
import { demoSchedule as demo, MONDAY, visits } from "./rows.ts";

const row = (id: string) => () => `id = '${id}'`;
const patient = (person: string) => `(select id from rls_patients where user_id = '${person}')`;

const tables = [
  ...tableLines({
    relation: "public.appointments",
    rows: {
      "Paula's": row(visits.paula),
      "Pavel's": row(visits.pavel),
      "Priya's elsewhere": row(visits.priya),
      "a hold of Paula's": row(visits.paulaHold),
    },
    expected: `
      verb    row                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  Paula's            deny       yes      yes     yes    none        none   none       yes
      select  Pavel's            deny       none     yes     yes    none        none   none       yes
      select  Priya's elsewhere  deny       none     none    none   none        none   none       yes
      select  a hold of Paula's  deny       yes      yes     yes    none        none   none       yes
      closed  insert, update, delete
    `,
  }),
];

const slots = (service: string) => () => `select * from public.search_slots('${service}', '${MONDAY}', '${MONDAY}')`;

/** A booking as the actor would make it: patients for themselves, staff for Pavel. */
const input = (service: string, practitioner: string, time: string, forWhom: string | null) =>
  `jsonb_strip_nulls(jsonb_build_object('service_id', '${service}', 'practitioner_id', '${practitioner}',
    'starts_at', '${MONDAY}T${time}Z', 'patient_id', ${forWhom ?? "null::uuid"}))`;
const forSelf = (name: string, service: string, practitioner: string, time: string) => () =>
  `select public.${name}(${input(service, practitioner, time, null)})`;
const forPavel = (name: string, service: string, practitioner: string, time: string) => () =>
  `select public.${name}(${input(service, practitioner, time, patient(people.pavel))})`;
const change = (name: string, id: string, more: string) => () => `select public.${name}('${id}', ${more})`;
const list = (of: string) => () => `select jsonb_array_elements(public.list_appointments(${of}) -> 'rows')`;

const calls = callLines(
  {
    "search_slots for all": slots(demo.consultation),
    "search_slots for staff": slots(demo.surgery),
    "search_slots elsewhere for those in care": slots(demo.physical),
    "hold_slot for oneself": forSelf("hold_slot", demo.consultation, demo.doctor, "13:00:00"),
    "hold_slot for Pavel": forPavel("hold_slot", demo.consultation, demo.doctor, "13:00:00"),
    "book_appointment for oneself": forSelf("book_appointment", demo.consultation, demo.doctor, "13:00:00"),
    "book_appointment for Pavel": forPavel("book_appointment", demo.consultation, demo.doctor, "13:00:00"),
    "book_appointment of staff's for oneself": forSelf("book_appointment", demo.surgery, demo.doctor, "13:30:00"),
    "book_appointment elsewhere for oneself": forSelf(
      "book_appointment",
      demo.officeVisit,
      demo.northDoctor,
      "16:00:00",
    ),
    "book_appointment of Paula's hold": () => `select public.book_appointment('{"hold_id": "${visits.paulaHold}"}')`,
    "release_hold of Paula's": () => `select 1 from public.release_hold('${visits.paulaHold}')`,
    "get_appointment Paula's": () => `select public.get_appointment('${visits.paula}')`,
    "get_appointment Priya's": () => `select public.get_appointment('${visits.priya}')`,
    "list_appointments Paula's": list(`p_patient_id => ${patient(people.paula)}`),
    "list_appointments elsewhere": list(`p_practitioner_id => '${demo.northDoctor}'`),
    "step_appointment Pavel's": change("step_appointment", visits.pavel, "'booked'"),
    "step_appointment Paula's": change("step_appointment", visits.paula, "'checked_in'"),
    "step_appointment Priya's": change("step_appointment", visits.priya, "'checked_in'"),
    "cancel_appointment Paula's": change("cancel_appointment", visits.paula, "'Ill'"),
    "cancel_appointment Pavel's": change("cancel_appointment", visits.pavel, "'Ill'"),
    "cancel_appointment Priya's": change("cancel_appointment", visits.priya, "'Ill'"),
    "reschedule_appointment Paula's": change(
      "reschedule_appointment",
      visits.paula,
      `p_starts_at => '${MONDAY}T13:00:00Z'`,
    ),
    "reschedule_appointment Pavel's": change(
      "reschedule_appointment",
      visits.pavel,
      `p_starts_at => '${MONDAY}T13:00:00Z'`,
    ),
    "reschedule_appointment Priya's": change(
      "reschedule_appointment",
      visits.priya,
      `p_starts_at => '${MONDAY}T16:00:00Z'`,
    ),
  },
  `
    function                                  anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    search_slots for all                      deny       yes      yes     yes    PT404       PT403  PT404      deny
    search_slots for staff                    deny       PT404    yes     yes    PT404       PT403  PT404      deny
    search_slots elsewhere for those in care  deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    hold_slot for oneself                     deny       yes      PT422   PT422  PT403       PT403  PT403      deny
    hold_slot for Pavel                       deny       PT403    yes     yes    PT403       PT403  PT403      deny
    book_appointment for oneself              deny       yes      PT422   PT422  PT403       PT403  PT403      deny
    book_appointment for Pavel                deny       PT403    yes     yes    PT403       PT403  PT403      deny
    book_appointment of staff's for oneself   deny       PT404    PT422   PT422  PT403       PT403  PT403      deny
    book_appointment elsewhere for oneself    deny       yes      PT403   PT403  PT403       PT403  PT403      deny
    book_appointment of Paula's hold          deny       yes      yes     yes    PT404       PT404  PT404      deny
    release_hold of Paula's                   deny       yes      yes     yes    PT404       PT404  PT404      deny
    get_appointment Paula's                   deny       yes      yes     yes    none        none   none       deny
    get_appointment Priya's                   deny       none     none    none   none        none   none       deny
    list_appointments Paula's                 deny       yes      yes     yes    none        none   none       deny
    list_appointments elsewhere               deny       none     none    none   none        none   none       deny
    step_appointment Pavel's                  deny       PT404    yes     yes    PT404       PT404  PT404      deny
    step_appointment Paula's                  deny       PT403    yes     yes    PT404       PT404  PT404      deny
    step_appointment Priya's                  deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    cancel_appointment Paula's                deny       yes      yes     yes    PT404       PT404  PT404      deny
    cancel_appointment Pavel's                deny       PT404    yes     yes    PT404       PT404  PT404      deny
    cancel_appointment Priya's                deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    reschedule_appointment Paula's            deny       yes      yes     yes    PT404       PT404  PT404      deny
    reschedule_appointment Pavel's            deny       PT404    yes     yes    PT404       PT404  PT404      deny
    reschedule_appointment Priya's            deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
  `,
);

export const appointments = [...tables, ...calls];

import { callLines, tableLines } from "../../matrix.ts";
import { northHospital, people } from "../../people.ts";
import { demoSchedule as demo } from "../appointments/rows.ts";
import { repeated } from "./rows.ts";

const row = (id: string) => () => `id = '${id}'`;
const patient = (person: string) => `(select id from rls_patients where user_id = '${person}')`;

const tables = tableLines({
  relation: "public.appointment_series",
  rows: { "Paula's": row(repeated.paula), "Priya's elsewhere": row(repeated.priya) },
  expected: `
    verb    row                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  Paula's            deny       yes      yes     yes    none        none   none       yes
    select  Priya's elsewhere  deny       none     none    none   none        none   none       yes
    delete  Paula's            deny       deny     deny    deny   deny        deny   deny       23503
    delete  Priya's elsewhere  deny       deny     deny    deny   deny        deny   deny       23503
    closed  insert, update, delete
  `,
});

const book = (service: string, practitioner: string, forWhom: string) => () =>
  `select public.book_series(jsonb_build_object('service_id', '${service}', 'practitioner_id', '${practitioner}', 'patient_id', ${
    patient(forWhom)
  },
    'unit', 'week', 'start_day', date_trunc('week', now())::date + 21, 'start_time', '09:00', 'count', 2, 'skip_conflicts', true))`;
const change = (name: string, id: string, more: string) => () => `select public.${name}('${id}', 'all', '${more}')`;

const list = (of: string) => () => `select jsonb_array_elements(public.list_series(${of}) -> 'rows')`;

const calls = callLines(
  {
    "book_series for Pavel": book(demo.consultation, demo.doctor, people.pavel),
    "book_series for oneself": book(demo.consultation, demo.doctor, people.paula),
    "book_series elsewhere": book(demo.physical, demo.northDoctor, people.priya),
    "get_series Paula's": () => `select public.get_series('${repeated.paula}')`,
    "get_series Priya's": () => `select public.get_series('${repeated.priya}')`,
    "list_series Paula's": list(`p_patient_id => ${patient(people.paula)}`),
    "list_series elsewhere": list(`p_organization_id => '${northHospital}'`),
    "move_series Paula's": change("move_series", repeated.paula, '{"shift_days": 1}'),
    "move_series Priya's": change("move_series", repeated.priya, '{"shift_days": 1}'),
    "cancel_series Paula's": change("cancel_series", repeated.paula, "Ill"),
    "cancel_series Priya's": change("cancel_series", repeated.priya, "Ill"),
  },
  `
    function                 anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    book_series for Pavel    deny       PT403    yes     yes    PT403       PT403  PT403      deny
    book_series for oneself  deny       PT403    yes     yes    PT403       PT403  PT403      deny
    book_series elsewhere    deny       PT404    PT403   PT403  PT403       PT403  PT403      deny
    get_series Paula's       deny       yes      yes     yes    none        none   none       deny
    get_series Priya's       deny       none     none    none   none        none   none       deny
    list_series Paula's      deny       yes      yes     yes    none        none   none       deny
    list_series elsewhere    deny       none     none    none   none        none   none       deny
    move_series Paula's      deny       PT403    yes     yes    PT404       PT404  PT404      deny
    move_series Priya's      deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    cancel_series Paula's    deny       PT403    yes     yes    PT404       PT404  PT404      deny
    cancel_series Priya's    deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
  `,
);

export const series = [...tables, ...calls];

import { callLines, tableLines } from "../../matrix.ts";
import { people } from "../../people.ts";
import { demoSchedule as demo, MONDAY } from "../appointments/rows.ts";
import { waiting } from "./rows.ts";

const row = (id: string) => () => `id = '${id}'`;
const patient = (person: string) => `(select id from rls_patients where user_id = '${person}')`;

const tables = [
  ...tableLines({
    relation: "public.waitlist_entries",
    rows: { "Paula's": row(waiting.paula), "Pavel's": row(waiting.pavel), "Priya's elsewhere": row(waiting.priya) },
    expected: `
      verb    row                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  Paula's            deny       yes      yes     yes    none        none   none       yes
      select  Pavel's            deny       none     yes     yes    none        none   none       yes
      select  Priya's elsewhere  deny       none     none    none   none        none   none       yes
      delete  Pavel's            deny       deny     deny    deny   deny        deny   deny       23503
      delete  Priya's elsewhere  deny       deny     deny    deny   deny        deny   deny       23503
      closed  insert, update, delete
    `,
  }),
  ...tableLines({
    relation: "public.waitlist_offers",
    rows: { "Pavel's": row(waiting.pavelOffer), "Priya's elsewhere": row(waiting.priyaOffer) },
    expected: `
      verb    row                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  Pavel's            deny       none     yes     yes    none        none   none       yes
      select  Priya's elsewhere  deny       none     none    none   none        none   none       yes
      closed  insert, update, delete
    `,
  }),
];

const join = (service: string, forWhom: string | null) => () =>
  `select public.join_waitlist(jsonb_strip_nulls(jsonb_build_object('service_id', '${service}', 'patient_id', ${
    forWhom === null ? "null::uuid" : patient(forWhom)
  })))`;
const decide = (offer: string, status: string) => () => `select public.decide_waitlist_offer('${offer}', '${status}')`;
const offer = (entry: string, practitioner: string, time: string) => () =>
  `select public.offer_from_waitlist('{"entry_id": "${entry}", "practitioner_id": "${practitioner}", "starts_at": "${MONDAY}T${time}Z"}')`;

const list = (of: string) => () => `select jsonb_array_elements(public.list_waitlist(${of}) -> 'rows')`;

const calls = callLines(
  {
    "join_waitlist for oneself": join(demo.consultation, null),
    "join_waitlist for Pavel": join(demo.bloodSample, people.pavel),
    "leave_waitlist Paula's": () => `select public.leave_waitlist('${waiting.paula}')`,
    "leave_waitlist Priya's": () => `select public.leave_waitlist('${waiting.priya}')`,
    "get_waitlist_entry Paula's": () => `select public.get_waitlist_entry('${waiting.paula}')`,
    "get_waitlist_entry Priya's": () => `select public.get_waitlist_entry('${waiting.priya}')`,
    "list_waitlist Paula's": list(`p_patient_id => ${patient(people.paula)}`),
    "list_waitlist elsewhere": list(`p_patient_id => ${patient(people.priya)}`),
    "offer_from_waitlist to Paula": offer(waiting.paula, demo.nurse, "10:00:00"),
    "offer_from_waitlist elsewhere": offer(waiting.priya, demo.northDoctor, "16:00:00"),
    "decide_waitlist_offer Pavel's": decide(waiting.pavelOffer, "accepted"),
    "decide_waitlist_offer Priya's": decide(waiting.priyaOffer, "declined"),
  },
  `
    function                       anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    join_waitlist for oneself      deny       yes      PT422   PT422  PT403       PT403  PT403      deny
    join_waitlist for Pavel        deny       PT403    yes     yes    PT403       PT403  PT403      deny
    leave_waitlist Paula's         deny       yes      yes     yes    PT404       PT404  PT404      deny
    leave_waitlist Priya's         deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    get_waitlist_entry Paula's     deny       yes      yes     yes    none        none   none       deny
    get_waitlist_entry Priya's     deny       none     none    none   none        none   none       deny
    list_waitlist Paula's          deny       yes      yes     yes    none        none   none       deny
    list_waitlist elsewhere        deny       none     none    none   none        none   none       deny
    offer_from_waitlist to Paula   deny       PT403    yes     yes    PT404       PT404  PT404      deny
    offer_from_waitlist elsewhere  deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    decide_waitlist_offer Pavel's  deny       PT404    yes     yes    PT404       PT404  PT404      deny
    decide_waitlist_offer Priya's  deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
  `,
);

export const waitlist = [...tables, ...calls];

import { callsOf, cellsOf } from "../matrix.ts";
import { demoHospital, people } from "../world.ts";
import { demoSchedule as demo, MONDAY } from "../worlds/appointments.ts";
import { waiting } from "../worlds/waitlist.ts";

const row = (id: string) => () => `id = '${id}'`;
const closed = "deny       deny     deny    deny   deny        deny   deny       yes";
// The foreign key of its offers keeps an entry.
const kept = closed.replace("yes", "23503");
const patient = (person: string) => `(select id from rls_patients where user_id = '${person}')`;

const tables = [
  ...cellsOf({
    relation: "public.waitlist_entries",
    rows: { "Paula's": row(waiting.paula), "Pavel's": row(waiting.pavel), "Priya's elsewhere": row(waiting.priya) },
    inserts: {
      "one of Paula's": () =>
        `(organization_id, patient_id, service_id, joined_by) values ('${demoHospital}', ${
          patient(people.paula)
        }, '${demo.consultation}', 'patient')`,
    },
    set: "to_day = '2031-12-31'",
    expected: `
      verb    row                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  Paula's            deny       yes      yes     yes    none        none   none       yes
      select  Pavel's            deny       none     yes     yes    none        none   none       yes
      select  Priya's elsewhere  deny       none     none    none   none        none   none       yes
      insert  one of Paula's     ${closed}
      update  Paula's            ${closed}
      update  Pavel's            ${closed}
      update  Priya's elsewhere  ${closed}
      delete  Paula's            ${closed}
      delete  Pavel's            ${kept}
      delete  Priya's elsewhere  ${kept}
    `,
  }),
  ...cellsOf({
    relation: "public.waitlist_offers",
    rows: { "Pavel's": row(waiting.pavelOffer), "Priya's elsewhere": row(waiting.priyaOffer) },
    inserts: {
      "a former one of Paula's": () =>
        `(organization_id, entry_id, patient_id, practitioner_id, starts_at, ends_at, status, offered_by, expires_at, decided_at)
        values ('${demoHospital}', '${waiting.paula}', ${patient(people.paula)}, '${demo.nurse}', '${MONDAY}T10:00:00Z',
          '${MONDAY}T10:15:00Z', 'declined', 'system', '2031-01-01Z', now())`,
    },
    set: "expires_at = '2031-01-02Z'",
    expected: `
      verb    row                      anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  Pavel's                  deny       none     yes     yes    none        none   none       yes
      select  Priya's elsewhere        deny       none     none    none   none        none   none       yes
      insert  a former one of Paula's  ${closed}
      update  Pavel's                  ${closed}
      update  Priya's elsewhere        ${closed}
      delete  Pavel's                  ${closed}
      delete  Priya's elsewhere        ${closed}
    `,
  }),
];

const join = (service: string, forWhom: string | null) => () =>
  `select public.join_waitlist(jsonb_strip_nulls(jsonb_build_object('service_id', '${service}', 'patient_id', ${
    forWhom === null ? "null::uuid" : patient(forWhom)
  })))`;
const decide = (offer: string, status: string) => () =>
  `select public.decide_waitlist_offer('{"id": "${offer}", "status": "${status}"}')`;
const offer = (entry: string, practitioner: string, time: string) => () =>
  `select public.offer_from_waitlist('{"entry_id": "${entry}", "practitioner_id": "${practitioner}", "starts_at": "${MONDAY}T${time}Z"}')`;

const calls = callsOf(
  {
    "join_waitlist for oneself": join(demo.consultation, null),
    "join_waitlist for Pavel": join(demo.bloodSample, people.pavel),
    "leave_waitlist Paula's": () => `select public.leave_waitlist('{"id": "${waiting.paula}"}')`,
    "leave_waitlist Priya's": () => `select public.leave_waitlist('{"id": "${waiting.priya}"}')`,
    "get_waitlist_entry Paula's": () => `select public.get_waitlist_entry('${waiting.paula}')`,
    "get_waitlist_entry Priya's": () => `select public.get_waitlist_entry('${waiting.priya}')`,
    "list_waitlist Paula's": () => `select id from public.list_waitlist(p_patient_id => ${patient(people.paula)})`,
    "list_waitlist elsewhere": () => `select id from public.list_waitlist(p_patient_id => ${patient(people.priya)})`,
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

import type { Rule } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";
import { demoSchedule as demo, MONDAY, visits } from "../appointments/rows.ts";
import { waiting } from "./rows.ts";
import { entry, offer, waitlistShapes } from "./shapes.ts";

const patient = (person: string) => `(select id from public.patients where user_id = '${person}')`;
const join = (columns: string, values: string) =>
  `insert into public.waitlist_entries (organization_id, patient_id, joined_by, service_id${columns})
  values ('${demoHospital}', ${patient(people.pavel)}, 'staff', '${demo.bloodSample}'${values})`;
const offerTo = (status: string, more = "", values = "") =>
  `insert into public.waitlist_offers (organization_id, entry_id, patient_id, practitioner_id, starts_at, ends_at, status, offered_by, expires_at${more})
  values ('${demoHospital}', '${waiting.paula}', ${
    patient(people.paula)
  }, '${demo.nurse}', '${MONDAY}T10:00:00Z', '${MONDAY}T10:15:00Z',
    '${status}', 'system', '2031-01-01Z'${values})`;
/** Pavel lets his offer go and is offered the time with another practitioner. */
const offeredAnew = `update public.waitlist_offers set status = 'declined' where id = '${waiting.pavelOffer}';
  insert into public.waitlist_offers (organization_id, entry_id, patient_id, practitioner_id, appointment_id, starts_at, ends_at, offered_by, expires_at)
  select organization_id, entry_id, patient_id, '${demo.nurse}', '${waiting.pavelHold}', starts_at, ends_at, 'system', expires_at
  from public.waitlist_offers where id = '${waiting.pavelOffer}'`;
const status = (wanted: string, id: string = waiting.pavel) =>
  `select 1 from public.waitlist_entries where id = '${id}' and status = '${wanted}'`;
const hushed = (change: string) => `delete from realtime.messages; delete from public.notifications; ${change}`;
const heard = (event: string, topics: number) =>
  `select 1 from (select count(*) as heard, bool_and(private and payload ?& array['id', 'type', 'status', 'organization_id', 'at']
    and (select count(*) from jsonb_object_keys(payload)) = 5) as fits from realtime.messages where event = '${event}') as m
  where heard = ${topics} and fits`;

/** What the database makes impossible about the waiting list, and what follows by itself. */
export const waitlistRules: Rule[] = [
  ...waitlistShapes,
  {
    rule: "a patient waits once for a service",
    statement: `insert into public.waitlist_entries (organization_id, patient_id, service_id, joined_by)
      values ('${demoHospital}', ${patient(people.paula)}, '${demo.bloodSample}', 'patient')`,
    expected: "23505",
  },
  {
    rule: "nobody waits for a practitioner who does not give the service",
    statement: join(", practitioner_id", `, '${demo.doctor}'`),
    expected: "PT422",
  },
  {
    rule: "nobody waits to replace another service's appointment",
    statement: join(", replaces_appointment_id", `, '${visits.pavel}'`),
    expected: "PT422",
  },
  {
    rule: "an entry that waits is not accepted without an offer",
    statement: entry("status = 'accepted'"),
    expected: "PT409",
  },
  {
    rule: "an entry that was left stays so",
    given: entry("status = 'left'"),
    statement: entry("status = 'waiting'"),
    expected: "PT409",
  },
  {
    rule: "an offer that was declined stays so",
    given: offer("status = 'declined'"),
    statement: offer("status = 'accepted'"),
    expected: "PT409",
  },
  {
    rule: "a time is offered once to an entry",
    given: offerTo("declined", ", decided_at", ", now()"),
    statement: offerTo("lapsed", ", decided_at", ", now()"),
    expected: "23505",
  },
  { rule: "an open offer keeps its time", statement: offerTo("open"), expected: "23514" },
  {
    rule: "an entry is offered while its offer is open",
    given: offeredAnew,
    statement: status("offered"),
    expected: "yes",
  },
  {
    rule: "an entry waits again when its offer was declined",
    given: offer("status = 'declined'"),
    statement: status("waiting"),
    expected: "yes",
  },
  {
    rule: "the hold of an open offer is not booked past the offer",
    statement: `update public.appointments set status = 'booked' where id = '${waiting.pavelHold}'`,
    expected: "PT409",
  },
  {
    rule: "an offer ends with its hold",
    given: `delete from public.appointments where id = '${waiting.pavelHold}'`,
    statement:
      `select 1 from public.waitlist_offers where id = '${waiting.pavelOffer}' and status = 'declined' and appointment_id is null`,
    expected: "yes",
  },
  {
    rule: "a time that is given back is noted while somebody waits: cancelled",
    given:
      `update public.appointments set status = 'cancelled', cancelled_by = 'staff', cancellation_reason = 'Ill' where id = '${visits.paula}'`,
    statement: "select 1 from private.released_slots where transaction_id = pg_current_xact_id()",
    expected: "yes",
  },
  {
    rule: "a time that is given back is noted while somebody waits: a hold",
    given: `delete from public.appointments where id = '${visits.paulaHold}'`,
    statement: "select 1 from private.released_slots where transaction_id = pg_current_xact_id()",
    expected: "yes",
  },
  {
    rule: "a time that is given back is noted while those who wait decide about another",
    before: entry("status = 'left'"),
    given: `delete from public.appointments where id = '${visits.paulaHold}'`,
    statement: "select 1 from private.released_slots where transaction_id = pg_current_xact_id()",
    expected: "yes",
  },
  {
    rule: "a patient is told of an offer, without a name and without what it is for",
    before: hushed(""),
    given: offeredAnew,
    statement: `select 1 from public.notifications where recipient_id = '${people.pavel}' and kind = 'waitlist_offer'
      and title || body !~ 'Pavel|Consultation'`,
    expected: "yes",
  },
  {
    rule: "nobody is told of an offer that is over already",
    before: hushed(""),
    given: offerTo("declined", ", decided_at", ", now()"),
    statement: "select 1 from public.notifications where kind = 'waitlist_offer'",
    expected: "none",
  },
  {
    rule: "a new entry is heard by the hospital and the patient",
    before: hushed(""),
    given: join("", ""),
    statement: heard("waitlist_entry.created", 2),
    expected: "yes",
  },
  {
    rule: "a changed entry is heard by the hospital and the patient",
    before: hushed(""),
    given: entry("status = 'left'"),
    statement: heard("waitlist_entry.updated", 2),
    expected: "yes",
  },
  {
    rule: "a new offer is heard by the hospital and the patient",
    before: hushed(""),
    given: offerTo("declined", ", decided_at", ", now()"),
    statement: heard("waitlist_offer.created", 2),
    expected: "yes",
  },
  {
    rule: "a changed offer is heard by the hospital and the patient",
    before: hushed(""),
    given: offer("status = 'declined'"),
    statement: heard("waitlist_offer.updated", 2),
    expected: "yes",
  },
  ...([["an admin", people.admin], ["a privacy officer", people.officer], ["a stranger", people.northDoctor]] as const)
    .map(
      ([who, user]): Rule => ({
        rule: `the hold of an offer goes when ${who} takes its time, and the offer with it`,
        given: `select set_config('request.jwt.claims', '{"role": "authenticated", "sub": "${user}"}', true);
        delete from public.appointments
        where id = (select appointment_id from public.waitlist_offers where id = '${waiting.pavelOffer}' and status = 'open')`,
        statement: `select 1 from public.waitlist_offers where id = '${waiting.pavelOffer}' and status <> 'open'`,
        expected: "yes",
      }),
    ),
  ...["waitlist_entries", "waitlist_offers"].flatMap((table): Rule[] => {
    const id = table === "waitlist_entries" ? waiting.paula : waiting.pavelOffer;
    const change = table === "waitlist_entries" ? "to_day = '2031-12-31'" : "ends_at = ends_at + interval '1 minute'";
    const set = (values: string) => `update public.${table} set ${values} where id = '${id}'`;
    return [
      {
        rule: `a change of ${table} counts the version and keeps when the row was made`,
        before:
          `create temporary table rls_version on commit drop as select version from public.${table} where id = '${id}'`,
        given: set(`${change}, version = 99, created_at = '2000-01-01'`),
        statement:
          `select 1 from public.${table} t join rls_version v on t.version = v.version + 1 where t.id = '${id}' and t.created_at > '2001-01-01'`,
        expected: "yes",
      },
      {
        rule: `a patient who moves to another chart does not count as a change of ${table}`,
        before:
          `create temporary table rls_version on commit drop as select version from public.${table} where id = '${id}'`,
        given: set(`patient_id = ${patient(people.priya)}`),
        statement: `select 1 from public.${table} t join rls_version v using (version) where t.id = '${id}'`,
        expected: "yes",
      },
      {
        rule: `a change of ${table} is in the audit log`,
        before: "create temporary table rls_last on commit drop as select max(id) as entry from audit.entries",
        given: set(change),
        statement: `select 1 from audit.entries e join rls_last l on e.id > l.entry
          where e.row_id = '${id}' and e.table_name = '${table}' and e.action = 'update'`,
        expected: "yes",
      },
    ];
  }),
];

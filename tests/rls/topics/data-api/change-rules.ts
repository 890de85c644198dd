import type { Rule } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";
import { extra } from "../../extra.ts";
import { told } from "../notifications/rows.ts";

/** A row of every versioned table, and a change of it. */
const changes: [table: string, id: string, column: string, value: string][] = [
  ["organizations", `'${extra.closedPharmacy}'`, "city", "'Elsewhere'"],
  ["profiles", `'${people.suspended}'`, "phone", "'+4930555999'"],
  ["memberships", `'${extra.suspendedMembership}'`, "position", "'Head'"],
  ["invitations", `'${extra.demoInvitation}'`, "position", "'Head'"],
  ["patients", `'${extra.lonePatient}'`, "phone", "'+4930555999'"],
  ["patient_identifiers", `'${extra.paulaHere}'`, "value", "'RLS-9'"],
  ["patient_contacts", `'${extra.paulaContact}'`, "relationship", "'friend'"],
  [
    "care_relationships",
    `(select id from rls_care where user_id = '${people.paula}')`,
    "ended_at",
    "now(), status = 'ended'",
  ],
  ["notifications", `'${told.doctor}'`, "read_at", "now()"],
  [
    "notification_preferences",
    `(select id from public.notification_preferences where user_id = '${people.suspended}')`,
    "quiet_from",
    "'22:00', quiet_until = '07:00'",
  ],
];

/** Every change counts and is logged. */
const versions = changes.flatMap(([table, id, column, value]): Rule[] => [
  {
    rule: `a change of ${table} counts the version and keeps when the row was made`,
    given: `update public.${table} set ${column} = ${value}, version = 99, created_at = '2000-01-01' where id = ${id}`,
    statement: `select 1 from public.${table} where id = ${id} and version = 2 and created_at > '2001-01-01'`,
    expected: "yes",
  },
  {
    rule: `a change of ${table} is in the audit log`,
    given: `delete from pg_temp.rls_seen; insert into pg_temp.rls_seen select max(id) from audit.entries;
      update public.${table} set ${column} = ${value} where id = ${id}`,
    statement:
      `select 1 from audit.entries where id > (select id from pg_temp.rls_seen) and table_name = '${table}' and row_id = ${id}
      and action = 'update' and '${column}' = any (changed_fields)`,
    expected: "yes",
  },
]);

const paulaCounts = `update private.patients set related_changes = 0 where user_id = '${people.paula}';`;
const counted = `select 1 from private.patients where user_id = '${people.paula}' and related_changes = 1`;

const related: Rule[] = [
  [
    "a new contact",
    `insert into public.patient_contacts (patient_id, kind, name, phone)
    select id, 'guardian', 'New One', '+4930123456' from public.patients where user_id = '${people.paula}'`,
  ],
  [
    "a changed contact",
    `update public.patient_contacts set relationship = 'friend' where id = '${extra.paulaContact}'`,
  ],
  ["a removed contact", `delete from public.patient_contacts where id = '${extra.paulaContact}'`],
  [
    "a new number",
    `insert into public.patient_identifiers (patient_id, system, country, value)
    select id, 'national_id', 'FR', 'RLS-9' from public.patients where user_id = '${people.paula}'`,
  ],
  ["a changed number", `update public.patient_identifiers set value = 'RLS-9' where id = '${extra.paulaHere}'`],
  ["a removed number", `delete from public.patient_identifiers where id = '${extra.paulaHere}'`],
].map(([what = "", change = ""]) => ({
  rule: `${what} counts as a change of the patient`,
  given: `${paulaCounts} ${change}`,
  statement: counted,
  expected: "yes",
}));

const paulasCare = `id = (select id from rls_care where user_id = '${people.paula}')`;

const care: Rule[] = [
  {
    rule: "the end of care is dated by the database and names who ended it",
    given: `update public.care_relationships set status = 'ended', ended_at = '2000-01-01', ended_by = '${people.pavel}'
      where ${paulasCare}`,
    statement: `select 1 from public.care_relationships where ${paulasCare} and ended_at = now() and ended_by is null`,
    expected: "yes",
  },
  {
    rule: "a patient who comes into care gets a number of that hospital",
    given: `insert into public.care_relationships (patient_id, organization_id)
      values ('${extra.lonePatient}', '${demoHospital}')`,
    statement: `select 1 from public.patient_identifiers
      where patient_id = '${extra.lonePatient}' and system = 'mrn' and organization_id = '${demoHospital}'`,
    expected: "yes",
  },
];

const sealed: Rule[] = [{
  rule: "an entry of the audit log is sealed at the end of its transaction",
  given: `delete from public.patient_contacts where id = '${extra.paulaContact}'; set constraints all immediate`,
  statement: "select 1 from audit.links where entry_id = (select max(id) from audit.entries)",
  expected: "yes",
}, {
  rule: "a retirement is sealed at the end of its transaction",
  given: `insert into audit.retirements (id, month, entries, ranges, retention)
    values (-5, '1980-02-01', 0, '[]', interval '6 years'); set constraints all immediate`,
  statement: "select 1 from audit.links where entry_id = -5",
  expected: "yes",
}, {
  rule: "the head of a chain is its last link",
  given: `delete from public.patient_contacts where id in ('${extra.paulaContact}', '${extra.pavelContact}');
    set constraints all immediate`,
  statement:
    `select 1 from audit.links l join audit.chain_heads h on h.chain = l.chain and h.position = l.position and h.hash = l.hash
    where l.entry_id = (select max(id) from audit.entries)`,
  expected: "yes",
}];

/** What a change leaves behind: a new version, an entry in the log, a changed patient, a dated end of care, a number. */
export const changeRules: Rule[] = [...versions, ...related, ...care, ...sealed];

import type { PoolClient } from "pg";
import { actAs } from "../support/database.ts";
import { type Outcome, outcomeOf } from "./matrix.ts";
import { type ActorName, centralPharmacy, demoHospital, extra, people } from "./world.ts";

/**
 * One rule of the database and a statement that shows it: what comes of the statement after `given` was done. Both run as the superuser unless `as` says who
 * tries the statement, so that what holds for the superuser holds for everybody.
 */
export type Rule = { rule: string; given?: string; as?: ActorName; statement: string; expected: Outcome };

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
];

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

const ofPaula = `patient_id = (select id from public.patients where user_id = '${people.paula}')`;
const paulaCounts = `update public.patients set related_changes = 0 where user_id = '${people.paula}';`;
const counted = `select 1 from public.patients where user_id = '${people.paula}' and related_changes = 1`;

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
].map(([what = "", change = ""]) => ({
  rule: `${what} counts as a change of the patient`,
  given: `${paulaCounts} ${change}`,
  statement: counted,
  expected: "yes",
}));

const newLogin = (data: string) =>
  `insert into auth.users (instance_id, id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
   values ('00000000-0000-0000-0000-000000000000', 'a0000000-0000-4000-8000-0000000000ff', 'authenticated', 'authenticated', 'new.login@rls.example',
     '{"role": "admin", "roles": ["admin"]}', '${data}', now(), now())`;
const claims =
  `{"role": "admin", "is_prescriber": true, "organization_id": "${demoHospital}", "memberships": [{"role": "admin"}]}`;

const logins: Rule[] = [
  {
    rule: "a new login is a patient",
    given: newLogin('{"given_name": "New"}'),
    statement:
      "select 1 from public.patients where user_id = 'a0000000-0000-4000-8000-0000000000ff' and given_name = 'New'",
    expected: "yes",
  },
  {
    rule: "a new login that calls itself an admin has no membership",
    given: newLogin(claims),
    statement: "select 1 from public.memberships where user_id = 'a0000000-0000-4000-8000-0000000000ff'",
    expected: "none",
  },
  {
    rule: "a login that calls itself an admin later has no membership",
    given:
      `update auth.users set raw_user_meta_data = '${claims}', raw_app_meta_data = '${claims}' where id = '${people.paula}'`,
    statement: `select 1 from public.memberships where user_id = '${people.paula}'`,
    expected: "none",
  },
  {
    rule: "a new address of a login is that of the profile",
    given: `update auth.users set email = 'moved@rls.example' where id = '${people.paula}'`,
    statement: `select 1 from public.profiles where id = '${people.paula}' and email = 'moved@rls.example'`,
    expected: "yes",
  },
  {
    rule: "a deleted login leaves the patient, without a login",
    given: `delete from auth.users where id = '${people.paula}'`,
    statement:
      "select 1 from public.patients where family_name = 'Becker' and given_name = 'Paula' and user_id is null",
    expected: "yes",
  },
  {
    rule: "a deleted login takes its memberships out of force",
    given: `delete from auth.users where id = '${people.doctor}'`,
    statement: `select 1 from public.memberships m join public.profiles p on p.id = m.user_id
      where m.user_id = '${people.doctor}' and m.status = 'suspended' and p.login_deleted_at is not null`,
    expected: "yes",
  },
];

const refusals: Rule[] = [
  {
    rule: "pharmacy staff belong to a pharmacy",
    statement:
      `insert into public.memberships (user_id, organization_id, role) values ('${people.pavel}', '${demoHospital}', 'pharmacy_staff')`,
    expected: "PT422",
  },
  {
    rule: "nobody is invited into a role that the organization does not have",
    statement: `insert into public.invitations (organization_id, email, role, token_hash)
      values ('${demoHospital}', 'x@rls.example', 'pharmacy_staff', repeat('d', 64))`,
    expected: "PT422",
  },
  {
    rule: "the last admin is not suspended",
    as: "admin",
    statement: `update public.memberships set status = 'suspended' where user_id = '${people.admin}'`,
    expected: "PT409",
  },
  {
    rule: "the last admin is not removed",
    statement: `delete from public.memberships where user_id = '${people.admin}'`,
    expected: "PT409",
  },
  {
    rule: "nobody is born in the future",
    statement:
      "insert into public.patients (given_name, family_name, birth_date) values ('New', 'One', current_date + 2)",
    expected: "PT422",
  },
  {
    rule: "patients do not change what the hospital answers for",
    as: "patient",
    statement: `update public.patients set family_name = 'Other' where user_id = '${people.paula}'`,
    expected: "PT403",
  },
  {
    rule: "a pharmacy does not enter into care",
    as: "patient",
    statement: `insert into public.care_relationships (patient_id, organization_id)
      select id, '${centralPharmacy}' from rls_patients where user_id = '${people.paula}'`,
    expected: "PT422",
  },
  {
    rule: "the audit log is not changed",
    statement: "update audit.entries set request_id = 'x' where id = -1",
    expected: "PT403",
  },
  { rule: "the audit log is not thinned out", statement: "delete from audit.entries where id = -1", expected: "PT403" },
  { rule: "the audit log is not emptied", statement: "truncate audit.entries", expected: "PT403" },
];

const columns = ([
  ["admin", "select before from audit.entries where id = -1"],
  ["service", "select after from audit.entries where id = -1"],
  ["admin", `select token_hash from public.invitations where id = '${extra.demoInvitation}'`],
  ["doctor", `select hospital_ids from public.patients where user_id = '${people.paula}'`],
  ["doctor", `select deletion_reason from public.patients where user_id = '${people.paula}'`],
  ["doctor", `update public.memberships set role = 'admin' where user_id = '${people.doctor}'`],
  ["admin", `update public.memberships set role = 'admin' where user_id = '${people.nurse}'`],
  ["admin", `update public.memberships set user_id = '${people.pavel}' where user_id = '${people.nurse}'`],
  ["patient", `update public.patients set hospital_ids = '{}' where user_id = '${people.paula}'`],
  ["patient", `update public.patients set user_id = null where user_id = '${people.paula}'`],
  ["doctor", `update public.patients set deleted_at = now(), deletion_reason = 'x' where user_id = '${people.paula}'`],
  ["patient", `update public.profiles set email = 'x@rls.example' where id = '${people.paula}'`],
  ["doctor", `update public.care_relationships set organization_id = '${demoHospital}'`],
  ["patient", "select private.make_first_admin('patient@demo.health', 'Mine', 'UTC')"],
  ["service", "select private.make_first_admin('patient@demo.health', 'Mine', 'UTC')"],
  ["patient", "select private.use_invitation('x', gen_random_uuid(), 'x@rls.example')"],
  ["patient", "select * from private.idempotency_keys"],
  ["patient", "select * from private.patient_words"],
  ["patient", "select * from auth.users"],
] satisfies [ActorName, string][]).map(([as, statement]): Rule => ({
  rule: `${as} may not: ${statement}`,
  as,
  statement,
  expected: "deny",
}));

const seePaula = `select 1 from public.patients where user_id = '${people.paula}'`;
const sight: Rule[] = [
  {
    rule: "a hospital whose care has ended sees the patient no more",
    given: `update public.care_relationships set status = 'ended', ended_at = now() where ${ofPaula}`,
    as: "doctor",
    statement: seePaula,
    expected: "none",
  },
  {
    rule: "the staff of a closed hospital see no patients",
    given: `update public.organizations set active = false where id = '${demoHospital}'`,
    as: "doctor",
    statement: seePaula,
    expected: "none",
  },
  {
    rule: "the admin of a closed hospital opens it again",
    given: `update public.organizations set active = false where id = '${demoHospital}'`,
    as: "admin",
    statement: `update public.organizations set active = true where id = '${demoHospital}'`,
    expected: "yes",
  },
  {
    rule: "a membership taken away is gone on the next statement",
    given: `update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    as: "doctor",
    statement: seePaula,
    expected: "none",
  },
  {
    rule: "a suspended person is refused before the request",
    as: "suspended",
    statement: "select private.check_request()",
    expected: "PT403",
  },
  {
    rule: "a new patient is found by name",
    given:
      `insert into public.patients (given_name, family_name, hospital_ids) values ('Zeno', 'Quixote', '{${demoHospital}}')`,
    as: "doctor",
    statement: "select id from public.search_patients(p_name => 'quixote')",
    expected: "yes",
  },
  {
    rule: "a renamed patient is found by the new name",
    given: `update public.patients set family_name = 'Quixote' where user_id = '${people.paula}'`,
    as: "doctor",
    statement: "select id from public.search_patients(p_name => 'quixote')",
    expected: "yes",
  },
  {
    rule: "a hidden patient is found no more",
    given:
      `update public.patients set deleted_at = now(), deletion_reason = 'entered twice' where user_id = '${people.paula}'`,
    as: "doctor",
    statement: "select id from public.search_patients(p_name => 'Paula Becker')",
    expected: "none",
  },
];

/** Every rule. */
export const rules: Rule[] = [...versions, ...related, ...logins, ...refusals, ...columns, ...sight];

/** What comes of the rule's statement. The arrangement and the lookups have to be there; nothing of it stays. */
export async function outcomeOfRule(client: PoolClient, { given, as, statement }: Rule): Promise<Outcome> {
  await client.query("savepoint rule");
  try {
    await actAs(client, null);
    if (given !== undefined) await client.query(given);
    return await outcomeOf(client, as ?? null, statement);
  } finally {
    await client.query("rollback to savepoint rule; release savepoint rule");
  }
}

import type { Rule } from "../../rule.ts";
import type { ActorName } from "../../actors.ts";
import { centralPharmacy, demoHospital, people } from "../../people.ts";
import { extra } from "../../extra.ts";

/** Ends the seals that the transaction still owes: a table with such a debt could not be emptied anyway. */
const SEALED = "set constraints all immediate";

const refusals: Rule[] = [
  {
    rule: "pharmacy staff belong to a pharmacy",
    statement:
      `insert into public.memberships (user_id, organization_id, role) values ('${people.pavel}', '${demoHospital}', 'pharmacy_staff')`,
    expected: "PT422",
  },
  {
    rule: "nobody is invited into a role that the organization does not have",
    statement: `insert into public.invitations (organization_id, email, role)
      values ('${demoHospital}', 'x@rls.example', 'pharmacy_staff')`,
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
  ...[
    ["the audit log is not emptied", "truncate audit.entries"],
    ["a seal is not changed", "update audit.links set position = 0"],
    ["a seal is not removed", "delete from audit.links"],
    ["the seals are not emptied", "truncate audit.links"],
    ["an anchor is not changed", "update audit.anchors set position = 1"],
    ["an anchor is not removed", "delete from audit.anchors"],
    ["the anchors are not emptied", "truncate audit.anchors"],
    ["a retirement is not changed", "update audit.retirements set entries = 1"],
    ["a retirement is not removed", "delete from audit.retirements"],
    ["the retirements are not emptied", "truncate audit.retirements"],
  ].map(([rule = "", statement = ""]): Rule => ({ rule, given: SEALED, statement, expected: "PT403" })),
];

const columns = ([
  ["admin", "select before from audit.entries where id = -1"],
  ["service", "select after from audit.entries where id = -1"],
  ["admin", `select token_hash from private.invitation_tokens where invitation_id = '${extra.demoInvitation}'`],
  ["service", "select token_hash from private.invitation_tokens"],
  ["patient", "select token_hash from private.calendar_feed_tokens"],
  ["service", "select token_hash from private.calendar_feed_tokens"],
  ["doctor", "select code_hash from private.link_code_hashes"],
  ["service", "select code_hash from private.link_code_hashes"],
  ["patient", "select user_id from private.practitioner_keys"],
  ["doctor", `select hospital_ids from private.patients where user_id = '${people.paula}'`],
  ["doctor", `select related_changes from private.patients where user_id = '${people.paula}'`],
  ["doctor", `update public.memberships set role = 'admin' where user_id = '${people.doctor}'`],
  ["admin", `update public.memberships set role = 'admin' where user_id = '${people.nurse}'`],
  ["admin", `update public.memberships set user_id = '${people.pavel}' where user_id = '${people.nurse}'`],
  ["patient", `update private.patients set hospital_ids = '{}' where user_id = '${people.paula}'`],
  ["patient", `update public.patients set user_id = null where user_id = '${people.paula}'`],
  ["doctor", `update public.patients set deleted_at = now(), deletion_reason = 'x' where user_id = '${people.paula}'`],
  ["patient", `update public.profiles set email = 'x@rls.example' where id = '${people.paula}'`],
  ["doctor", `update public.care_relationships set organization_id = '${demoHospital}'`],
  ["patient", "select private.open_organization('hospital', 'Mine', 'UTC', 'patient@demo.health')"],
  ["service", "select private.open_organization('hospital', 'Mine', 'UTC', 'patient@demo.health')"],
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

/** What the database refuses, to the superuser or for lack of rights on a column. */
export const refusalRules: Rule[] = [...refusals, ...columns];

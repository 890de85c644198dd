import type { Rule } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";
import { auditEntries } from "../../extra.ts";
import { walkIns } from "../patient-identity/rows.ts";

const officer: Rule[] = ([
  ["reads the log of their hospital", `select 1 from public.audit_entries where id = ${auditEntries.demo}`, "yes"],
  ["reads no other log", `select 1 from public.audit_entries where id = ${auditEntries.north}`, "none"],
  ["reads no log of no organization", `select 1 from public.audit_entries where id = ${auditEntries.none}`, "none"],
  [
    "reads what is nobody's about a patient of theirs",
    `select 1 from public.audit_entries where id = ${auditEntries.paulas}`,
    "yes",
  ],
  [
    "reads nothing that is nobody's about others",
    `select 1 from public.audit_entries where id = ${auditEntries.priyas}`,
    "none",
  ],
  ["reads the anchors", "select 1 from public.audit_anchors where id = -1", "yes"],
  ["verifies the log", "select public.verify_audit()", "yes"],
  ["reads no former values", "select before from audit.entries", "deny"],
  ["writes no entry", "insert into audit.entries (actor_role) values ('x')", "deny"],
  ["sees no patients", "select 1 from public.patients", "none"],
  ["sees no numbers of patients", "select 1 from public.patient_identifiers", "none"],
  ["sees no contacts of patients", "select 1 from public.patient_contacts", "none"],
  ["sees nobody's care", "select 1 from public.care_relationships", "none"],
  ["takes no patient in", `select public.create_patient('{"given_name": "New", "family_name": "One"}')`, "PT403"],
  [
    "invites nobody",
    `select public.create_invitation('${JSON.stringify({ organization_id: demoHospital, email: "x@rls.example" })}')`,
    "PT403",
  ],
] satisfies [string, string, string][]).map(([does, statement, expected]) => ({
  rule: `a privacy officer ${does}`,
  as: "officer",
  statement,
  expected,
}));

const suspended: Rule = {
  rule: "a suspended privacy officer reads the log no more",
  given: `update public.memberships set status = 'suspended' where user_id = '${people.officer}'`,
  as: "officer",
  statement: "select 1 from public.audit_entries",
  expected: "none",
};

const denials: Rule[] = [
  {
    rule: "a denial names who was denied what about whom, and why",
    by: "doctor",
    given:
      `select private.record_denial((select id from rls_patients where user_id = '${people.priya}'), '${demoHospital}', 'no_reason')`,
    statement: `select 1 from audit.entries e join public.patients p on p.id = e.patient_id
      where p.user_id = '${people.priya}' and e.action = 'deny' and e.reason = 'no_reason' and e.actor_id = '${people.doctor}'
        and e.organization_id = '${demoHospital}' and e.table_name = 'patients' and e.row_id = p.id`,
    expected: "yes",
  },
  {
    rule: "a denial is recorded by a code, not by a sentence",
    statement: `select private.record_denial(null, '${demoHospital}', 'Paula Becker')`,
    expected: "23514",
  },
  {
    rule: "only a denial has a reason",
    statement: `insert into audit.entries (actor_role, table_name, row_id, action, changed_fields, reason)
      values ('x', 'patients', gen_random_uuid(), 'update', '{}', 'no_reason')`,
    expected: "23514",
  },
];

const changes: Rule[] = [
  {
    rule: "every table of the API has its inserts, updates and deletions written down",
    statement: `select 1 from pg_class c
      where (c.relnamespace = 'public'::regnamespace or c.oid = 'private.patients'::regclass) and c.relkind in ('r', 'p')
        and c.relname <> 'record_versions'
        and (select bit_or(t.tgtype) & 28 from pg_trigger t
          where t.tgrelid = c.oid and t.tgfoid = 'private.audit_change'::regproc and t.tgenabled <> 'D') is distinct from 28`,
    expected: "none",
  },
  {
    rule: "a setting hides no change from the log",
    by: "doctor",
    given: `select set_config('audit.act', ' patients ', true);
      select public.delete_patient('${walkIns.wanda}', 'entered twice')`,
    statement: `select 1 from audit.entries
      where row_id = '${walkIns.wanda}' and action = 'update' and 'deleted_at' = any (changed_fields)`,
    expected: "yes",
  },
];

/** What privacy officers may, what a denied attempt leaves, and that no change is left out. */
export const auditRules: Rule[] = [...changes, ...officer, suspended, ...denials];

import type { Rule } from "../../rule.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { identityRows, walkIns } from "./rows.ts";

const paula = `(select id from public.patients where user_id = '${people.paula}')`;

/** A row of every table, and a change of it. */
const changes: [table: string, id: string, change: string][] = [
  ["patient_duplicates", identityRows.demoPair, "score = 0.5"],
  ["patient_merges", identityRows.paulaMerge, "reason = 'another'"],
  ["patient_link_codes", identityRows.wandaCode, "tries = 1"],
  ["correction_requests", identityRows.paulaRequest, "text = 'Another.'"],
];

const versions = changes.flatMap(([table, id, change]): Rule[] => [
  {
    rule: `a change of ${table} counts the version`,
    given: `update public.${table} set ${change}, version = 99, created_at = '2000-01-01' where id = '${id}'`,
    statement: `select 1 from public.${table} where id = '${id}' and version = 2 and created_at > '2001-01-01'`,
    expected: "yes",
  },
  {
    rule: `a change of ${table} is under audit`,
    given: `update public.${table} set ${change} where id = '${id}'`,
    statement: `select 1 from audit.entries where table_name = '${table}' and row_id = '${id}' and action = 'update'`,
    expected: "yes",
  },
]);

const told = (key: string) =>
  `select 1 from public.notifications where recipient_id = '${people.officer}' and kind = 'chart_login' and dedupe_key = '${key}'`;
const use = (person: string) =>
  `update public.patient_link_codes set used_at = now(), used_by = '${person}' where id = '${identityRows.wandaCode}'`;

/** Who hears of a login that comes to a chart. */
const news: Rule[] = [
  {
    rule: "a merge that gives a login another chart is told to the privacy officer",
    given: `insert into public.patient_merges (id, patient_id, source_id, organization_id, reason, moved_rows)
      values ('${identityRows.secondMerge}', ${paula}, '${walkIns.wanda}', '${demoHospital}', 'Registered twice', 0)`,
    statement: told(`merged_login:${identityRows.secondMerge}`),
    expected: "yes",
  },
  {
    rule: "who links themselves to a chart is told to the privacy officer",
    given: use(people.pavel),
    statement: told(`linked_login:${identityRows.wandaCode}`),
    expected: "yes",
  },
  {
    rule: "nobody accepts a request of their own by another login",
    given: `update public.profiles set email = 'patient+ward@demo.health' where id = '${people.doctor}'`,
    as: "doctor",
    statement: `update public.correction_requests set status = 'accepted', decision_reason = 'As asked'
      where id = '${identityRows.paulaRequest}'`,
    expected: "PT403",
  },
];

/** How a merged patient keeps rows off. */
const guards: Rule[] = [
  {
    rule: "no table of patients is without its guard",
    statement: "select 1 from pg_trigger where tgfoid = 'private.refuse_merged_patient'::regproc and tgenabled <> 'O'",
    expected: "none",
  },
  {
    rule: "no row is added to a merged patient",
    statement: `insert into public.patient_contacts (patient_id, kind, name, phone)
      values ('${walkIns.intoPaula}', 'guardian', 'New One', '+4930123456')`,
    expected: "PT410",
  },
  {
    rule: "what happens to a patient while it is merged away is no change of it",
    given: `update private.patients set hospital_ids = '{${demoHospital}}' where id = '${walkIns.intoPaula}'`,
    statement: `select 1 from public.patients where id = '${walkIns.intoPaula}' and version = 1`,
    expected: "yes",
  },
  {
    rule: "a merged patient is hidden",
    statement: `update public.patients set deleted_at = null, deletion_reason = null where id = '${walkIns.intoPaula}'`,
    expected: "23514",
  },
  {
    rule: "reading a merged patient tells those who see the other one",
    as: "doctor",
    statement: `select public.get_patient('${walkIns.intoPaula}')`,
    expected: "PT410",
  },
  {
    rule: "reading a merged patient tells nobody else",
    as: "doctor",
    statement: `select public.get_patient('${walkIns.intoPriya}')`,
    expected: "none",
  },
  {
    rule: "care that moves to another patient changes the hospitals of both",
    given: `update public.care_relationships set patient_id = '${walkIns.nils}' where patient_id = '${walkIns.wanda}'`,
    statement: `select 1 from private.patients where id = '${walkIns.nils}' and hospital_ids @> '{${demoHospital}}'
      and exists (select from private.patients where id = '${walkIns.wanda}' and hospital_ids = '{}')`,
    expected: "yes",
  },
];

const asked = (id: string) => `select 1 from private.duplicate_checks where patient_id = '${id}'`;
const nobodyWaits = "delete from private.duplicate_checks;";

/** What asks for a comparison with the other patients, and what comes of it. */
const comparisons: Rule[] = [
  {
    rule: "a new patient is compared with the others",
    given: `${nobodyWaits} insert into private.patients (id, given_name, family_name, hospital_ids)
      values ('a0000000-0000-4000-8000-000000002009', 'New', 'One', '{${demoHospital}}')`,
    statement: asked("a0000000-0000-4000-8000-000000002009"),
    expected: "yes",
  },
  {
    rule: "who registers without a hospital is compared with nobody",
    given: `${nobodyWaits} insert into public.patients (id, given_name, family_name)
      values ('a0000000-0000-4000-8000-000000002009', 'New', 'One')`,
    statement: asked("a0000000-0000-4000-8000-000000002009"),
    expected: "none",
  },
  ...["family_name = 'Wanderer'", "birth_date = '1991-01-02'", "phone = '+4930123456'", "sex = 'male'"].map((
    change,
  ): Rule => ({
    rule: `a changed patient is compared with the others: ${change}`,
    before: nobodyWaits,
    by: "doctor",
    given: `update public.patients set ${change} where id = '${walkIns.wanda}'`,
    statement: asked(walkIns.wanda),
    expected: "yes",
  })),
  {
    rule: "another address is no reason to compare",
    given: `${nobodyWaits} update public.patients set city = 'Bonn' where id = '${walkIns.wanda}'`,
    statement: asked(walkIns.wanda),
    expected: "none",
  },
  {
    rule: "a patient with a new number is compared with the others",
    given: `${nobodyWaits} insert into public.patient_identifiers (patient_id, system, country, value)
      values ('${walkIns.wanda}', 'national_id', 'FR', 'RLS-9')`,
    statement: asked(walkIns.wanda),
    expected: "yes",
  },
  {
    rule: "the job finds two who are one",
    given:
      "delete from public.patient_duplicates where status = 'open'; select private.check_duplicates(p_limit => 100000)",
    statement: `select 1 from public.patient_duplicates where organization_id = '${demoHospital}'
      and patient_id = '${walkIns.wanda}' and other_patient_id = '${walkIns.wandaAgain}'`,
    expected: "yes",
  },
  {
    rule: "a pair that was dismissed stays dismissed",
    given: "select private.check_duplicates(p_limit => 100000)",
    statement:
      `select 1 from public.patient_duplicates where id = '${identityRows.dismissedPair}' and status = 'dismissed'`,
    expected: "yes",
  },
];

const accept = `status = 'accepted', decision_reason = 'As asked'`;

const corrections: Rule[] = [
  {
    rule: "a correction is asked of a hospital that cares for the patient",
    statement: `insert into public.correction_requests (patient_id, organization_id, field, text)
      values (${paula}, '${northHospital}', 'phone', 'It has changed.')`,
    expected: "PT422",
  },
  {
    rule: "a correction is of a record of the patient",
    statement: `insert into public.correction_requests (patient_id, organization_id, record_kind, record_id, text)
      values (${paula}, '${demoHospital}', 'allergy', gen_random_uuid(), 'I have none.')`,
    expected: "PT422",
  },
  {
    rule: "the answer to a request is dated and names who gave it",
    by: "doctor",
    given: `update public.correction_requests set ${accept} where id = '${identityRows.paulaRequest}'`,
    statement:
      `select 1 from public.correction_requests where id = '${identityRows.paulaRequest}' and decided_at = now()
      and decided_by = '${people.doctor}'`,
    expected: "yes",
  },
  {
    rule: "a request that was decided stays so",
    given: `update public.correction_requests set ${accept} where id = '${identityRows.paulaRequest}'`,
    statement: `update public.correction_requests set status = 'rejected' where id = '${identityRows.paulaRequest}'`,
    expected: "PT409",
  },
  {
    rule: "staff answer no request elsewhere, naming none",
    by: "doctor",
    given: `update public.correction_requests set ${accept}`,
    statement:
      `select 1 from public.correction_requests where id = '${identityRows.priyaRequest}' and status <> 'open'`,
    expected: "none",
  },
  {
    rule: "patients withdraw no request of others, naming none",
    by: "patient",
    given: "update public.correction_requests set status = 'withdrawn'",
    statement:
      `select 1 from public.correction_requests where id = '${identityRows.pavelRequest}' and status <> 'open'`,
    expected: "none",
  },
];

/** Duplicates, merges, links and corrections. */
export const identityRules: Rule[] = [...versions, ...news, ...guards, ...comparisons, ...corrections];

import type { Rule } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";

const ofPaula = `patient_id = (select id from public.patients where user_id = '${people.paula}')`;
const seePaula = `select 1 from public.patients where user_id = '${people.paula}'`;

/** Who sees a patient when something has changed. */
export const sightRules: Rule[] = [
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
    rule: "a new patient is found by name",
    given:
      `insert into private.patients (given_name, family_name, hospital_ids) values ('Zeno', 'Quixote', '{${demoHospital}}')`,
    as: "doctor",
    statement: "select 1 from jsonb_array_elements(public.search_patients(p_name => 'quixote') -> 'rows')",
    expected: "yes",
  },
  {
    rule: "a renamed patient is found by the new name",
    given: `update public.patients set family_name = 'Quixote' where user_id = '${people.paula}'`,
    as: "doctor",
    statement: "select 1 from jsonb_array_elements(public.search_patients(p_name => 'quixote') -> 'rows')",
    expected: "yes",
  },
  {
    rule: "a hidden patient is found no more",
    given:
      `update public.patients set deleted_at = now(), deletion_reason = 'entered twice' where user_id = '${people.paula}'`,
    as: "doctor",
    statement: "select 1 from jsonb_array_elements(public.search_patients(p_name => 'Paula Becker') -> 'rows')",
    expected: "none",
  },
];

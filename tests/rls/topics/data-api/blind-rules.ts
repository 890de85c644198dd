import type { Rule } from "../../rule.ts";
import type { ActorName } from "../../actors.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { extra } from "../../extra.ts";

/** Changes that name no row: they read nothing, so that only the policy for the change itself stands between them and all rows. */
export const blindRules: Rule[] = ([
  [
    "admin",
    "update public.organizations set city = 'Blind'",
    `public.organizations where city = 'Blind' and id = '${northHospital}'`,
  ],
  [
    "patient",
    "update public.profiles set phone = '+4930555111'",
    `public.profiles where phone = '+4930555111' and id <> '${people.paula}'`,
  ],
  [
    "admin",
    "update public.memberships set position = 'Blind'",
    `public.memberships where position = 'Blind' and user_id = '${people.northDoctor}'`,
  ],
  [
    "admin",
    "update public.invitations set revoked_at = '2026-01-01'",
    `public.invitations where revoked_at = '2026-01-01' and id = '${extra.northInvitation}'`,
  ],
  [
    "doctor",
    "update public.patients set phone = '+4930555111'",
    `private.patients where phone = '+4930555111' and not '${demoHospital}' = any (hospital_ids)`,
  ],
  [
    "patient",
    "update public.patients set phone = '+4930555111'",
    `public.patients where phone = '+4930555111' and user_id is distinct from '${people.paula}'`,
  ],
  [
    "doctor",
    "update public.patient_contacts set relationship = 'blind'",
    `public.patient_contacts where relationship = 'blind' and id = '${extra.priyaContact}'`,
  ],
  [
    "doctor",
    "delete from public.patient_contacts",
    `(select 1 where not exists (select from public.patient_contacts where id = '${extra.priyaContact}')) as gone`,
  ],
  [
    "doctor",
    "update public.care_relationships set status = 'ended'",
    `public.care_relationships where ended_at = now() and organization_id = '${northHospital}'`,
  ],
] satisfies [ActorName, string, string][]).map(([by, given, others]): Rule => ({
  rule: `a change that names no row stays within the rights of the ${by}: ${given}`,
  before: "delete from public.invitations where accepted_at is not null",
  by,
  given,
  statement: `select 1 from ${others}`,
  expected: "none",
}));

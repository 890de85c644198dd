import { northHospital, people } from "./people.ts";
import { walkIns } from "./topics/patient-identity/rows.ts";

/** The rows of the North and of other people that the probes name. */
export const north = {
  patient: `{{priya}}`,
  care: `{{priyasCare}}`,
  membership: `{{northMembership}}`,
  breakGlass: "a0000000-0000-4000-8000-000000003010",
  actor: "a0000000-0000-4000-8000-000000003011",
  linkCode: "QRSTV-WXYZ1",
  invitationToken: "a token of the North",
  nationalId: { country: "SE", value: "PROBE-1" },
} as const;

/** What the probes need beside the world of the matrix. */
export const arrangement = `
  insert into audit.entries (actor_id, actor_role, organization_id, table_name, row_id, action, changed_fields)
    values ('${north.actor}', 'authenticated', '${northHospital}', 'rooms', '${north.breakGlass}', 'update', '{name}');
  insert into public.chart_accesses (id, patient_id, user_id, organization_id, basis, scope, purpose, reason, expires_at)
    select '${north.breakGlass}', id, '${people.northDoctor}', '${northHospital}', 'break_glass', 'everything', 'emergency_treatment',
      'Unconscious patient', now() + interval '1 hour' from public.patients where user_id = '${people.priya}';
  with made as (
    insert into public.patient_link_codes (patient_id, organization_id, created_by)
    values ('${walkIns.nils}', '${northHospital}', '${people.northDoctor}') returning id)
  insert into private.link_code_hashes (link_code_id, code_hash) select id, private.link_code_hash('${north.linkCode}') from made;
  with made as (
    insert into public.invitations (organization_id, email, role) values ('${northHospital}', 'probe@rls.example', 'privacy_officer') returning id)
  insert into private.invitation_tokens (invitation_id, token_hash)
    select id, encode(extensions.digest('${north.invitationToken}', 'sha256'), 'hex') from made;
  insert into public.patient_identifiers (patient_id, system, country, value)
    values ('${walkIns.nils}', 'national_id', '${north.nationalId.country}', '${north.nationalId.value}');
  insert into public.patients (given_name, family_name, birth_date) values ('Nils', 'Nordengren', '1990-01-02');
  update public.patient_identifiers set value = 'NSH-PROBE' where patient_id = '${walkIns.nils}' and system = 'mrn';
`;

/** SQL for the ids that the seeds leave to chance. */
export const lookups = `
  select p.id as priya, (select x.id from public.patients x where x.user_id = '${people.paula}') as paula,
    (select c.id from public.care_relationships c where c.patient_id = p.id limit 1) as "priyasCare",
    (select m.id from public.memberships m where m.user_id = '${people.northDoctor}' limit 1) as "northMembership"
  from public.patients p where p.user_id = '${people.priya}'`;

import { extra } from "../../extra.ts";
import { demoHospital, northHospital, people } from "../../people.ts";

export const arrangement = `
  insert into public.profiles (id, email, given_name, family_name) values ('${people.suspended}', 'suspended@rls.example', 'Sven', 'Holm');
  insert into public.memberships (id, user_id, organization_id, role, status)
    values ('${extra.suspendedMembership}', '${people.suspended}', '${demoHospital}', 'hospital_staff', 'suspended');
  insert into public.organizations (id, kind, name, active) values ('${extra.closedPharmacy}', 'pharmacy', 'Closed Pharmacy', false);
  insert into public.invitations (id, organization_id, email, role) values
    ('${extra.demoInvitation}', '${demoHospital}', 'new@rls.example', 'hospital_staff'),
    ('${extra.northInvitation}', '${northHospital}', 'new@rls.example', 'hospital_staff');
  insert into private.invitation_tokens (invitation_id, token_hash) values
    ('${extra.demoInvitation}', repeat('a', 64)), ('${extra.northInvitation}', repeat('b', 64));
`;

/** Runs with triggers and foreign keys off. */
export const removal = `
  delete from private.invitation_tokens where invitation_id::text like 'a0000000-0000-4000-8000-%';
  delete from public.invitations where id::text like 'a0000000-0000-4000-8000-%';
  delete from public.memberships where id = '${extra.suspendedMembership}';
  delete from public.organizations where id = '${extra.closedPharmacy}';
  delete from public.profiles where id = '${people.suspended}';
`;

/** Ids that the seeds leave to chance. */
export const lookups = `
  create temporary table rls_memberships on commit drop as select id, user_id from public.memberships;
  grant select on rls_memberships to anon, authenticated, service_role;
`;

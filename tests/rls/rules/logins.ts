import type { Rule } from "../rule.ts";
import { demoHospital, people } from "../world.ts";

const newLogin = (data: string) =>
  `insert into auth.users (instance_id, id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
   values ('00000000-0000-0000-0000-000000000000', 'a0000000-0000-4000-8000-0000000000ff', 'authenticated', 'authenticated', 'new.login@rls.example',
     '{"role": "admin", "roles": ["admin"]}', '${data}', now(), now())`;
const claims =
  `{"role": "admin", "is_prescriber": true, "organization_id": "${demoHospital}", "memberships": [{"role": "admin"}]}`;

/** What new, changed and deleted logins do to the people we know. */
export const loginRules: Rule[] = [
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

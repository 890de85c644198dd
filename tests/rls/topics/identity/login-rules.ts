import type { Rule } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";

const newcomer = "a0000000-0000-4000-8000-0000000000ff";
const session = "a0000000-0000-4000-8000-0000000000fe";
const newLogin = (data: string, confirmedAt = "now()") =>
  `insert into auth.users (instance_id, id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
   values ('00000000-0000-0000-0000-000000000000', '${newcomer}', 'authenticated', 'authenticated', 'new.login@rls.example',
     ${confirmedAt}, '{"role": "admin", "roles": ["admin"]}', '${data}', now(), now())`;
const claims =
  `{"role": "admin", "is_prescriber": true, "organization_id": "${demoHospital}", "memberships": [{"role": "admin"}]}`;

const typed = `{"given_name": "New", "language": "de", "invitation_token": "made up"}`;

const invited = (role: string, email = "doctor@demo.health") =>
  `insert into public.invitations (id, organization_id, email, role)
   values ('${newcomer}', '${demoHospital}', '${email}', '${role}');`;

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
    rule: "a login whose address is not confirmed is nobody yet",
    given: newLogin('{"given_name": "New"}', "null"),
    statement: `select 1 from public.profiles where id = '${newcomer}'
      union all select 1 from public.patients where user_id = '${newcomer}'`,
    expected: "none",
  },
  {
    rule: "nothing of a sign-up is there once the address is confirmed",
    given: `${newLogin(typed, "null")};
      update auth.users set encrypted_password = 'typed too' where id = '${newcomer}';
      update auth.users set email_confirmed_at = now() where id = '${newcomer}'`,
    statement:
      `select 1 from auth.users where id = '${newcomer}' and (encrypted_password is not null or raw_user_meta_data ? 'given_name')
      union all select 1 from public.profiles where id = '${newcomer}'
      union all select 1 from public.patients where user_id = '${newcomer}'`,
    expected: "none",
  },
  {
    rule: "a sign-up says in which language Auth writes",
    given: newLogin(typed, "null"),
    statement: `select 1 from auth.users where id = '${newcomer}' and raw_user_meta_data = '{"language": "de"}'`,
    expected: "yes",
  },
  {
    rule: "a sign-up leaves nothing in the identity of a login that is not confirmed",
    given: `${newLogin(typed, "null")};
      insert into auth.identities (id, user_id, provider_id, provider, identity_data) values ('${newcomer}', '${newcomer}', '${newcomer}',
        'email', '{"sub": "${newcomer}", "email": "new.login@rls.example", "given_name": "New"}')`,
    statement: `select 1 from auth.identities where user_id = '${newcomer}' and identity_data ? 'given_name'`,
    expected: "none",
  },
  {
    rule: "Auth writes in the language of the profile",
    given: `update public.profiles set language = 'pt' where id = '${people.paula}'`,
    statement: `select 1 from auth.users where id = '${people.paula}' and raw_user_meta_data ->> 'language' = 'pt'`,
    expected: "yes",
  },
  {
    rule: "a login that nobody confirmed for a week is removed",
    given: `${newLogin("{}", "null")};
      update auth.users set created_at = now() - interval '8 days' where id in ('${newcomer}', '${people.paula}');
      select private.remove_unconfirmed_logins()`,
    statement: `select 1 from auth.users where id = '${newcomer}'
      union all select 1 where not exists (select from auth.users where id = '${people.paula}')`,
    expected: "none",
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
  ...[["banned", "banned_until = now() + interval '1 hour'"], ["deleted softly", "deleted_at = now()"]].map((
    [state, change],
  ): Rule => ({
    rule: `a login that is ${state} has no session left, and others have theirs`,
    given: `insert into auth.sessions (id, user_id) values
        ('${newcomer}', '${people.doctor}'), ('${session}', '${people.nurse}');
      update auth.users set ${change} where id = '${people.doctor}'`,
    statement: `select 1 where not exists (select from auth.sessions where user_id = '${people.doctor}')
      and exists (select from auth.sessions where id = '${session}')`,
    expected: "yes",
  })),
  {
    rule: "the end of a ban ends no session",
    given: `insert into auth.sessions (id, user_id) values ('${newcomer}', '${people.doctor}');
      update auth.users set banned_until = now() - interval '1 minute' where id = '${people.doctor}'`,
    statement: `select 1 from auth.sessions where id = '${newcomer}'`,
    expected: "yes",
  },
  {
    rule: "a suspension revokes the invitations of the person into the organization",
    given: `${invited("privacy_officer")}
      update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    statement: `select 1 from public.invitations where id = '${newcomer}' and revoked_at is not null`,
    expected: "yes",
  },
  {
    rule: "a suspension leaves the invitations of others",
    given: `${invited("privacy_officer", "nurse@demo.health")}
      update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    statement: `select 1 from public.invitations where id = '${newcomer}' and revoked_at is null`,
    expected: "yes",
  },
  {
    rule: "a suspended member gets no other role",
    given: `update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    statement: `insert into public.memberships (user_id, organization_id, role)
      values ('${people.doctor}', '${demoHospital}', 'privacy_officer')`,
    expected: "PT409",
  },
  {
    rule: "a suspended member gets no other role by another address of the mailbox",
    given: `${newLogin('{"given_name": "New"}')};
      update public.profiles set email = 'doctor+two@demo.health' where id = '${newcomer}';
      update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    statement: `insert into public.memberships (user_id, organization_id, role)
      values ('${newcomer}', '${demoHospital}', 'hospital_staff')`,
    expected: "PT409",
  },
  {
    rule: "a suspension revokes the invitations to another address of the mailbox",
    given: `${invited("hospital_staff", "doctor+two@demo.health")}
      update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    statement: `select 1 from public.invitations where id = '${newcomer}' and revoked_at is not null`,
    expected: "yes",
  },
  {
    rule: "a new password makes the clients of the account unknown",
    given: `update auth.users set encrypted_password = 'one' where id = '${people.doctor}';
      insert into private.known_clients (account_hash, client_hash) values (private.attempt_hash('doctor@demo.health'), '\\x00');
      update auth.users set encrypted_password = 'two' where id = '${people.doctor}'`,
    statement: "select 1 from private.known_clients where account_hash = private.attempt_hash('doctor@demo.health')",
    expected: "none",
  },
  {
    rule: "an admin does not lift the suspension of another role of theirs",
    given: `insert into public.memberships (user_id, organization_id, role, status)
      values ('${people.admin}', '${demoHospital}', 'privacy_officer', 'suspended')`,
    as: "admin",
    statement:
      `update public.memberships set status = 'active' where user_id = '${people.admin}' and role = 'privacy_officer'`,
    expected: "PT403",
  },
];

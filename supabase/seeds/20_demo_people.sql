-- Demo people, password Demo-Health-2026!. Staff come in by invitation and patients by registration, as everybody does: the rows of
-- auth.users are inserted, the triggers of the project do the rest.

create temporary table demo_people (
  id uuid, email text, given_name text, family_name text, birth_date date, organization_id uuid, role public.membership_role,
  licence_number text, position text
);
insert into demo_people values
  ('30000000-0000-4000-8000-000000000001', 'admin@demo.health', 'Ada', 'Adler', null, '10000000-0000-4000-8000-000000000001', 'admin', null, 'Administrator'),
  ('30000000-0000-4000-8000-000000000002', 'doctor@demo.health', 'David', 'Okafor', null, '10000000-0000-4000-8000-000000000001', 'hospital_staff', 'DE-114-2201', 'Physician, internal medicine'),
  ('30000000-0000-4000-8000-000000000003', 'nurse@demo.health', 'Nora', 'Lindgren', null, '10000000-0000-4000-8000-000000000001', 'hospital_staff', null, 'Nurse'),
  ('30000000-0000-4000-8000-000000000004', 'pharmacist@demo.health', 'Petra', 'Novak', null, '10000000-0000-4000-8000-000000000002', 'pharmacy_staff', 'DE-AP-3310', 'Pharmacist'),
  ('30000000-0000-4000-8000-000000000005', 'patient@demo.health', 'Paula', 'Becker', '1988-04-12', null, null, null, null),
  ('30000000-0000-4000-8000-000000000006', 'patient2@demo.health', 'Pavel', 'Horák', '1971-11-30', null, null, null, null),
  ('30000000-0000-4000-8000-000000000007', 'privacy@demo.health', 'Philippa', 'Sommer', null, '10000000-0000-4000-8000-000000000001', 'privacy_officer', null, 'Privacy officer'),
  ('40000000-0000-4000-8000-000000000001', 'doctor@north.health', 'Diana', 'Reyes', null, '20000000-0000-4000-8000-000000000001', 'hospital_staff', 'NY-220177', 'Physician, family medicine'),
  ('40000000-0000-4000-8000-000000000002', 'pharmacist@north.health', 'Peter', 'Walsh', null, '20000000-0000-4000-8000-000000000002', 'pharmacy_staff', 'NY-PH-5521', 'Pharmacist'),
  ('40000000-0000-4000-8000-000000000003', 'patient@north.health', 'Priya', 'Raman', '1994-02-28', null, null, null, null);
delete from demo_people d using auth.users u where u.email = d.email;

with made as (
  insert into public.invitations (organization_id, email, role, is_prescriber, licence_number, position, expires_at)
  select organization_id, email, role, role = 'hospital_staff' and licence_number is not null, licence_number, position, now() + interval '1 hour'
  from demo_people where organization_id is not null
  returning id, email
)
insert into private.invitation_tokens (invitation_id, token_hash)
select id, encode(extensions.digest('demo invitation of ' || email, 'sha256'), 'hex') from made;

insert into auth.users (instance_id, id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data,
  created_at, updated_at, confirmation_token, recovery_token, email_change_token_new, email_change)
select '00000000-0000-0000-0000-000000000000', id, 'authenticated', 'authenticated', email,
  extensions.crypt('Demo-Health-2026!', extensions.gen_salt('bf', 10)), now(), '{"provider": "email", "providers": ["email"]}',
  jsonb_strip_nulls(jsonb_build_object('given_name', given_name, 'family_name', family_name, 'birth_date', birth_date,
    'invitation_token', case when organization_id is not null then 'demo invitation of ' || email end)),
  now(), now(), '', '', '', ''
from demo_people;

insert into auth.identities (id, user_id, provider_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
select gen_random_uuid(), id, id::text, jsonb_build_object('sub', id, 'email', email, 'email_verified', true), 'email', now(), now(), now()
from demo_people;

insert into public.care_relationships (patient_id, organization_id)
select p.id, case when d.email like '%@north.health' then '20000000-0000-4000-8000-000000000001'::uuid else '10000000-0000-4000-8000-000000000001' end
from demo_people d join private.patients p on p.user_id = d.id;

drop table demo_people;

-- Linking: a person who signs in and a patient that a hospital registered without a login become one by a code that the
-- hospital hands over.

create table public.patient_link_codes (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  tries smallint not null default 0 check (tries between 0 and 5),
  expires_at timestamptz not null default now() + interval '24 hours',
  used_at timestamptz,
  used_by uuid references public.profiles (id) on delete restrict,
  revoked_at timestamptz,
  needs_confirmation boolean not null default false,
  decided_at timestamptz,
  decided_by uuid references public.profiles (id) on delete restrict,
  confirmed boolean,
  created_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint patient_link_codes_end_once check (used_at is null or revoked_at is null),
  constraint patient_link_codes_use_is_whole check ((used_at is null) = (used_by is null)),
  constraint patient_link_codes_decision_is_whole check (
    (confirmed is null) = (decided_at is null) and (confirmed is null) = (decided_by is null)
      and (confirmed is null or needs_confirmation)
    and (used_at is not null or not needs_confirmation))
);
comment on table public.patient_link_codes is
  'A code for one patient without a login. It opens once, together with the birth date, until `expires_at` and for '
  'five tries. A new code of the patient revokes the former ones. Redeemed by a member of a hospital that made it or '
  'cares for the patient, it `needs_confirmation`: the link is made when a second member has confirmed it, and never '
  'when one has declined it.';
create index patient_link_codes_patient on public.patient_link_codes (patient_id, created_at desc, id);
create index patient_link_codes_organization on public.patient_link_codes (organization_id);
create index patient_link_codes_used_by on public.patient_link_codes (used_by);
create index patient_link_codes_created_by on public.patient_link_codes (created_by);
create index patient_link_codes_decided_by on public.patient_link_codes (decided_by);
create index patient_link_codes_waiting on public.patient_link_codes (organization_id, created_at desc, id)
  where needs_confirmation and confirmed is null;

create table private.link_code_hashes (
  link_code_id uuid primary key references public.patient_link_codes (id) on delete cascade,
  code_hash text not null unique check (code_hash ~ '^[0-9a-f]{64}$')
);
comment on table private.link_code_hashes is
  'What a code is compared with: only its SHA-256 is kept, and nobody of the API reads it.';

alter table public.patient_link_codes enable row level security;
grant select on public.patient_link_codes to authenticated, service_role;
create policy "Hospital staff see the codes of their hospital for patients in care" on public.patient_link_codes
  for select to authenticated
  using (organization_id = any ((select private.my_hospitals())::uuid[])
    and private.is_in_care(patient_id, (select private.my_hospitals())));
create trigger patient_link_codes_touch before update on public.patient_link_codes
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.patient_link_codes');

insert into private.attempt_policies (action, subject, capacity, window_seconds, lock_seconds) values
  ('link_patient', 'account', 5, 3600, 3600),
  ('make_link_code', 'account', 20, 86400, 86400);

create function public.create_link_code(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_answer jsonb;
begin
  perform set_config('hub.link_code', '', true);
  v_answer := private.once('create_link_code', p_input, '{patient_id}',
    '(select to_jsonb(c) from public.patient_link_codes c where c.id = $1)');
  return case when current_setting('hub.link_code') <> '' and v_answer ? 'patient_id'
    then v_answer || jsonb_build_object('code', current_setting('hub.link_code')) else v_answer end;
end;
$$;
comment on function public.create_link_code is
  'Makes a code for a patient without a login in the care of the caller''s hospital, and revokes the former ones; '
  'twenty a day for a member. Idempotent. {patient_id} -> the code''s row, with the `code` itself: told once, and not '
  'to a repetition.';
grant execute on function public.create_link_code to authenticated;

create function private.create_link_code(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_patient_id uuid := (p_input ->> 'patient_id')::uuid;
  v_hospitals uuid[] := private.my_hospitals();
  v_code text := private.new_link_code();
  v_patient private.patients;
  v_attempt record;
  v_id uuid;
  v_known uuid[];
begin
  v_known := private.lock_known_patients(array[v_patient_id]);
  select * into v_patient from private.patients
  where id = v_patient_id and id = any (v_known) and deleted_at is null
    and (hospital_ids && v_hospitals or user_id = auth.uid());
  if v_patient.id is null then
    perform private.record_stranger(v_patient_id);
    return private.refuse_committed(404, 'not_found', 'There is no such object, or it is not visible to you.');
  end if;
  if not v_patient.hospital_ids && v_hospitals then
    perform private.record_denial(v_patient_id, v_patient.hospital_ids[1], 'not_staff');
    return private.refuse_committed(403, 'forbidden', 'Only hospital staff hand out codes.');
  end if;
  if private.is_own_record(v_patient_id) then
    perform private.record_denial(v_patient_id, null, 'own_chart');
    return private.refuse_committed(403, 'forbidden', 'You cannot make a code for your own record. Ask a colleague.');
  end if;
  if v_patient.user_id is not null then
    perform private.refuse(409, 'conflict', 'This patient has a login already.');
  end if;
  if v_patient.birth_date is null then
    perform private.refuse(409, 'conflict',
      'The code works together with the birth date, which is not known. Add it first.');
  end if;
  select * into v_attempt from public.take_attempt('make_link_code', null, auth.uid()::text);
  if not v_attempt.allowed then
    perform private.record_denial(v_patient_id, null, 'link_codes_too_many');
    return private.refuse_committed(429, 'rate_limited', 'You have made as many codes as a member makes in a day.',
      jsonb_build_object('retry_after', v_attempt.retry_after_seconds));
  end if;
  update public.patient_link_codes set revoked_at = now()
  where patient_id = v_patient_id and used_at is null and revoked_at is null;
  insert into public.patient_link_codes (patient_id, organization_id, created_by)
  select v_patient_id, o, auth.uid() from unnest(v_hospitals) as o where v_patient.hospital_ids @> array[o] order by o
  limit 1
  returning id into v_id;
  insert into private.link_code_hashes (link_code_id, code_hash) values (v_id, private.link_code_hash(v_code));
  perform set_config('hub.link_code', left(v_code, 5) || '-' || right(v_code, 5), true);
  return private.made(v_id);
end;
$$;
grant execute on function private.create_link_code to authenticated;

-- The hash that is stored instead of a code; people may type it in lower case, with blanks and dashes.
create function private.link_code_hash(p_code text) returns text
language sql immutable
set search_path = ''
as $$
  select encode(extensions.digest(regexp_replace(upper(p_code), '[\s-]', '', 'g'), 'sha256'), 'hex');
$$;

-- A new code: ten letters of Crockford's base 32, none of which is taken for a digit or for another one; 50 bits.
create function private.new_link_code() returns text
language sql volatile
set search_path = ''
as $$
  select string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', get_byte(r.bytes, i) % 32 + 1, 1), '' order by i)
  from (select extensions.gen_random_bytes(10) as bytes) as r cross join generate_series(0, 9) as i;
$$;

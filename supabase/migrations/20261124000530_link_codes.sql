-- Linking: a person who signs in and a patient whom a hospital registered without a login become one by a code that the hospital hands over.

-- A code for one patient without a login. It opens once, together with the birth date, until `expires_at`
-- and for five tries. A new code of the patient revokes the former ones.
create table public.patient_link_codes (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references public.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  tries smallint not null default 0 check (tries between 0 and 5),
  expires_at timestamptz not null default now() + interval '24 hours',
  used_at timestamptz,
  used_by uuid references public.profiles (id) on delete restrict,
  revoked_at timestamptz,
  created_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint patient_link_codes_end_once check (used_at is null or revoked_at is null),
  constraint patient_link_codes_use_is_whole check ((used_at is null) = (used_by is null))
);
create index patient_link_codes_patient on public.patient_link_codes (patient_id, created_at desc, id);
create index patient_link_codes_organization on public.patient_link_codes (organization_id);
create index patient_link_codes_used_by on public.patient_link_codes (used_by);
create index patient_link_codes_created_by on public.patient_link_codes (created_by);

-- What a code is compared with: only its SHA-256 is kept, and nobody of the API reads it.
create table private.link_code_hashes (
  link_code_id uuid primary key references public.patient_link_codes (id) on delete cascade,
  code_hash text not null unique check (code_hash ~ '^[0-9a-f]{64}$')
);

alter table public.patient_link_codes enable row level security;
grant select on public.patient_link_codes to authenticated, service_role;
create policy "Hospital staff see the codes of their hospital for patients in care" on public.patient_link_codes
  for select to authenticated
  using (organization_id = any ((select private.my_hospitals())::uuid[]) and private.is_in_care(patient_id, (select private.my_hospitals())));
create trigger patient_link_codes_touch before update on public.patient_link_codes
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.patient_link_codes');

insert into private.attempt_policies (action, subject, capacity, window_seconds, lock_seconds) values ('link_patient', 'account', 5, 3600, 3600);

-- What is kept of a code: people may type it in lower case, with blanks and dashes.
create function private.link_code_hash(p_code text) returns text
language sql immutable
set search_path = ''
as $$
  select encode(extensions.digest(regexp_replace(upper(p_code), '[\s-]', '', 'g'), 'sha256'), 'hex');
$$;

-- Makes a code for a patient without a login in the care of the caller's hospital, and revokes the former ones. The caller makes up the code
-- and sends its hash. Idempotent. {patient_id, code_hash} -> the code's row.
create function public.create_link_code(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_link_code', p_input, '{patient_id, code_hash}',
    '(select to_jsonb(c) from public.patient_link_codes c where c.id = $1)');
end;
$$;
grant execute on function public.create_link_code to authenticated;

create function private.create_link_code(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_patient_id uuid := (p_input ->> 'patient_id')::uuid;
  v_code_hash text := p_input ->> 'code_hash';
  v_hospitals uuid[] := private.my_hospitals();
  v_patient public.patients;
  v_code public.patient_link_codes;
begin
  perform private.lock_patients(array[v_patient_id]);
  select * into v_patient from public.patients
  where id = v_patient_id and deleted_at is null and (hospital_ids && v_hospitals or user_id = auth.uid());
  if v_patient.id is null then
    perform private.record_stranger(v_patient_id);
    return private.refuse_committed(404, 'not_found', 'There is no such object, or it is not visible to you.');
  end if;
  if not v_patient.hospital_ids && v_hospitals then
    perform private.record_denial(v_patient_id, v_patient.hospital_ids[1], 'not_staff');
    return private.refuse_committed(403, 'forbidden', 'Only hospital staff hand out codes.');
  end if;
  if v_patient.user_id is not null then
    perform private.refuse(409, 'conflict', 'This patient has a login already.');
  end if;
  if v_patient.birth_date is null then
    perform private.refuse(409, 'conflict', 'The code opens together with the birth date, which is not known. Add it first.');
  end if;
  update public.patient_link_codes set revoked_at = now() where patient_id = v_patient_id and used_at is null and revoked_at is null;
  insert into public.patient_link_codes (patient_id, organization_id, created_by)
  select v_patient_id, o, auth.uid() from unnest(v_hospitals) as o where v_patient.hospital_ids @> array[o] order by o limit 1
  returning * into v_code;
  insert into private.link_code_hashes (link_code_id, code_hash) values (v_code.id, v_code_hash);
  return private.made(v_code.id);
end;
$$;
grant execute on function private.create_link_code to authenticated;

-- Redeems a code: the patient that it was made for becomes the caller's own, and the row that the caller's registration made is merged into
-- it. Every try is counted, also one that is refused: five an hour for a person. A wrong code, a wrong birth date, and a code that has
-- expired, was used, revoked or tried too often read the same (422 link_code_invalid). Whoever made a code does not redeem it (403): staff who are
-- patients as well get theirs from a colleague, and their hospital's overseers are told. Idempotent. {code, birth_date} -> the patient.
create function public.redeem_link_code(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('redeem_link_code', p_input, '{code, birth_date}', 'private.patient_json($1)');
end;
$$;
grant execute on function public.redeem_link_code to authenticated;

-- The boundary behind public.redeem_link_code. A refusal is committed with the count of the try.
create function private.redeem_link_code(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_birth_date date := (p_input ->> 'birth_date')::date;
  v_code_id uuid := (select h.link_code_id from private.link_code_hashes h where h.code_hash = private.link_code_hash(p_input ->> 'code'));
  v_own public.patients;
  v_patient public.patients;
  v_code public.patient_link_codes;
  v_attempt record;
begin
  select * into v_attempt from public.take_attempt('link_patient', null, auth.uid()::text);
  if not v_attempt.allowed then
    return private.refuse_committed(429, 'rate_limited', 'Too many attempts. Try again later.',
      jsonb_build_object('retry_after', v_attempt.retry_after_seconds));
  end if;
  perform private.lock_patients(array(
    select c.patient_id from public.patient_link_codes c where c.id = v_code_id
    union select p.id from public.patients p where p.user_id = auth.uid()));
  select * into v_code from public.patient_link_codes
  where id = v_code_id and used_at is null and revoked_at is null and expires_at > now() and tries < 5 for update;
  select * into v_patient from public.patients where id = v_code.patient_id and deleted_at is null and user_id is null;
  if v_patient.id is null or v_patient.birth_date is distinct from v_birth_date then
    update public.patient_link_codes set tries = tries + 1 where id = v_code.id;
    perform private.record_denial(v_code.patient_id, v_code.organization_id, 'link_code_invalid');
    return private.refuse_committed(422, 'link_code_invalid', 'This code is not valid, or not for this birth date.', '{"pointer": "/code"}');
  end if;
  if v_code.created_by = auth.uid() then
    perform private.record_denial(v_patient.id, v_code.organization_id, 'own_link_code');
    return private.refuse_committed(403, 'forbidden', 'A code is not redeemed by whoever made it. Ask a colleague for one.');
  end if;
  update public.patient_link_codes set used_at = now(), used_by = auth.uid() where id = v_code.id;
  select * into v_own from public.patients where user_id = auth.uid();
  if v_own.id is not null and v_own.deleted_at is null then
    perform private.join_patients(v_own, v_patient, v_code.organization_id, 'Linked with a one-time code');
  else
    update public.patients set user_id = null where id = v_own.id;
    update public.patients set user_id = auth.uid() where id = v_patient.id;
  end if;
  perform public.clear_attempts('link_patient', null, auth.uid()::text);
  return private.made(v_patient.id);
end;
$$;
grant execute on function private.redeem_link_code to authenticated;

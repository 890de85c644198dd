-- Redeeming a link code: who may, what is joined, and the second member who confirms it for staff.

create function public.redeem_link_code(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('redeem_link_code', p_input, '{code, birth_date}', 'private.redeemed_json($1)');
end;
$$;
comment on function public.redeem_link_code is
  'Redeems a code: the patient that it was made for becomes the caller''s own, and the bare row that the caller''s '
  'registration made is joined with it. Every try is counted, also one that is refused: five an hour for a person. A '
  'wrong code, a wrong birth date, and a code that has expired, was used, revoked or tried too often read the same '
  '(422 link_code_invalid). Whoever made a code does not redeem it (403); who is somebody else by name, birth date or '
  'sex, or has a record with something in it, is refused (409). A member of a hospital that made the code or cares '
  'for the patient waits for a second one to confirm. The overseers of all of these hospitals are told. Idempotent. '
  '{code, birth_date} -> the patient, or {link_code_id, patient_id: null, status: waiting | declined}.';
grant execute on function public.redeem_link_code to authenticated;

-- The boundary behind public.redeem_link_code. A refusal is committed with the count of the try.
create function private.redeem_link_code(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_birth_date date := (p_input ->> 'birth_date')::date;
  v_code_id uuid := (select h.link_code_id from private.link_code_hashes h
    where h.code_hash = private.link_code_hash(p_input ->> 'code'));
  v_patient private.patients;
  v_code public.patient_link_codes;
  v_attempt record;
  v_own_id uuid;
  v_waits boolean;
begin
  select * into v_attempt from public.take_attempt('link_patient', null, auth.uid()::text);
  if not v_attempt.allowed then
    return private.refuse_committed(429, 'rate_limited', 'Too many attempts. Try again later.',
      jsonb_build_object('retry_after', v_attempt.retry_after_seconds));
  end if;
  perform private.lock_patients(array(
    select c.patient_id from public.patient_link_codes c where c.id = v_code_id
    union select p.id from private.patients p where p.user_id = auth.uid()));
  select * into v_code from public.patient_link_codes
  where id = v_code_id and used_at is null and revoked_at is null and expires_at > now() and tries < 5 for update;
  select * into v_patient from private.patients where id = v_code.patient_id and deleted_at is null and user_id is null;
  if v_patient.id is null or v_patient.birth_date is distinct from v_birth_date then
    update public.patient_link_codes set tries = tries + 1 where id = v_code.id;
    perform private.record_denial(v_code.patient_id, v_code.organization_id, 'link_code_invalid');
    return private.refuse_committed(422, 'link_code_invalid', 'This code is not valid, or not for this birth date.',
      '{"pointer": "/code"}');
  end if;
  if private.is_same_person(v_code.created_by, auth.uid()) then
    perform private.record_denial(v_patient.id, v_code.organization_id, 'own_link_code');
    return private.refuse_committed(403, 'forbidden',
      'You made this code, so you cannot redeem it. Ask a colleague for one.');
  end if;
  if not private.login_fits(auth.uid(), v_patient) then
    update public.patient_link_codes set tries = tries + 1 where id = v_code.id;
    perform private.record_denial(v_patient.id, v_code.organization_id, 'link_misfit');
    return private.refuse_committed(409, 'conflict',
      'Your name, birth date or sex here differs from the record. A code is for its patient alone; ask the hospital.');
  end if;
  select p.id into v_own_id from private.patients p where p.user_id = auth.uid() and p.deleted_at is null;
  if not private.is_bare(v_own_id) then
    perform private.record_denial(v_patient.id, v_code.organization_id, 'link_not_bare');
    return private.refuse_committed(409, 'conflict',
      'Your own record here already holds something, so a code cannot join it. Ask the hospital to merge the two.');
  end if;
  v_waits := private.belongs_to(auth.uid(), v_patient.hospital_ids || v_code.organization_id);
  update public.patient_link_codes set used_at = now(), used_by = auth.uid(), needs_confirmation = v_waits
  where id = v_code.id;
  if not v_waits then
    perform private.link_login(v_code, auth.uid());
  end if;
  perform public.clear_attempts('link_patient', null, auth.uid()::text);
  return private.made(v_code.id);
end;
$$;
grant execute on function private.redeem_link_code to authenticated;

create function public.decide_link(
  p_id uuid,
  p_patient_id uuid,
  p_confirmed boolean,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('decide_link',
    jsonb_build_object('id', p_id, 'patient_id', p_patient_id, 'confirmed', p_confirmed),
    '{id, patient_id, confirmed}', '(select to_jsonb(c) from public.patient_link_codes c where c.id = $1)',
      p_expected_version);
end;
$$;
comment on function public.decide_link is
  'Confirms or declines the link of a member of the staff, as a second one: neither who made the code nor who '
  'redeemed it, by whatever login. Idempotent. Answers the code''s row.';
grant execute on function public.decide_link to authenticated;

create function private.decide_link(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_patient_id uuid := (p_input ->> 'patient_id')::uuid;
  v_confirmed boolean := (p_input ->> 'confirmed')::boolean;
  v_code public.patient_link_codes;
begin
  if v_confirmed is null then
    perform private.refuse(422, 'invalid_input', 'Say whether the link is confirmed.', '{"pointer": "/confirmed"}');
  end if;
  perform private.lock_patients(array(
    select p.id from public.patient_link_codes c join private.patients p on p.id = c.patient_id or p.user_id = c.used_by
    where c.id = v_id));
  select * into v_code from public.patient_link_codes
  where id = v_id and patient_id = v_patient_id and organization_id = any (private.my_hospitals())
    and private.is_in_care(patient_id, array[organization_id])
  for update;
  perform private.require_version(v_code.version, p_expected_version);
  if private.is_same_person(auth.uid(), v_code.created_by) or private.is_same_person(auth.uid(), v_code.used_by)
    or private.is_own_record(v_code.patient_id) then
    perform private.record_denial(v_code.patient_id, v_code.organization_id, 'own_link_code');
    return private.refuse_committed(403, 'forbidden',
      'A second colleague, who neither made nor redeemed the code, confirms the link.');
  end if;
  if not v_code.needs_confirmation or v_code.confirmed is not null then
    perform private.refuse(409, 'illegal_transition', 'This link does not wait for a decision.', '{"allowed": []}');
  end if;
  if v_confirmed then
    if not exists (select from private.patients where id = v_code.patient_id and user_id is null)
      or not private.is_bare((select p.id from private.patients p where p.user_id = v_code.used_by
        and p.deleted_at is null)) then
      perform private.refuse(409, 'conflict',
        'The patient has a login by now, or the person has records of their own. Decline the link.');
    end if;
    perform private.link_login(v_code, v_code.used_by);
  end if;
  update public.patient_link_codes set confirmed = v_confirmed, decided_at = now(), decided_by = auth.uid()
  where id = v_id;
  return private.made(v_id);
end;
$$;
grant execute on function private.decide_link to authenticated;

-- Whether a login fits a patient: by the name and, as far as they are known, by birth date and sex of the row that its
-- registration made; the name of the profile speaks for a login without one. A name that is merely similar does not fit
-- where another patient of the hospitals, of the same birth date, has it exactly: twins differ in a letter, as a name
-- and its misspelling do.
create function private.login_fits(p_user_id uuid, p_patient private.patients) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_own private.patients;
begin
  select * into v_own from private.patients where user_id = p_user_id and deleted_at is null;
  if v_own.id is null then
    select p.given_name, p.family_name into v_own.given_name, v_own.family_name from public.profiles p
    where p.id = p_user_id;
  end if;
  return private.name_match(v_own, p_patient) <> 'different'
    and coalesce(v_own.birth_date = p_patient.birth_date, true)
    and not coalesce(v_own.sex <> p_patient.sex and v_own.sex in ('female', 'male')
      and p_patient.sex in ('female', 'male'), false)
    and (private.name_match(v_own, p_patient) <> 'similar' or not exists (
      select from private.patients o
      where o.birth_date = p_patient.birth_date and o.deleted_at is null and o.hospital_ids && p_patient.hospital_ids
        and o.id is distinct from v_own.id and o.id <> p_patient.id
          and private.name_match(v_own, o) in ('exact', 'swapped')));
end;
$$;

-- Whether nothing hangs on a patient: no care, no number, no record, no appointment, no contact, nor a row in any table
-- of patients. So a row is that a registration made, until something happens to the person.
create function private.is_bare(p_patient_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_reference record;
  v_found boolean := exists (select from public.patient_merges where patient_id = p_patient_id);
begin
  for v_reference in select * from private.patient_references() loop
    exit when v_found;
    execute format('select exists (select from %s where %I = $1)', v_reference.table_name, v_reference.column_name)
    into v_found using p_patient_id;
  end loop;
  return not v_found;
end;
$$;

-- Whether a person belongs to one of some organizations, in any role, suspended or not, and by any login.
create function private.belongs_to(p_user_id uuid, p_organizations uuid[]) returns boolean
language sql stable
set search_path = ''
as $$
  select exists (
    select from public.memberships m
    where m.organization_id = any (p_organizations) and private.is_same_person(m.user_id, p_user_id));
$$;

-- Gives a patient to a login; the bare row that it had is joined. Refuses (409) what would mix two people, and nothing
-- is lost by that. Whoever calls holds the locks and knows that the patient has no login.
create function private.link_login(p_code public.patient_link_codes, p_user_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_own private.patients;
  v_patient private.patients;
begin
  select * into v_own from private.patients where user_id = p_user_id;
  if v_own.id is not null and v_own.deleted_at is null then
    select * into v_patient from private.patients where id = p_code.patient_id;
    perform private.join_patients(v_own, v_patient, p_code.organization_id, 'Linked with a one-time code');
  else
    update private.patients set user_id = null where id = v_own.id;
    update private.patients set user_id = p_user_id where id = p_code.patient_id;
  end if;
end;
$$;

-- The result of a code that the caller redeemed; nothing of the patient while the link waits for confirmation.
create function private.redeemed_json(p_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_code public.patient_link_codes;
begin
  select * into v_code from public.patient_link_codes where id = p_id and used_by = auth.uid();
  return case
    when v_code.id is null then null
    when v_code.needs_confirmation and v_code.confirmed is not true then
      jsonb_build_object('link_code_id', v_code.id, 'status', case when v_code.confirmed is null then 'waiting'
        else 'declined' end)
    else private.patient_json(private.my_patient_id())::jsonb end;
end;
$$;
grant execute on function private.redeemed_json to authenticated;

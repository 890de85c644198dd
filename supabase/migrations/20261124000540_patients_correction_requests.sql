-- Corrections: a patient asks a hospital to correct something about them, and the hospital answers (GDPR article 16,
-- HIPAA 164.526).

create type public.correction_status as enum ('open', 'accepted', 'rejected', 'withdrawn');

create table public.correction_requests (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  field text check (field in ('given_name', 'family_name', 'birth_date', 'sex', 'blood_type', 'language', 'phone',
    'email', 'address_line',
    'city', 'region', 'postal_code', 'country', 'identifiers', 'contacts')),
  record_kind text references private.record_kinds (kind),
  record_id uuid,
  text text not null check (private.is_long_text(text, 2000)),
  status public.correction_status not null default 'open',
  decided_by uuid references public.profiles (id) on delete restrict,
  decided_at timestamptz,
  decision_reason text check (private.is_plain_text(decision_reason, 500)),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint correction_requests_name_one_thing check ((field is null) = (record_kind is not null)
    and (record_kind is null) = (record_id is null)),
  constraint correction_requests_decision_is_whole check ((status = 'open') = (decided_at is null)),
  constraint correction_requests_answer_has_reason check ((status in ('accepted', 'rejected'))
    = (decision_reason is not null))
);
comment on table public.correction_requests is
  'A request about one field of the patient or one clinical record. Accepting it changes nothing by itself: staff '
  'correct the field or record, whose own history shows it. `decision_reason` is what the hospital answers.';
create index correction_requests_patient on public.correction_requests (patient_id, created_at desc, id);
create index correction_requests_organization on public.correction_requests (organization_id, status, created_at desc,
  id);
create index correction_requests_record_kind on public.correction_requests (record_kind);
create index correction_requests_decided_by on public.correction_requests (decided_by);

alter table public.correction_requests enable row level security;
grant select on public.correction_requests to authenticated, service_role;
grant insert (patient_id, organization_id, field, record_kind, record_id, text) on public.correction_requests
  to authenticated;
grant update (status, decision_reason) on public.correction_requests to authenticated;
create policy "Patients see their requests, hospital staff those to their hospital" on public.correction_requests
  for select to authenticated
  using (patient_id = (select private.my_patient_id())
    or organization_id = any ((select private.my_hospitals())::uuid[])
      and private.is_in_care(patient_id, (select private.my_hospitals())));
create policy "Patients ask for corrections of their own" on public.correction_requests
  for insert to authenticated
  with check (patient_id = (select private.my_patient_id()));
create policy "Patients withdraw open requests, hospital staff answer them" on public.correction_requests
  for update to authenticated
  using (status = 'open' and (patient_id = (select private.my_patient_id())
    or organization_id = any ((select private.my_hospitals())::uuid[])
      and private.is_in_care(patient_id, (select private.my_hospitals()))))
  with check (status = 'withdrawn' and patient_id = (select private.my_patient_id())
    or status in ('accepted', 'rejected') and patient_id is distinct from (select private.my_patient_id())
      and organization_id = any ((select private.my_hospitals())::uuid[])
        and private.is_in_care(patient_id, (select private.my_hospitals())));
create trigger correction_requests_touch before update on public.correction_requests
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.correction_requests');

-- A request goes to a hospital that cares for the patient, and a record that it names is one of the patient's. A
-- stranger's is left to the policy, which comes later: what is found here would tell them which hospitals a patient
-- has.
create function private.check_correction_request() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_table text := (select k.table_name from private.record_kinds k where k.kind = new.record_kind);
  v_known boolean;
begin
  if auth.uid() is not null and new.patient_id is distinct from private.my_patient_id() then
    return new;
  end if;
  if not private.is_in_care(new.patient_id, array[new.organization_id]) then
    perform private.refuse(422, 'invalid_input', 'This hospital does not care for you.',
      '{"pointer": "/organization_id"}');
  end if;
  if v_table is not null then
    execute format('select exists (select from public.%I where id = $1 and patient_id = $2)', v_table) into v_known
      using new.record_id, new.patient_id;
    if not v_known then
      perform private.refuse(422, 'invalid_input', 'This names no record of yours.', '{"pointer": "/record_id"}');
    end if;
  end if;
  return new;
end;
$$;
create trigger correction_requests_check before insert on public.correction_requests
  for each row execute function private.check_correction_request();

-- Notes when a request was answered or withdrawn, and by whom; what was decided stays so. Nobody answers their own, by
-- whatever login.
create function private.stamp_correction_decision() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if old.status <> 'open' then
    perform private.refuse(409, 'illegal_transition', 'This request was decided already.', '{"allowed": []}');
  end if;
  if new.status <> 'withdrawn' and private.is_own_record(new.patient_id) then
    perform private.refuse(403, 'forbidden', 'You cannot answer your own request. Ask a colleague.');
  end if;
  new.decided_at := now();
  new.decided_by := auth.uid();
  return new;
end;
$$;
create trigger correction_requests_stamp_decision before update of status on public.correction_requests
  for each row when (old.status <> new.status) execute function private.stamp_correction_decision();

-- Requests are in the words of whoever had the login: when a merge is undone, those made since by a login that it had
-- moved go back with it.
create function private.return_correction_requests(p_merge public.patient_merges) returns void
language sql
set search_path = ''
as $$
  update public.correction_requests r set patient_id = p_merge.source_id
  from private.patients p
  where r.patient_id = p_merge.patient_id and r.created_at >= p_merge.created_at and p.id = p_merge.patient_id
    and p.user_id = p_merge.moved_login;
$$;

create function public.create_correction_request(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_correction_request', p_input,
    '{patient_id, organization_id, field, record_kind, record_id, text}',
    '(select to_jsonb(r) from public.correction_requests r where r.id = $1)');
end;
$$;
comment on function public.create_correction_request is
  'Asks for a correction, as the patient. Idempotent. Patients of one hospital need not name it. {patient_id, '
  'organization_id?, field | record_kind and record_id, text} -> the request.';
grant execute on function public.create_correction_request to authenticated;

create function private.create_correction_request(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_in public.correction_requests := jsonb_populate_record(null::public.correction_requests, p_input);
  v_hospitals uuid[];
begin
  if private.patient_json(v_in.patient_id) is null then
    perform private.refuse(404, 'not_found', 'There is no such object, or it is not visible to you.');
  end if;
  if v_in.patient_id is distinct from private.my_patient_id() then
    perform private.refuse(403, 'forbidden', 'Only patients ask for a correction; staff make it.');
  end if;
  select array_agg(c.organization_id) into v_hospitals
  from public.care_relationships c where c.patient_id = private.my_patient_id() and c.status = 'active';
  if v_in.organization_id is null and coalesce(cardinality(v_hospitals), 0) <> 1 then
    perform private.refuse(422, 'invalid_input', 'Name the hospital that should correct it; it has to care for you.',
      '{"pointer": "/organization_id"}');
  end if;
  insert into public.correction_requests (patient_id, organization_id, field, record_kind, record_id, text)
  values (v_in.patient_id, coalesce(v_in.organization_id, v_hospitals[1]), v_in.field, v_in.record_kind, v_in.record_id,
    v_in.text)
  returning id into v_in.id;
  return private.made(v_in.id);
end;
$$;
grant execute on function private.create_correction_request to authenticated;

create function public.decide_correction_request(
  p_id uuid,
  p_patient_id uuid,
  p_status public.correction_status,
  p_reason text default null,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('decide_correction_request',
    jsonb_strip_nulls(jsonb_build_object('id', p_id, 'patient_id', p_patient_id, 'status', p_status, 'reason',
      p_reason)),
    '{id, patient_id, status, reason}', '(select to_jsonb(r) from public.correction_requests r where r.id = $1)',
      p_expected_version);
end;
$$;
comment on function public.decide_correction_request is
  'Accepts, rejects or withdraws an open request: the hospital answers, with a reason, and the patient withdraws. '
  'Idempotent; 409 names the steps that are possible. Answers the request.';
grant execute on function public.decide_correction_request to authenticated;

create function private.decide_correction_request(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_patient_id uuid := (p_input ->> 'patient_id')::uuid;
  v_request public.correction_requests;
  v_steps text[];
begin
  select * into v_request from public.correction_requests where id = v_id and patient_id = v_patient_id;
  perform private.require_version(v_request.version, p_expected_version);
  v_steps := case
    when v_request.status <> 'open' then '{}'
    when v_request.patient_id = private.my_patient_id() then '{withdrawn}'
    else '{accepted,rejected}' end;
  if p_input ->> 'status' in ('accepted', 'rejected') and v_request.patient_id is distinct from private.my_patient_id()
    and private.is_own_record(v_request.patient_id) then
    perform private.record_denial(v_request.patient_id, v_request.organization_id, 'own_chart');
    return private.refuse_committed(403, 'forbidden', 'You cannot answer your own request. Ask a colleague.');
  end if;
  if p_input ->> 'status' = any (v_steps) then
    if p_input ->> 'status' <> 'withdrawn' and p_input ->> 'reason' is null then
      perform private.refuse(422, 'invalid_input', 'Give a reason for the answer.', '{"pointer": "/reason"}');
    end if;
    update public.correction_requests set status = (p_input ->> 'status')::public.correction_status,
      decision_reason = case when p_input ->> 'status' <> 'withdrawn' then p_input ->> 'reason' end
    where id = v_request.id and status = 'open';
    if found then
      return private.made(v_request.id);
    end if;
    v_steps := '{}';
  end if;
  perform private.refuse(409, 'illegal_transition', 'This step is not possible for you in the present state.',
    jsonb_build_object('allowed',
    (select coalesce(jsonb_agg(case s when 'accepted' then 'accept' when 'rejected' then 'reject' else 'withdraw' end),
      '[]') from unnest(v_steps) as s)));
end;
$$;
grant execute on function private.decide_correction_request to authenticated;

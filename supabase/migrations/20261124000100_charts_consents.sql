-- Consents: what a patient lets a hospital see of their chart. Without a decision of the patient the care relationship
-- decides; with one, the newest decision for the hospital does, in care or not.

-- How much of a chart is open, in rising order. Sensitive are the records that carry a `sensitivity`.
create type public.chart_scope as enum ('nothing', 'without_sensitive', 'everything');
create type public.consent_status as enum ('active', 'withdrawn', 'replaced');

create table public.consents (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  scope public.chart_scope not null,
  valid_until timestamptz,
  status public.consent_status not null default 'active',
  given_at timestamptz not null default now(),
  given_by uuid default auth.uid() references public.profiles (id) on delete restrict,
  ended_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint consents_ends_after_its_beginning check (valid_until > given_at),
  constraint consents_end_is_dated check ((status = 'active') = (ended_at is null))
);
comment on table public.consents is
  'A decision of a patient about one hospital, until `valid_until` or for good. The newest one counts also when it '
  'was withdrawn or has ended: then the hospital sees nothing, except by break-glass.';
create unique index consents_newest on public.consents (patient_id, organization_id) where status <> 'replaced';
create index consents_patient on public.consents (patient_id, given_at desc, id);
create index consents_organization on public.consents (organization_id);
create index consents_given_by on public.consents (given_by);

alter table public.consents enable row level security;
grant select on public.consents to authenticated;
grant insert (patient_id, organization_id, scope, valid_until) on public.consents to authenticated;
grant update (status) on public.consents to authenticated;
grant select, insert, update on public.consents to service_role;
create policy "Patients see their consents, hospitals those about them" on public.consents
  for select to authenticated
  using (patient_id = (select private.my_patient_id())
    or organization_id = any ((select private.my_hospitals())::uuid[]));
create policy "Patients decide who sees their chart" on public.consents
  for insert to authenticated
  with check (patient_id = (select private.my_patient_id()));
create policy "Patients withdraw their consents" on public.consents
  for update to authenticated
  using (status = 'active' and patient_id = (select private.my_patient_id()))
  with check (status = 'withdrawn' and patient_id = (select private.my_patient_id()));

create trigger consents_touch before update on public.consents
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.consents');

create trigger consents_check before insert on public.consents
  for each row execute function private.check_care_relationship();

-- A new decision takes the place of the one before it.
create function private.replace_consent() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.consents set status = 'replaced'
  where patient_id = new.patient_id and organization_id = new.organization_id and status <> 'replaced';
  return new;
end;
$$;
create trigger consents_replace before insert on public.consents
  for each row when (new.status <> 'replaced') execute function private.replace_consent();

-- Notes when a decision stopped to count.
create function private.stamp_consent_end() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.ended_at := now();
  return new;
end;
$$;
create trigger consents_stamp_end before update of status on public.consents
  for each row when (old.status = 'active' and new.status <> 'active') execute function private.stamp_consent_end();

-- The scope that a hospital may see without break-glass, from whether it has the patient in care and from the patient's
-- newest decision about it, if any. Asked for every open chart by every statement, and a quarter of the price in
-- plpgsql.
create function private.granted_scope(p_in_care boolean, p_consent public.consents) returns public.chart_scope
language plpgsql stable
set search_path = ''
as $$
begin
  return case
    when (p_consent).id is null then case when p_in_care then 'everything'::public.chart_scope else 'nothing' end
    when (p_consent).status = 'active' and coalesce((p_consent).valid_until > now(), true) then (p_consent).scope
    else 'nothing' end;
end;
$$;

-- Whether a patient lets a hospital see nothing of the chart, by a decision of their own. The hospital still runs the
-- appointments that it has with the patient, and is shown time, place and person; what they are for is told to those
-- who read them as little as the chart is.
create function private.sees_nothing(p_patient_id uuid, p_organization_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select from public.consents c
    where c.patient_id = p_patient_id and c.organization_id = p_organization_id and c.status <> 'replaced'
      and private.granted_scope(false, c) = 'nothing');
end;
$$;

create function public.give_consent(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('give_consent', p_input, '{patient_id, organization_id, scope, valid_until}',
    '(select to_jsonb(c) from public.consents c where c.id = $1)');
end;
$$;
comment on function public.give_consent is
  'Decides who sees the chart of the caller. Idempotent. {patient_id, organization_id, scope, valid_until?} -> the '
  'consent.';
grant execute on function public.give_consent to authenticated;

create function private.give_consent(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_consent public.consents := jsonb_populate_record(null::public.consents, p_input);
begin
  if v_consent.patient_id is distinct from private.my_patient_id() then
    perform private.record_denial(v_consent.patient_id, null, 'not_the_patient');
    return private.refuse_committed(403, 'forbidden', 'Only patients decide who sees their chart.');
  end if;
  insert into public.consents (patient_id, organization_id, scope, valid_until)
  values (v_consent.patient_id, v_consent.organization_id, v_consent.scope, v_consent.valid_until)
  returning id into v_consent.id;
  return private.made(v_consent.id);
end;
$$;
grant execute on function private.give_consent to authenticated;

create function public.withdraw_consent(p_id uuid, p_patient_id uuid, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('withdraw_consent',
    jsonb_build_object('id', p_id, 'patient_id', p_patient_id),
    '{id, patient_id}', '(select to_jsonb(c) from public.consents c where c.id = $1)', p_expected_version);
end;
$$;
comment on function public.withdraw_consent is
  'Takes a consent back: the next read of the hospital is refused. Idempotent. Answers the consent.';
grant execute on function public.withdraw_consent to authenticated;

create function private.withdraw_consent(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_patient_id uuid := (p_input ->> 'patient_id')::uuid;
  v_consent public.consents;
begin
  select * into v_consent from public.consents where id = v_id and patient_id = v_patient_id;
  perform private.require_version(v_consent.version, p_expected_version);
  if v_consent.patient_id is distinct from private.my_patient_id() then
    perform private.record_denial(v_consent.patient_id, null, 'not_the_patient');
    return private.refuse_committed(403, 'forbidden', 'Only patients take their consent back.');
  end if;
  update public.consents set status = 'withdrawn' where id = v_consent.id and status = 'active';
  if not found then
    perform private.refuse(409, 'illegal_transition', 'This consent is no longer in force.', '{"allowed": []}');
  end if;
  return private.made(v_consent.id);
end;
$$;
grant execute on function private.withdraw_consent to authenticated;

-- Chart access: staff read clinical records only while they hold an open entry here for the patient, so that no path
-- reads a chart without a trace. The entry alone opens nothing: what it rests on, care, consent or break-glass, is
-- looked up again by every statement.

create type public.chart_basis as enum ('care_relationship', 'consent', 'break_glass');
-- Why a chart is opened: HL7 v3 PurposeOfUse TREAT, ETREAT, CAREMGT, PATRQT, HPAYMT, HOPERAT, PUBHLTH.
create type public.purpose_of_use as enum ('treatment', 'emergency_treatment', 'care_management', 'patient_request',
  'payment', 'operations',
  'public_health');
create type public.review_outcome as enum ('justified', 'unjustified');

create table public.chart_accesses (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  user_id uuid not null references public.profiles (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  basis public.chart_basis not null,
  scope public.chart_scope not null check (scope <> 'nothing'),
  purpose public.purpose_of_use not null,
  reason text check (private.is_plain_text(reason, 500)),
  opened_at timestamptz not null default now(),
  expires_at timestamptz not null,
  closed_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint chart_accesses_break_glass_has_reason check (basis <> 'break_glass'
    or coalesce(char_length(reason), 0) >= 10)
);
comment on table public.chart_accesses is
  'One opening of a chart: who, for which hospital and purpose, on what basis and with which scope at that time. A '
  'break-glass has a reason and is reviewed (break_glass_reviews).';
create index chart_accesses_open on public.chart_accesses (user_id, expires_at) where closed_at is null;
create index chart_accesses_patient on public.chart_accesses (patient_id, opened_at desc, id);
create index chart_accesses_organization on public.chart_accesses (organization_id, opened_at desc, id);

alter table public.chart_accesses enable row level security;
grant select on public.chart_accesses to authenticated, service_role;
grant update (closed_at) on public.chart_accesses to authenticated;
create policy "Patients and overseers see who opened charts, staff their own" on public.chart_accesses
  for select to authenticated
  using (patient_id = (select private.my_patient_id()) or user_id = (select auth.uid())
    or organization_id = any (array(select private.my_audited_organizations())));
create policy "Staff close the charts they opened" on public.chart_accesses
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));

create trigger chart_accesses_touch before update on public.chart_accesses
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.chart_accesses');

-- An opening stays on record, even against the owner of the table: an entry is closed once and never deleted.
create function private.keep_chart_access() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    perform private.refuse(403, 'forbidden', 'Entries of the access log are not deleted.');
  end if;
  if old.closed_at is not null then
    new.closed_at := old.closed_at;
  elsif new.closed_at is not null then
    new.closed_at := now();
  end if;
  new.opened_at := old.opened_at;
  new.expires_at := old.expires_at;
  return new;
end;
$$;
create trigger chart_accesses_are_kept before update or delete on public.chart_accesses
  for each row execute function private.keep_chart_access();

-- How long an opened chart stays open: a shift; by break-glass, an emergency.
create function private.chart_access_period(p_basis public.chart_basis) returns interval
language sql immutable
set search_path = ''
as $$
  select case p_basis when 'break_glass' then interval '1 hour' else interval '8 hours' end;
$$;

-- The patients whose chart the caller has open with at least this scope. Costs one look-up in the caller's open
-- entries, and two more for each of them; policies evaluate it once per statement. That care alone decides where the
-- patient has not is said by private.granted_scope too: to call it for the few with a decision only halves the price.
create function private.open_charts(p_scope public.chart_scope) returns uuid[]
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return array(
    select a.patient_id
    from public.chart_accesses a
    join private.patients p on p.id = a.patient_id and p.deleted_at is null
    left join public.consents c on c.patient_id = a.patient_id and c.organization_id = a.organization_id
      and c.status <> 'replaced'
    where a.user_id = (select auth.uid()) and a.closed_at is null and a.expires_at > now()
      and a.organization_id = any ((select private.my_hospitals())::uuid[])
      and case
        when a.basis = 'break_glass' then true
        when c.id is null then a.organization_id = any (p.hospital_ids)
        else private.granted_scope(a.organization_id = any (p.hospital_ids), c) >= p_scope end);
end;
$$;
grant execute on function private.open_charts to authenticated;

-- Whether the caller may read the chart at this moment: their own, or one they have open.
create function private.chart_is_open(p_patient_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce(p_patient_id = private.my_patient_id(), false)
    or p_patient_id = any (private.open_charts('without_sensitive'));
end;
$$;
grant execute on function private.chart_is_open to authenticated;

-- The scope of the caller's own reading: everything for the patient, else that of the open chart; null while it is
-- closed.
create function private.chart_scope(p_patient_id uuid) returns public.chart_scope
language plpgsql stable
set search_path = ''
as $$
begin
  return case
    when p_patient_id = private.my_patient_id() or p_patient_id = any (private.open_charts('everything'))
      then 'everything'
    when p_patient_id = any (private.open_charts('without_sensitive')) then 'without_sensitive' end::public.chart_scope;
end;
$$;
grant execute on function private.chart_scope to authenticated;

-- The holder of an open entry sees the patient as well as the chart, in care or not.
alter policy "Patients see themselves, hospital staff those in their care" on private.patients
  using (deleted_at is null and (user_id = (select auth.uid()) or hospital_ids && (select private.my_hospitals())
    or id = any ((select private.open_charts('without_sensitive'))::uuid[])));
-- The same condition for functions above the policies; `me` and `my_hospitals` are who asks, looked up once.
create view private.visible_patients as
  select p.*, asking.me, asking.my_hospitals
  from (select auth.uid() as me, private.my_hospitals() as my_hospitals offset 0) as asking
  join private.patients p
    on p.deleted_at is null and (p.user_id = asking.me or p.hospital_ids && asking.my_hospitals
      or p.id = any ((select private.open_charts('without_sensitive'))::uuid[]));
alter policy "Patients see their contacts, hospital staff those in care" on public.patient_contacts
  using (patient_id = (select private.my_patient_id())
    or private.is_in_care(patient_id, (select private.my_hospitals()))
    or patient_id = any ((select private.open_charts('without_sensitive'))::uuid[]));

-- The review of a break-glass: by the hospital for which it was done and, each for itself, by every hospital that cared
-- for the patient then. A hospital on its own does not say that its staff did right with another one's patient.

create table public.break_glass_reviews (
  id uuid primary key default gen_random_uuid(),
  access_id uuid not null references public.chart_accesses (id) on delete restrict,
  patient_id uuid not null references private.patients (id) on delete restrict,
  user_id uuid not null references public.profiles (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  own boolean not null,
  opened_at timestamptz not null,
  outcome public.review_outcome,
  comment text check (private.is_plain_text(comment, 500)),
  reviewed_at timestamptz,
  reviewed_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint break_glass_reviews_once unique (access_id, organization_id),
  constraint break_glass_reviews_are_whole check (
    (outcome is null) = (reviewed_at is null) and (outcome is null) = (reviewed_by is null)
      and (outcome is not null or comment is null))
);
comment on table public.break_glass_reviews is
  'What one hospital has to say of a break-glass, `access_id`, of the person `user_id`. Without an outcome it waits '
  'for the overseers of the hospital.';
create index break_glass_reviews_worklist on public.break_glass_reviews (organization_id, opened_at desc, id);
create index break_glass_reviews_patient on public.break_glass_reviews (patient_id);
create index break_glass_reviews_user on public.break_glass_reviews (user_id);
create index break_glass_reviews_reviewed_by on public.break_glass_reviews (reviewed_by);

-- A person who broke the glass sees the review of their own hospital alone: the others would tell which hospitals the
-- patient has.
alter table public.break_glass_reviews enable row level security;
grant select on public.break_glass_reviews to authenticated, service_role;
create policy "Overseers see their reviews, patients and who broke the glass theirs" on public.break_glass_reviews
  for select to authenticated
  using (organization_id = any (array(select private.my_audited_organizations()))
    or patient_id = (select private.my_patient_id())
    or (own and user_id = (select auth.uid())));
create trigger break_glass_reviews_touch before update on public.break_glass_reviews
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.break_glass_reviews');

-- Asks the hospitals for their reviews, and writes the opening into the logs of those that the log of the hospital
-- which did it does not reach.
create function private.ask_for_reviews() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_others uuid[] := array_remove((select p.hospital_ids from private.patients p where p.id = new.patient_id),
    new.organization_id);
begin
  insert into audit.entries (actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id, action,
    changed_fields)
  select auth.uid(), coalesce(auth.role(), session_user), o, new.patient_id, private.request_id(), 'chart_accesses',
    new.id, 'insert',
    '{basis,organization_id,purpose,reason,scope,user_id}'
  from unnest(v_others) as o;
  insert into public.break_glass_reviews (access_id, patient_id, user_id, organization_id, own, opened_at)
  select new.id, new.patient_id, new.user_id, o, o = new.organization_id, new.opened_at
  from unnest(v_others || new.organization_id) as o;
  return null;
end;
$$;
create trigger chart_accesses_reviews after insert on public.chart_accesses
  for each row when (new.basis = 'break_glass') execute function private.ask_for_reviews();

-- The openings that wait for a review of the caller's organizations, or have had one.
create function private.my_reviewed_accesses() returns setof uuid
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return query
    select r.access_id from public.break_glass_reviews r
    where not r.own and r.organization_id = any (array(select private.my_audited_organizations()));
end;
$$;
grant execute on function private.my_reviewed_accesses to authenticated;
alter policy "Patients and overseers see who opened charts, staff their own" on public.chart_accesses
  using (patient_id = (select private.my_patient_id()) or user_id = (select auth.uid())
    or organization_id = any (array(select private.my_audited_organizations()))
    or id = any (array(select private.my_reviewed_accesses())));

-- A break-glass as those who review it see it: the opening, and the review of one organization.
create view public.break_glass with (security_invoker = true) as
  select a.id, r.id as review_id, a.patient_id, a.user_id, a.organization_id,
    r.organization_id as reviewing_organization_id, a.purpose, a.reason,
    r.opened_at, a.expires_at, r.reviewed_at, r.outcome as review_outcome, r.version, r.created_at, r.updated_at
  from public.break_glass_reviews r join public.chart_accesses a on a.id = r.access_id;
grant select on public.break_glass to authenticated, service_role;

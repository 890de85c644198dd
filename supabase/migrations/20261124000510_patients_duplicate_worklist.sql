-- Duplicates, the worklist: each hospital's pairs of patients who may be one person, kept up to date by a job, until
-- somebody decides.

create type public.duplicate_status as enum ('open', 'dismissed');

create table public.patient_duplicates (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  patient_id uuid not null references private.patients (id) on delete restrict,
  other_patient_id uuid not null references private.patients (id) on delete restrict,
  score numeric(3, 2) not null check (score between 0 and 1),
  reasons jsonb not null,
  status public.duplicate_status not null default 'open',
  decided_by uuid references public.profiles (id) on delete restrict,
  decided_at timestamptz,
  decision_reason text check (private.is_plain_text(decision_reason, 500)),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint patient_duplicates_pair_once unique (organization_id, patient_id, other_patient_id),
  constraint patient_duplicates_are_two check (patient_id < other_patient_id),
  constraint patient_duplicates_decision_is_whole check (
    (status = 'dismissed') = (decided_at is not null) and (status = 'dismissed') = (decision_reason is not null))
);
comment on table public.patient_duplicates is
  'Two patients in the care of a hospital who may be the same person. `dismissed` says that they are not, who found '
  'that out and why, so that the pair does not come up again. Pairs are in the order of their ids.';
create index patient_duplicates_worklist on public.patient_duplicates (organization_id, status, score desc, id);
create index patient_duplicates_patient on public.patient_duplicates (patient_id);
create index patient_duplicates_other_patient on public.patient_duplicates (other_patient_id);
create index patient_duplicates_decided_by on public.patient_duplicates (decided_by);

alter table public.patient_duplicates enable row level security;
grant select on public.patient_duplicates to authenticated, service_role;
create policy "Hospital staff see pairs of patients who are both in their care" on public.patient_duplicates
  for select to authenticated
  using (organization_id = any ((select private.my_hospitals())::uuid[])
    and private.is_in_care(patient_id, array[organization_id])
      and private.is_in_care(other_patient_id, array[organization_id]));
create trigger patient_duplicates_touch before update on public.patient_duplicates for each row
  execute function private.touch_row();
call private.audit_table('public.patient_duplicates');

create table private.duplicate_checks (
  id bigint generated always as identity primary key,
  patient_id uuid not null references private.patients (id) on delete cascade,
  asked_at timestamptz not null default now()
);
comment on table private.duplicate_checks is
  'Patients who were registered or changed and are still to be compared with the others. A patient may wait more than '
  'once: without a key nobody waits for the job.';
create index duplicate_checks_patient on private.duplicate_checks (patient_id);

-- Asks for a comparison when the compared fields changed. Patients without a hospital are not compared, so people who
-- register do not delay the job.
create function private.ask_for_duplicate_check() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_patient_id uuid;
begin
  if tg_argv[0] = 'id' then
    v_patient_id := new.id;
  elsif tg_op = 'DELETE' then
    v_patient_id := old.patient_id;
  else
    v_patient_id := new.patient_id;
  end if;
  insert into private.duplicate_checks (patient_id) values (v_patient_id);
  return null;
end;
$$;
create trigger patients_duplicates_on_insert after insert on private.patients
  for each row when (new.hospital_ids <> '{}') execute function private.ask_for_duplicate_check('id');
create trigger patients_duplicates_on_update after update on private.patients
  for each row when ((old.hospital_ids <> '{}' or new.hospital_ids <> '{}')
    and (old.sort_name is distinct from new.sort_name or old.birth_date is distinct from new.birth_date
      or old.phone is distinct from new.phone or old.sex <> new.sex or old.hospital_ids <> new.hospital_ids
      or old.deleted_at is distinct from new.deleted_at))
  execute function private.ask_for_duplicate_check('id');
create trigger patient_identifiers_duplicates after insert or update or delete on public.patient_identifiers
  for each row when (not private.is_in_act('patient_identifiers'))
    execute function private.ask_for_duplicate_check('patient_id');

-- Compares one patient with the others of a hospital and writes down what is found; pairs that nothing speaks for any
-- more go.
create function private.check_duplicates_of(p_patient private.patients, p_hospital uuid) returns void
language sql
set search_path = ''
as $$
  with found as materialized (
    select least(c.patient_id, p_patient.id) as patient_id, greatest(c.patient_id, p_patient.id) as other_patient_id,
      c.score, c.reasons
    from private.duplicate_candidates(p_patient, p_hospital) c
  ), gone as (
    delete from public.patient_duplicates d
    where d.organization_id = p_hospital and p_patient.id in (d.patient_id, d.other_patient_id) and d.status = 'open'
      and not exists (select from found f where f.patient_id = d.patient_id and f.other_patient_id = d.other_patient_id)
  )
  insert into public.patient_duplicates as d (organization_id, patient_id, other_patient_id, score, reasons)
  select p_hospital, f.patient_id, f.other_patient_id, f.score, f.reasons from found f
  on conflict on constraint patient_duplicates_pair_once do update set score = excluded.score,
    reasons = excluded.reasons
  where d.status = 'open' and d.reasons <> excluded.reasons;
$$;

-- Compares the patients who wait for it, the oldest request first, and says how many; cron calls it every minute.
-- Numbers that they share with patients of other hospitals are told to those who oversee. Two at once do the same work
-- once: the second leaves at the lock.
create function private.check_duplicates(p_now timestamptz default now(), p_limit int default 500) returns int
language plpgsql
set search_path = ''
as $$
declare
  v_waiting uuid[];
  v_patient private.patients;
begin
  if not pg_try_advisory_xact_lock(hashtext('private.check_duplicates')) then
    return 0;
  end if;
  with taken as (
    delete from private.duplicate_checks where id in (
      select c.id from private.duplicate_checks c where c.asked_at <= p_now order by c.id
      limit p_limit for update skip locked)
    returning patient_id
  )
  select array_agg(distinct patient_id) into v_waiting from taken;
  perform private.notify_of_shared_numbers(v_waiting);
  for v_patient in select p.* from private.patients p where p.id = any (v_waiting) order by p.id loop
    delete from public.patient_duplicates d
    where v_patient.id in (d.patient_id, d.other_patient_id) and d.status = 'open'
      and (v_patient.deleted_at is not null or not v_patient.hospital_ids @> array[d.organization_id]);
    perform private.check_duplicates_of(v_patient, o) from unnest(v_patient.hospital_ids) as o
      where v_patient.deleted_at is null;
  end loop;
  return coalesce(cardinality(v_waiting), 0);
end;
$$;
select cron.schedule('check-duplicates', '* * * * *', 'select private.check_duplicates()');

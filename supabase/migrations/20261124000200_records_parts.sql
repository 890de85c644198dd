-- Clinical records, what they share: codes, sensitivity, text of several lines, and the triggers that keep every former
-- version and let nothing disappear. A kind of record is a table of its own with the columns id, patient_id,
-- organization_id, occurred_at, status, error_reason, recorded_by, updated_by, version, created_at, updated_at.

-- Code systems that records may use: ICD-10 of the WHO, ICD-10-CM, SNOMED CT, LOINC, RxNorm, ATC and CVX.
create type public.code_system as enum ('icd10', 'icd10_cm', 'snomed_ct', 'loinc', 'rxnorm', 'atc', 'cvx');

-- Why a record is sensitive: HL7 v3 ActCode ETH, PSY, SEX, HIV, GDIS, SDV. A consent may leave these out. Allergies and
-- what is said of their list, pregnancy, vital signs and immunizations are never sensitive: what protects from harm is
-- not withheld.
create type public.sensitivity as enum ('substance_use', 'mental_health', 'sexual_health', 'hiv', 'genetic',
  'violence');

-- Whether a code has the form of its system. The content is the operator's: no code list is shipped.
create function private.is_code(p_system public.code_system, p_code text) returns boolean
language sql immutable parallel safe
set search_path = ''
as $$
  select (p_system is null) = (p_code is null) and coalesce(octet_length(p_code) <= 20 and p_code ~ case p_system
    when 'icd10' then '^[A-Z]\d{2}(\.\d{1,2})?$'
    when 'icd10_cm' then '^[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?$'
    when 'snomed_ct' then '^[1-9]\d{5,17}$'
    when 'loinc' then '^[1-9]\d{0,6}-\d$'
    when 'rxnorm' then '^[1-9]\d{0,7}$'
    when 'atc' then '^[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?$'
    when 'cvx' then '^\d{1,3}$' end, true);
$$;
grant execute on function private.is_code to authenticated, service_role;

-- Text of several lines as `longText` in shared/schema/fields.ts accepts it: not blank, trimmed, at most p_max
-- characters, no control characters but tabs and line breaks.
create function private.is_long_text(p_text text, p_max int) returns boolean
language sql immutable parallel safe
set search_path = ''
as $$
  select p_text is null
    or (octet_length(p_text) <= 4 * p_max and char_length(p_text) <= p_max and p_text !~ '^\s|\s$' and p_text <> ''
      and p_text !~ '[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]');
$$;
grant execute on function private.is_long_text to authenticated, service_role;

create table private.record_kinds (
  kind text primary key,
  table_name text not null unique,
  set_columns text[] not null,
  changeable_columns text[] not null
);
comment on table private.record_kinds is
  'The kinds of records by the table they are in, with the columns that an author sets and those that may be changed '
  'afterwards.';

create table public.record_versions (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  kind text not null references private.record_kinds (kind),
  record_id uuid not null,
  version int not null,
  sensitivity public.sensitivity,
  record jsonb not null,
  written_by uuid references public.profiles (id) on delete restrict,
  written_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint record_versions_once unique (record_id, version)
);
comment on table public.record_versions is
  'Former versions of clinical records, whole, by the number they had. Written by a trigger alone; nobody changes or '
  'removes one. `sensitivity` is the one thing that comes later: what a record became sensitive for was in it before '
  'somebody said so.';
create index record_versions_patient on public.record_versions (patient_id);
create index record_versions_kind on public.record_versions (kind);
create index record_versions_written_by on public.record_versions (written_by);

alter table public.record_versions enable row level security;
grant select on public.record_versions to authenticated, service_role;
create policy "Patients see their former records, staff those in open charts" on public.record_versions
  for select to authenticated
  using (patient_id = (select private.my_patient_id())
    or patient_id = any ((select private.open_charts('without_sensitive'))::uuid[])
      and (sensitivity is null or patient_id = any ((select private.open_charts('everything'))::uuid[])));

-- Refuses what would make a record disappear, also to the owner of the table.
create function private.refuse_removal() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.refuse(403, 'forbidden', 'Clinical records are never removed. Mark it as entered in error.');
end;
$$;
create function private.keep_record_version() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'DELETE'
    or (to_jsonb(new) - '{patient_id,sensitivity}'::text[]) <> (to_jsonb(old) - '{patient_id,sensitivity}'::text[])
    or (old.sensitivity is not null and new.sensitivity is distinct from old.sensitivity) then
    perform private.refuse(403, 'forbidden', 'Former versions of a record are kept.');
  end if;
  return new;
end;
$$;
create trigger record_versions_are_kept before update or delete on public.record_versions
  for each row execute function private.keep_record_version();

-- Fills in who records, and for which hospital: the one for which the author has the chart open, unless it is named.
create function private.stamp_record() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  new.recorded_by := coalesce(auth.uid(), new.recorded_by);
  new.updated_by := new.recorded_by;
  if new.organization_id is null then
    select a.organization_id into new.organization_id
    from public.chart_accesses a
    where a.patient_id = new.patient_id and a.user_id = auth.uid() and a.closed_at is null and a.expires_at > now()
    order by a.opened_at desc limit 1;
  end if;
  return new;
end;
$$;

-- A record is of the past, and of the patient's lifetime. Judged after the policies: before them, a stranger's attempt
-- would tell the birth date.
create function private.check_record_time() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if new.occurred_at > now() + interval '5 minutes' then
    perform private.refuse(422, 'invalid_input', 'This is in the future.', '{"pointer": "/occurred_at"}');
  end if;
  if new.occurred_at < (select p.birth_date - interval '1 day' from private.patients p where p.id = new.patient_id) then
    perform private.refuse(422, 'invalid_input', 'This is before the birth of the patient.',
      '{"pointer": "/occurred_at"}');
  end if;
  return new;
end;
$$;

-- Whether the caller may take back or change why a record is sensitive: its author, or a prescriber of the hospital
-- that made it.
create function private.may_lower_sensitivity(p_author uuid, p_organization_id uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return auth.uid() is null or auth.uid() = p_author or exists (
    select from public.memberships m
    where m.user_id = auth.uid() and m.organization_id = p_organization_id and m.role = 'hospital_staff'
      and m.is_prescriber and m.status = 'active');
end;
$$;

-- A change of a record: counts the version, keeps what it was in record_versions and notes who changed it. What was
-- entered in error stays so and can only become sensitive. A record that becomes sensitive takes its former versions
-- along, and they stay so.
create function private.change_record() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_old jsonb := to_jsonb(old);
  v_new jsonb;
  v_becomes_sensitive boolean;
begin
  new.id := old.id;
  new.created_at := old.created_at;
  new.recorded_by := old.recorded_by;
  new.version := old.version;
  new.updated_at := old.updated_at;
  new.updated_by := old.updated_by;
  v_new := to_jsonb(new);
  v_becomes_sensitive := v_old ->> 'sensitivity' is null and v_new ->> 'sensitivity' is not null;
  if v_old ->> 'sensitivity' is not null and v_new ->> 'sensitivity' is distinct from v_old ->> 'sensitivity'
    and not private.may_lower_sensitivity(old.recorded_by, old.organization_id) then
    perform private.refuse(403, 'forbidden',
      'Only the author or a prescriber of the hospital says that a record is less sensitive.',
      '{"pointer": "/sensitivity"}');
  end if;
  -- Not by `new is distinct from old`: what the table computes, `coded`, is not in a new row yet.
  if old.status = 'entered_in_error'
    and not (v_becomes_sensitive and v_new - '{sensitivity,coded}'::text[] = v_old - '{sensitivity,coded}'::text[]) then
    perform private.refuse(409, 'illegal_transition', 'This record was entered in error and is not changed any more.',
      '{"allowed": []}');
  end if;
  if v_new - 'coded' = v_old - 'coded' then
    return new;
  end if;
  new.version := old.version + 1;
  new.updated_at := now();
  new.updated_by := coalesce(auth.uid(), new.updated_by);
  insert into public.record_versions (patient_id, kind, record_id, version, sensitivity, record, written_by, written_at)
  values (old.patient_id, tg_argv[0], old.id, old.version, (v_old ->> 'sensitivity')::public.sensitivity, v_old,
    old.updated_by, old.updated_at);
  if v_becomes_sensitive then
    update public.record_versions set sensitivity = (v_new ->> 'sensitivity')::public.sensitivity
    where record_id = old.id and sensitivity is null;
  end if;
  return new;
end;
$$;

-- A record of a sensitive encounter is sensitive, whether it says so or not. Takes a share of the encounter, so that
-- one that becomes sensitive at the same moment waits and finds the record.
create function private.inherit_sensitivity() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  select e.sensitivity into new.sensitivity from public.encounters e where e.id = new.encounter_id for share;
  return new;
end;
$$;

-- Makes a table one of clinical records: row-level security by the open chart, versions, nothing removed, everything
-- audited. p_sensitive says that it has a `sensitivity`, which is also that of its encounter, if it has one; p_set and
-- p_changeable are the columns that authors set and change.
create procedure private.make_record_table(
  p_kind text,
  p_table text,
  p_sensitive boolean,
  p_set text[],
  p_changeable text[]
)
language plpgsql
set search_path = ''
as $$
declare
  v_open text := 'patient_id = any ((select private.open_charts(''without_sensitive''))::uuid[])'
    || case when p_sensitive
      then ' and (sensitivity is null or patient_id = any ((select private.open_charts(''everything''))::uuid[]))'
        else '' end;
  v_ours text := v_open || ' and organization_id = any ((select private.my_hospitals())::uuid[])';
  v_words text := replace(p_table, '_', ' ');
begin
  insert into private.record_kinds (kind, table_name, set_columns, changeable_columns)
  values (p_kind, p_table, p_set, p_changeable);
  execute format('alter table public.%I enable row level security', p_table);
  execute format('grant select on public.%I to authenticated', p_table);
  execute format('grant select, insert, update on public.%I to service_role', p_table);
  execute format('grant insert (patient_id, organization_id, %s) on public.%I to authenticated',
    (select string_agg(quote_ident(c), ', ') from unnest(p_set) as c), p_table);
  execute format('grant update (%s) on public.%I to authenticated',
    (select string_agg(quote_ident(c), ', ') from unnest(p_changeable || array['status', 'error_reason']) as c),
      p_table);
  execute format(
    'create policy %I on public.%I for select to authenticated
      using (patient_id = (select private.my_patient_id()) or %s)',
    format('Patients see their %s, staff those in open charts', v_words), p_table, v_open);
  execute format('create policy %I on public.%I for insert to authenticated with check (%s)',
    format('Hospital staff record %s in open charts', v_words), p_table, v_ours);
  execute format('create policy %I on public.%I for update to authenticated using (%s) with check (%s)',
    format('Hospital staff change their %s in open charts', v_words), p_table, v_ours, v_ours);
  execute format('create index %I on public.%I (patient_id, occurred_at desc, id desc)', p_table || '_chart', p_table);
  execute format('create index %I on public.%I (organization_id)', p_table || '_organization', p_table);
  execute format('create index %I on public.%I (recorded_by)', p_table || '_recorded_by', p_table);
  execute format('create index %I on public.%I (updated_by)', p_table || '_updated_by', p_table);
  execute format('create trigger %I before insert on public.%I for each row execute function private.stamp_record()',
    p_table || '_stamp', p_table);
  execute format(
    'create trigger %I after insert or update of occurred_at on public.%I
      for each row execute function private.check_record_time()',
    p_table || '_time', p_table);
  execute format('create trigger %I before update on public.%I for each row when (old.patient_id = new.patient_id)
    execute function private.change_record(%L)', p_table || '_touch', p_table, p_kind);
  execute format('create trigger %I before delete on public.%I for each row execute function private.refuse_removal()',
    p_table || '_are_kept', p_table);
  if p_sensitive and 'encounter_id' = any (p_set) then
    execute format('create trigger %I before insert or update of encounter_id, sensitivity on public.%I for each row
      when (new.sensitivity is null and new.encounter_id is not null) execute function private.inherit_sensitivity()',
      p_table || '_inherit_sensitivity', p_table);
  end if;
  call private.audit_table(format('public.%I', p_table)::regclass);
end;
$$;

-- Pregnancy and lactation, which decide whether a medicine does harm; and the newest weight, by which doses are judged.
-- Neither is ever sensitive: what protects from harm is not withheld.

create type public.pregnancy_state as enum ('pregnant', 'not_pregnant', 'unknown');
create type public.lactation_state as enum ('lactating', 'not_lactating', 'unknown');

create table public.pregnancy_statuses (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  pregnancy public.pregnancy_state not null,
  lactation public.lactation_state not null default 'unknown',
  due_on date,
  status public.observation_status not null default 'final',
  error_reason text check (private.is_plain_text(error_reason, 500)),
  occurred_at timestamptz not null default now(),
  recorded_by uuid references public.profiles (id) on delete restrict,
  updated_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pregnancy_statuses_error_has_reason check ((status = 'entered_in_error') = (error_reason is not null)),
  -- A pregnancy lasts 40 weeks from the last period; the due day of one known about lies at most 42 weeks ahead, and 6
  -- weeks back at most while it lasts. Beyond that it is a slip of the year or the month.
  constraint pregnancy_statuses_due_on_check check (due_on is null or pregnancy = 'pregnant' and due_on between
    (occurred_at at time zone 'UTC')::date - 42 and (occurred_at at time zone 'UTC')::date + 294)
);
comment on table public.pregnancy_statuses is
  'Whether a patient was pregnant or lactating at a time; "unknown" is an answer too. The newest one counts, as far as '
  'private.pregnancy_now says. The sex recorded of a patient is no reason to refuse one: it may be wrong, or another '
  'than that of birth. A wrong one is entered in error and stated anew.';
call private.make_record_table('pregnancy_status', 'pregnancy_statuses', false,
  array['pregnancy', 'lactation', 'due_on', 'occurred_at'], array['due_on', 'occurred_at']);

-- Refuses a pregnancy or lactation at an age at which nobody had one: the youngest mother on record was 5 years old,
-- the oldest 74. That catches the wrong chart. Judged after the policies: before them, a stranger's attempt would tell
-- the age.
create function private.check_pregnancy_status() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_born date := (select p.birth_date from private.patients p where p.id = new.patient_id);
begin
  if new.occurred_at::date not between (v_born + interval '5 years')::date and (v_born + interval '76 years')::date then
    perform private.refuse(422, 'invalid_input',
      'Nobody of this age is pregnant or lactating. Is this the right chart?',
      jsonb_build_object('pointer', case new.pregnancy when 'pregnant' then '/pregnancy' else '/lactation' end));
  end if;
  return null;
end;
$$;
create trigger pregnancy_statuses_check
  after insert or update of pregnancy, lactation, occurred_at on public.pregnancy_statuses
  for each row when (new.pregnancy = 'pregnant' or new.lactation = 'lactating')
    execute function private.check_pregnancy_status();

-- What the newest statement of a patient still says at a time, as far as the caller sees the chart; nulls without one.
-- Nothing becomes an all-clear by getting old: "pregnant" holds until 6 weeks after the due day, or 46 weeks after it
-- was said without one; "not pregnant" for 30 days, the interval at which pregnancy prevention programmes for
-- teratogens test. Afterwards pregnancy is unknown. "Lactating" stands as it was said; "not lactating" holds for the
-- same 30 days, because a child may be born meanwhile.
create function private.pregnancy_now(
  p_patient_id uuid,
  p_now timestamptz default now(),
  out pregnancy public.pregnancy_state,
  out lactation public.lactation_state,
  out due_on date,
  out stated_at timestamptz
)
language plpgsql stable
set search_path = ''
as $$
declare
  v_newest public.pregnancy_statuses;
begin
  select * into v_newest from public.pregnancy_statuses s
  where s.patient_id = p_patient_id and s.status = 'final' and s.occurred_at <= p_now + interval '5 minutes'
  order by s.occurred_at desc, s.created_at desc, s.id desc limit 1;
  pregnancy := case
    when v_newest.pregnancy = 'pregnant'
      and p_now >= coalesce(v_newest.due_on + interval '6 weeks', v_newest.occurred_at + interval '46 weeks')
      or v_newest.pregnancy = 'not_pregnant' and p_now >= v_newest.occurred_at + interval '30 days' then 'unknown'
    else v_newest.pregnancy end;
  lactation := case
    when v_newest.lactation = 'not_lactating' and p_now >= v_newest.occurred_at + interval '30 days' then 'unknown'
    else v_newest.lactation end;
  due_on := v_newest.due_on;
  stated_at := v_newest.occurred_at;
end;
$$;
grant execute on function private.pregnancy_now to authenticated, service_role;

-- The newest weight of a patient in kilograms, and when it was measured; nulls without one, and while the chart is
-- closed to the caller. Asks itself about the chart: below a policy the index by measure would not be used, because the
-- comparison of enums is not leakproof. Jobs, which are nobody, read every chart.
create function private.newest_weight(p_patient_id uuid, out kg numeric, out measured_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if auth.uid() is not null and not private.chart_is_open(p_patient_id) then
    return;
  end if;
  select round(v.value * u.factor + u.shift, 3), v.occurred_at into kg, measured_at
  from public.vital_signs v
  join private.vital_sign_units u on u.measure = v.measure and u.unit = v.unit
  where v.patient_id = p_patient_id and v.measure = 'body_weight' and v.status = 'final'
  order by v.occurred_at desc, v.id desc limit 1;
end;
$$;
grant execute on function private.newest_weight to authenticated, service_role;

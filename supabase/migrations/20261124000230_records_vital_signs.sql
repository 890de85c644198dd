-- Vital signs: single measurements in UCUM units, within what a living person can have.

create type public.vital_sign as enum ('body_weight', 'body_height', 'body_temperature', 'heart_rate',
  'respiratory_rate', 'oxygen_saturation',
  'blood_pressure', 'blood_glucose', 'head_circumference', 'pain_score');

create table private.vital_sign_units (
  measure public.vital_sign not null,
  unit text not null,
  least numeric not null,
  greatest numeric not null,
  factor numeric not null default 1,
  shift numeric not null default 0,
  primary key (measure, unit)
);
comment on table private.vital_sign_units is
  'The units of each measure, with the values that are plausible in them: they catch slips of unit and of the decimal '
  'point, not abnormal findings, and lie beyond the extremes recorded in living people. value * factor + shift is the '
  'value in the first unit of the measure.';
insert into private.vital_sign_units (measure, unit, least, greatest, factor, shift) values
  ('body_weight', 'kg', 0.2, 700, 1, 0), ('body_weight', 'g', 200, 700000, 0.001, 0),
    ('body_weight', '[lb_av]', 0.45, 1543, 0.45359237, 0),
  ('body_height', 'cm', 20, 280, 1, 0), ('body_height', 'm', 0.2, 2.8, 100, 0),
    ('body_height', '[in_i]', 8, 110, 2.54, 0),
  ('body_temperature', 'Cel', 13, 47, 1, 0),
    ('body_temperature', '[degF]', 55.4, 116.6, 0.5555555555555556, -17.7777777777777778),
  ('heart_rate', '/min', 5, 400, 1, 0),
  ('respiratory_rate', '/min', 1, 150, 1, 0),
  ('oxygen_saturation', '%', 10, 100, 1, 0),
  ('blood_pressure', 'mm[Hg]', 20, 400, 1, 0), ('blood_pressure', 'kPa', 2.7, 53.3, 7.50061683, 0),
  ('blood_glucose', 'mmol/L', 0.1, 150, 1, 0), ('blood_glucose', 'mg/dL', 2, 2700, 0.0555, 0),
  ('head_circumference', 'cm', 15, 80, 1, 0),
  ('pain_score', '{score}', 0, 10, 1, 0);

create type public.observation_status as enum ('final', 'entered_in_error');

create table public.vital_signs (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  encounter_id uuid,
  measure public.vital_sign not null,
  value numeric not null,
  diastolic numeric,
  unit text not null check (octet_length(unit) <= 40),
  status public.observation_status not null default 'final',
  error_reason text check (private.is_plain_text(error_reason, 500)),
  occurred_at timestamptz not null default now(),
  recorded_by uuid references public.profiles (id) on delete restrict,
  updated_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint vital_signs_encounter foreign key (encounter_id, patient_id) references public.encounters (id, patient_id)
    on delete restrict on update cascade,
  constraint vital_signs_error_has_reason check ((status = 'entered_in_error') = (error_reason is not null)),
  constraint vital_signs_diastolic_check check ((measure = 'blood_pressure') = (diastolic is not null)
    and diastolic <= value)
);
comment on table public.vital_signs is
  'One measurement. Of a blood pressure `value` is the systolic, `diastolic` the other. A wrong one is entered in '
  'error and measured anew.';
create index vital_signs_encounter on public.vital_signs (encounter_id, patient_id);
create index vital_signs_newest on public.vital_signs (patient_id, measure, occurred_at desc, id desc)
  where status = 'final';
call private.make_record_table('vital_sign', 'vital_signs', false,
  array['encounter_id', 'measure', 'value', 'diastolic', 'unit', 'occurred_at'], array['occurred_at']);

-- Refuses units that a measure does not have and values that nobody living can have, with a pointer to the field.
create function private.check_vital_sign() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_limits private.vital_sign_units;
  v_message text;
begin
  select * into v_limits from private.vital_sign_units where measure = new.measure and unit = new.unit;
  if v_limits.unit is null then
    select string_agg(u.unit, ', ' order by u.factor <> 1, u.unit) into v_message from private.vital_sign_units u
    where u.measure = new.measure;
    perform private.refuse(422, 'invalid_input', 'The unit of this measure is one of: ' || v_message || '.',
      '{"pointer": "/unit"}');
  end if;
  v_message := format('must lie between %s and %s %s', trim_scale(v_limits.least), trim_scale(v_limits.greatest),
    v_limits.unit);
  if new.value not between v_limits.least and v_limits.greatest then
    perform private.refuse(422, 'invalid_input', v_message, '{"pointer": "/value"}');
  end if;
  if new.diastolic not between v_limits.least / 4 and v_limits.greatest then
    perform private.refuse(422, 'invalid_input', v_message, '{"pointer": "/diastolic"}');
  end if;
  return new;
end;
$$;
create trigger vital_signs_check before insert or update of measure, value, diastolic, unit on public.vital_signs
  for each row execute function private.check_vital_sign();

-- The body-mass index (kg/m2, one decimal) that a weight gives with the last height measured until then; null for other
-- measures, without a height, and for a result that no living person has: a height out of childhood. Reads the height
-- past the policies, which let everybody see it who sees the weight, because asking them for each row costs a list many
-- times its price.
create function private.body_mass_index(p_weight public.vital_signs) returns numeric
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if p_weight.measure <> 'body_weight' or p_weight.status <> 'final' then
    return null;
  end if;
  return (
    select case when b.index between 5 and 250 then b.index end
    from (
      select h.value, h.unit from public.vital_signs h
      where h.patient_id = p_weight.patient_id and h.measure = 'body_height' and h.status = 'final'
        and h.occurred_at <= p_weight.occurred_at
      order by h.occurred_at desc, h.id desc limit 1
    ) as l
    join private.vital_sign_units hu on hu.measure = 'body_height' and hu.unit = l.unit
    join private.vital_sign_units wu on wu.measure = 'body_weight' and wu.unit = p_weight.unit
    cross join lateral (
      select round((p_weight.value * wu.factor + wu.shift) / ((l.value * hu.factor + hu.shift) / 100) ^ 2, 1) as index
    ) as b);
end;
$$;
grant execute on function private.body_mass_index to authenticated, service_role;

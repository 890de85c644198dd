-- What a patient takes from elsewhere: prescribed by others, bought over the counter, herbal, or told by the patient.
-- A check of medicines looks at these beside the prescriptions.

create type public.medication_source as enum ('patient', 'other_provider', 'otc', 'herbal');
create type public.medication_taking as enum ('yes', 'no', 'unknown');
create type public.medication_statement_status as enum ('active', 'ended', 'entered_in_error');
-- Why somebody stops a medicine.
create type public.medication_stop_reason as enum ('side_effect', 'allergy', 'ineffective', 'completed', 'interaction',
  'patient_request', 'cost', 'duplicate', 'replaced', 'error', 'other');

create table public.medication_statements (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  encounter_id uuid,
  source public.medication_source not null,
  product_id uuid references public.products (id) on delete restrict,
  ingredient_id uuid references public.ingredients (id) on delete restrict,
  text text check (private.is_plain_text(text, 300)),
  taking public.medication_taking not null,
  dose numeric check (dose > 0 and dose <= 1000000 and scale(dose) <= 6),
  dose_unit text,
  times_per_day numeric check (times_per_day > 0 and times_per_day <= 48 and scale(times_per_day) <= 6),
  route public.drug_route,
  started_on date check (started_on >= '1875-01-01'),
  ended_on date,
  end_reason public.medication_stop_reason,
  remark text check (private.is_plain_text(remark, 500)),
  status public.medication_statement_status not null default 'active',
  error_reason text check (private.is_plain_text(error_reason, 500)),
  occurred_at timestamptz not null default now(),
  sensitivity public.sensitivity,
  recorded_by uuid references public.profiles (id) on delete restrict,
  updated_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint medication_statements_encounter foreign key (encounter_id, patient_id)
    references public.encounters (id, patient_id) on delete restrict on update cascade,
  constraint medication_statements_error_has_reason
    check ((status = 'entered_in_error') = (error_reason is not null)),
  constraint medication_statements_name_one_medicine check (num_nonnulls(product_id, ingredient_id, text) = 1),
  constraint medication_statements_dose_unit_check check ((dose is null) = (dose_unit is null)
    and private.is_plain_text(dose_unit, 30)),
  -- A check passes over what has ended, so it cannot end on a day to come; somewhere on earth it is tomorrow already.
  constraint medication_statements_ended_on_check check (ended_on >= started_on
    and ended_on <= (updated_at at time zone 'UTC')::date + 1),
  constraint medication_statements_end_is_one check (num_nonnulls(ended_on, end_reason) = 0 or status <> 'active')
);
comment on table public.medication_statements is
  'A medicine that the patient takes from elsewhere, named by exactly one of a product of the catalogue, an ingredient '
  'and free text. Free text is read by people alone: no program can check it. `dose` in `dose_unit` is what is taken '
  'at a time, `times_per_day` may be a fraction (a seventh is once a week). A check looks at what is active and not '
  'known to be left out (`taking` is not `no`).';
create index medication_statements_encounter on public.medication_statements (encounter_id, patient_id);
create index medication_statements_product on public.medication_statements (product_id);
create index medication_statements_ingredient on public.medication_statements (ingredient_id);
call private.make_record_table('medication_statement', 'medication_statements', true,
  array['encounter_id', 'source', 'product_id', 'ingredient_id', 'text', 'taking', 'dose', 'dose_unit',
    'times_per_day', 'route', 'started_on', 'ended_on', 'end_reason', 'remark', 'status', 'occurred_at',
    'sensitivity'],
  array['source', 'product_id', 'ingredient_id', 'text', 'taking', 'dose', 'dose_unit', 'times_per_day', 'route',
    'started_on', 'ended_on', 'end_reason', 'remark', 'occurred_at', 'sensitivity']);

-- What a statement says of its medicine beside the ids: {name, checked}. The name is that of today. `checked` is false
-- where no program can check it: free text, and a product of which a substance, or all that is in it, is not known.
create function private.medicine_brief(p_product_id uuid, p_ingredient_id uuid, p_text text) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return case
    when p_product_id is not null then (
      select jsonb_build_object('name', p.name, 'checked', (
        select coalesce(bool_and(i.ingredient_id is not null), false) from public.product_ingredients i
        where i.product_id = p.id)) from public.products p where p.id = p_product_id)
    when p_ingredient_id is not null then (
      select jsonb_build_object('name', i.name, 'checked', true) from public.ingredients i where i.id = p_ingredient_id)
    else jsonb_build_object('name', p_text, 'checked', false) end;
end;
$$;
grant execute on function private.medicine_brief to authenticated, service_role;

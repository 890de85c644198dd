-- Prescriptions: what a patient is to take, on whose word. One row is one medicine; `group_id` binds what is signed
-- together. Drafting and signing have functions of their own; nobody of the API writes the table.

create type public.prescription_status as enum ('draft', 'active', 'on_hold', 'cancelled', 'completed', 'expired',
  'entered_in_error');

create table public.prescriptions (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  group_id uuid not null default gen_random_uuid(),
  product_id uuid not null references public.products (id) on delete restrict,
  dose numeric check (dose > 0 and dose <= 1000000 and scale(dose) <= 6),
  dose_unit text references private.dose_units (unit) on delete restrict,
  route public.drug_route,
  times_per_day numeric check (times_per_day > 0 and times_per_day <= 48 and scale(times_per_day) <= 6),
  as_needed boolean not null default false,
  as_needed_reason text check (private.is_plain_text(as_needed_reason, 200)),
  max_per_day numeric check (max_per_day <= 10000000 and scale(max_per_day) <= 6),
  status public.prescription_status not null default 'draft',
  sensitivity public.sensitivity,
  prescriber_id uuid references public.profiles (id) on delete restrict,
  signed_at timestamptz,
  valid_until timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint prescriptions_dose_has_unit check ((dose is null) = (dose_unit is null)),
  constraint prescriptions_max_holds_a_dose check (max_per_day >= dose),
  constraint prescriptions_max_has_dose check (max_per_day is null or dose is not null),
  constraint prescriptions_reason_is_for_need check (as_needed or as_needed_reason is null),
  constraint prescriptions_signed_once check ((status = 'draft') = (signed_at is null)),
  constraint prescriptions_signed_whole check (status = 'draft'
    or (num_nulls(dose, route, prescriber_id, valid_until) = 0
      and case when as_needed then num_nulls(as_needed_reason, max_per_day) = 0 else times_per_day is not null end)),
  constraint prescriptions_valid_after_signing check (valid_until > signed_at)
);
comment on table public.prescriptions is
  'A medicine that a prescriber orders for a patient. `dose` in `dose_unit` is what is taken at once, `times_per_day` '
  'how often (0.142857 is once a week), `max_per_day` in the same unit the most of a day. What is taken as needed has '
  'a reason and a maximum of at least one dose. Everything but a draft is signed and whole. Active ones of every '
  'hospital go into the check of a new medicine.';
create index prescriptions_chart on public.prescriptions (patient_id, created_at desc, id desc);
create index prescriptions_active on public.prescriptions (patient_id) where status = 'active';
create index prescriptions_organization on public.prescriptions (organization_id, created_at desc, id desc);
create index prescriptions_group on public.prescriptions (group_id);
create index prescriptions_product on public.prescriptions (product_id);
create index prescriptions_dose_unit on public.prescriptions (dose_unit);
create index prescriptions_prescriber on public.prescriptions (prescriber_id);

alter table public.prescriptions enable row level security;
grant select on public.prescriptions to authenticated;
grant select, insert, update on public.prescriptions to service_role;
create policy "Patients see their prescriptions, staff those in open charts" on public.prescriptions
  for select to authenticated
  using (patient_id = (select private.my_patient_id())
    or patient_id = any ((select private.open_charts('without_sensitive'))::uuid[])
      and (sensitivity is null or patient_id = any ((select private.open_charts('everything'))::uuid[])));

create trigger prescriptions_touch before update on public.prescriptions
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
create trigger prescriptions_are_kept before delete on public.prescriptions
  for each row when (old.status <> 'draft') execute function private.refuse_removal();
call private.audit_table('public.prescriptions');

-- What else is known: allergies to groups of drugs, which drugs of a class go together, and limits of doses.

create table public.allergy_groups (
  id uuid primary key default gen_random_uuid(),
  name text not null check (private.is_plain_text(name, 200)),
  class_id uuid not null unique references public.medication_classes (id) on delete restrict,
  source_label text check (private.is_long_text(source_label, 300)),
  source_section text check (private.is_long_text(source_section, 200)),
  source_url text check (octet_length(source_url) <= 500 and source_url ~ '^https://[^[:space:]<>"]+$'),
  verification public.rule_verification not null default 'unverified',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.allergy_groups is
  'Groups within which an allergy to one drug counts for all: the members of a class.';
create unique index allergy_groups_name_once on public.allergy_groups (lower(name));

create table public.allergy_cross_reactions (
  id uuid primary key default gen_random_uuid(),
  group_id uuid not null references public.allergy_groups (id) on delete restrict,
  class_id uuid references public.medication_classes (id) on delete restrict,
  ingredient_id uuid references public.ingredients (id) on delete restrict,
  level public.cross_reactivity not null,
  note text check (private.is_long_text(note, 500)),
  source_label text check (private.is_long_text(source_label, 300)),
  source_section text check (private.is_long_text(source_section, 200)),
  source_url text check (octet_length(source_url) <= 500 and source_url ~ '^https://[^[:space:]<>"]+$'),
  verification public.rule_verification not null default 'unverified',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint allergy_cross_reactions_is_one check (num_nonnulls(class_id, ingredient_id) = 1),
  constraint allergy_cross_reactions_class_once unique (group_id, class_id),
  constraint allergy_cross_reactions_ingredient_once unique (group_id, ingredient_id)
);
comment on table public.allergy_cross_reactions is
  'What an allergy to a group means for a class or an ingredient outside of it.';
create index allergy_cross_reactions_class on public.allergy_cross_reactions (class_id);
create index allergy_cross_reactions_ingredient on public.allergy_cross_reactions (ingredient_id);

create table public.duplicate_exceptions (
  id uuid primary key default gen_random_uuid(),
  class_id uuid references public.medication_classes (id) on delete restrict,
  other_class_id uuid references public.medication_classes (id) on delete restrict,
  description text not null check (private.is_long_text(description, 500)),
  source_label text check (private.is_long_text(source_label, 300)),
  source_section text check (private.is_long_text(source_section, 200)),
  source_url text check (octet_length(source_url) <= 500 and source_url ~ '^https://[^[:space:]<>"]+$'),
  verification public.rule_verification not null default 'unverified',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint duplicate_exceptions_name_a_class check (class_id is not null or other_class_id is null),
  constraint duplicate_exceptions_once unique nulls not distinct (class_id, other_class_id, description)
);
comment on table public.duplicate_exceptions is
  'Drugs of one class that are given together on purpose: within `class_id`, or one of it with one of '
  '`other_class_id`. Without a class it is advice for people alone.';
create index duplicate_exceptions_other_class on public.duplicate_exceptions (other_class_id);

create table public.dose_limits (
  id uuid primary key default gen_random_uuid(),
  ingredient_id uuid not null references public.ingredients (id) on delete restrict,
  route public.drug_route,
  age_from_months int not null default 0 check (age_from_months between 0 and 1800),
  age_to_months int check (age_to_months between 0 and 1800),
  per_dose numeric check (per_dose > 0 and per_dose <= 1000000000),
  per_day numeric check (per_day > 0 and per_day <= 1000000000),
  per_kg_dose numeric check (per_kg_dose > 0 and per_kg_dose <= 1000000),
  per_kg_day numeric check (per_kg_day > 0 and per_kg_day <= 1000000),
  unit text not null check (private.is_plain_text(unit, 30)),
  shortest_interval_hours int check (shortest_interval_hours between 1 and 8784),
  egfr_below int check (egfr_below between 1 and 200),
  management text not null check (private.is_long_text(management, 1000)),
  source_label text not null check (private.is_long_text(source_label, 300)),
  source_section text not null check (private.is_long_text(source_section, 200)),
  source_url text check (octet_length(source_url) <= 500 and source_url ~ '^https://[^[:space:]<>"]+$'),
  label_date date check (label_date between '1900-01-01' and '2200-01-01'),
  label_set_id text check (octet_length(label_set_id) <= 60 and label_set_id ~ '^[A-Za-z0-9-]+$'),
  quote text check (private.is_long_text(quote, 200)),
  verification public.rule_verification not null default 'unverified',
  since_version int not null references public.knowledge_versions (number) on delete restrict,
  until_version int references public.knowledge_versions (number) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint dose_limits_ages_in_order check (age_to_months > age_from_months),
  constraint dose_limits_versions_in_order check (until_version > since_version),
  constraint dose_limits_limit_something
    check (num_nonnulls(per_dose, per_day, per_kg_dose, per_kg_day, shortest_interval_hours) > 0),
  constraint dose_limits_opened_source
    check (verification = 'unverified' or num_nonnulls(source_url, label_set_id) > 0)
);
comment on table public.dose_limits is
  'The most of an ingredient by a route (null is any) for patients of an age in months, from `age_from_months` until '
  'before `age_to_months`: in one dose, in a day over all products, by kilogram, and how many hours lie between two '
  'doses at least. `unit` is that of the amounts. Versions are as in interaction_rules. `egfr_below` is not used yet.';
create unique index dose_limits_in_force on public.dose_limits (ingredient_id, route, age_from_months, egfr_below)
  nulls not distinct where until_version is null;
create index dose_limits_ingredient on public.dose_limits (ingredient_id);
create index dose_limits_since on public.dose_limits (since_version);
create index dose_limits_until on public.dose_limits (until_version);
create trigger dose_limits_keep before update or delete on public.dose_limits
  for each row execute function private.keep_knowledge();

alter table public.allergy_groups enable row level security;
grant select on public.allergy_groups to authenticated;
grant all on public.allergy_groups to service_role;
create policy "Everybody reads the groups of allergies" on public.allergy_groups
  for select to authenticated
  using (true);

alter table public.allergy_cross_reactions enable row level security;
grant select on public.allergy_cross_reactions to authenticated;
grant all on public.allergy_cross_reactions to service_role;
create policy "Everybody reads what an allergy means for others" on public.allergy_cross_reactions
  for select to authenticated
  using (true);

alter table public.duplicate_exceptions enable row level security;
grant select on public.duplicate_exceptions to authenticated;
grant all on public.duplicate_exceptions to service_role;
create policy "Everybody reads what is given together" on public.duplicate_exceptions
  for select to authenticated
  using (true);

alter table public.dose_limits enable row level security;
grant select on public.dose_limits to authenticated, service_role;
create policy "Everybody reads the limits of doses" on public.dose_limits for select to authenticated using (true);

create trigger allergy_groups_touch before update on public.allergy_groups
  for each row execute function private.touch_row();
create trigger allergy_cross_reactions_touch before update on public.allergy_cross_reactions
  for each row execute function private.touch_row();
create trigger duplicate_exceptions_touch before update on public.duplicate_exceptions
  for each row execute function private.touch_row();
create trigger dose_limits_touch before update on public.dose_limits
  for each row execute function private.touch_row();
call private.audit_table('public.allergy_groups');
call private.audit_table('public.allergy_cross_reactions');
call private.audit_table('public.duplicate_exceptions');
call private.audit_table('public.dose_limits');

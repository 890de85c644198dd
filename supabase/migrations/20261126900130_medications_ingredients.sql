-- Ingredients, the classes that they belong to, and the rules for controlled drugs.

create table public.control_schedules (
  id uuid primary key default gen_random_uuid(),
  code text not null unique check (code ~ '^[A-Z]{2}-[A-Z0-9]{1,10}$'),
  name text not null check (private.is_plain_text(name, 200)),
  refills_allowed int not null check (refills_allowed between 0 and 99),
  valid_days int not null check (valid_days between 1 and 1826),
  supply_days int check (supply_days between 1 and 366),
  second_signer boolean not null default false,
  register boolean not null default false,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.control_schedules is
  'What the law of a country says of controlled drugs, such as US-II: how often a prescription may be refilled, for '
  'how many days it is valid, how many days a supply lasts at most (null is no limit), whether a second person signs, '
  'whether a register is kept. The operator''s own to set.';

create table public.ingredients (
  id uuid primary key default gen_random_uuid(),
  number int generated always as identity unique,
  name text not null check (private.is_plain_text(name, 200)),
  synonyms text[] not null default '{}' check (private.are_names(synonyms, 100)),
  reviewed_version int references public.knowledge_versions (number) on delete restrict,
  control_schedule_id uuid references public.control_schedules (id) on delete restrict,
  active boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.ingredients is
  'Active substances by their generic names. `number` is the short key of the pairs that interact. That no rule is '
  'found means something only where somebody reviewed the ingredient: `reviewed_version` is the version of the '
  'knowledge in which they did, null is never.';
create unique index ingredients_name_once on public.ingredients (lower(name));
create index ingredients_reviewed_version on public.ingredients (reviewed_version);
create index ingredients_control_schedule on public.ingredients (control_schedule_id);

create table public.medication_classes (
  id uuid primary key default gen_random_uuid(),
  name text not null unique check (octet_length(name) <= 100 and name ~ '^[a-z0-9]+(_[a-z0-9]+)*$'),
  title text not null check (private.is_plain_text(title, 200)),
  duplicate_therapy boolean not null default false,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.medication_classes is
  'Classes of ingredients, by a name for content (ssri) and a title for people. With `duplicate_therapy` two members '
  'in one patient are a finding, unless duplicate_exceptions say otherwise.';

create table public.ingredient_classes (
  id uuid primary key default gen_random_uuid(),
  ingredient_id uuid not null references public.ingredients (id) on delete restrict,
  class_id uuid not null references public.medication_classes (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint ingredient_classes_once unique (ingredient_id, class_id)
);
comment on table public.ingredient_classes is 'Which ingredient belongs to which class.';
create index ingredient_classes_class on public.ingredient_classes (class_id, ingredient_id);

alter table public.control_schedules enable row level security;
grant select on public.control_schedules to authenticated;
grant all on public.control_schedules to service_role;
create policy "Everybody reads what holds for controlled drugs" on public.control_schedules
  for select to authenticated
  using (true);

alter table public.ingredients enable row level security;
grant select on public.ingredients to authenticated;
grant insert (name, synonyms, reviewed_version, control_schedule_id) on public.ingredients to authenticated;
grant update (name, synonyms, reviewed_version, control_schedule_id, active) on public.ingredients to authenticated;
grant all on public.ingredients to service_role;
create policy "Everybody reads the ingredients" on public.ingredients for select to authenticated using (true);
create policy "Curators add ingredients" on public.ingredients
  for insert to authenticated
  with check ((select private.is_curator()));
create policy "Curators change ingredients" on public.ingredients
  for update to authenticated
  using ((select private.is_curator()))
  with check ((select private.is_curator()));

alter table public.medication_classes enable row level security;
grant select on public.medication_classes to authenticated;
grant insert (name, title, duplicate_therapy) on public.medication_classes to authenticated;
grant update (title, duplicate_therapy) on public.medication_classes to authenticated;
grant all on public.medication_classes to service_role;
create policy "Everybody reads the classes" on public.medication_classes for select to authenticated using (true);
create policy "Curators add classes" on public.medication_classes
  for insert to authenticated
  with check ((select private.is_curator()));
create policy "Curators change classes" on public.medication_classes
  for update to authenticated
  using ((select private.is_curator()))
  with check ((select private.is_curator()));

alter table public.ingredient_classes enable row level security;
grant select, delete on public.ingredient_classes to authenticated;
grant insert (ingredient_id, class_id) on public.ingredient_classes to authenticated;
grant all on public.ingredient_classes to service_role;
create policy "Everybody reads the members of classes" on public.ingredient_classes
  for select to authenticated
  using (true);
create policy "Curators put ingredients into classes" on public.ingredient_classes
  for insert to authenticated
  with check ((select private.is_curator()));
create policy "Curators take ingredients out of classes" on public.ingredient_classes
  for delete to authenticated
  using ((select private.is_curator()));

create trigger control_schedules_touch before update on public.control_schedules
  for each row execute function private.touch_row();
create trigger ingredients_touch before update on public.ingredients
  for each row execute function private.touch_row();
create trigger medication_classes_touch before update on public.medication_classes
  for each row execute function private.touch_row();
create trigger ingredient_classes_touch before update on public.ingredient_classes
  for each row execute function private.touch_row();
call private.audit_table('public.control_schedules');
call private.audit_table('public.ingredients');
call private.audit_table('public.medication_classes');
call private.audit_table('public.ingredient_classes');

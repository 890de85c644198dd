-- Products: what is prescribed and dispensed, what is in it, how it is packed, and the codes that others use.

create table public.products (
  id uuid primary key default gen_random_uuid(),
  name text not null check (private.is_plain_text(name, 500)),
  brand text check (private.is_plain_text(brand, 300)),
  dose_form public.dose_form not null,
  routes public.drug_route[] not null
    check (cardinality(routes) between 1 and 10 and array_ndims(routes) = 1 and array_position(routes, null) is null),
  base_unit public.base_unit not null,
  active boolean not null default true,
  import_id uuid,
  related_changes int not null default 0,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.products is
  'Medicines as they are prescribed: a generic name with its strength, and the brand where it has one. Doses and stock '
  'count in the `base_unit`, which never changes. `import_id` is the import that brought it. '
  '`related_changes` counts changes of ingredients and packs, so that they raise the version too.';
create index products_import on public.products (import_id) where import_id is not null;

create table public.product_ingredients (
  id uuid primary key default gen_random_uuid(),
  product_id uuid not null references public.products (id) on delete restrict,
  ingredient_id uuid references public.ingredients (id) on delete restrict,
  substance text not null check (private.is_plain_text(substance, 300)),
  mapped_by_name boolean not null default false,
  strength numeric check (strength > 0 and strength <= 1000000000 and scale(strength) <= 9),
  strength_unit text check (private.is_plain_text(strength_unit, 30)),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint product_ingredients_once unique (product_id, substance),
  constraint product_ingredients_strength_has_unit check ((strength is null) = (strength_unit is null))
);
comment on table public.product_ingredients is
  'What is in one base unit of a product: 500 mg in one tablet. `substance` is what the source of the product calls '
  'it; without an `ingredient_id` it is unmapped, and no check of the product can be complete. With '
  '`mapped_by_name` the name of an ingredient led to it, and follows when that changes.';
create index product_ingredients_ingredient on public.product_ingredients (ingredient_id, product_id);

create table public.packs (
  id uuid primary key default gen_random_uuid(),
  product_id uuid not null references public.products (id) on delete restrict,
  units int not null check (units between 1 and 1000000),
  description text check (private.is_plain_text(description, 300)),
  gtin text unique check (private.is_gtin(gtin) and octet_length(gtin) = 14),
  active boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.packs is
  'How a product is packed: so many base units, and the GTIN on the pack. A GTIN of 8, 12 or 13 digits is kept with '
  'zeros before it, as one of 14.';
create index packs_product on public.packs (product_id);

-- Writes a GTIN in the 14 digits in which it is unique.
create function private.lengthen_gtin() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if octet_length(new.gtin) in (8, 12, 13) then
    new.gtin := lpad(new.gtin, 14, '0');
  end if;
  return new;
end;
$$;
create trigger packs_lengthen_gtin before insert or update of gtin on public.packs
  for each row when (new.gtin is not null) execute function private.lengthen_gtin();

create table public.medication_codes (
  id uuid primary key default gen_random_uuid(),
  system public.medication_code_system not null,
  code text not null check (octet_length(code) <= 20),
  ingredient_id uuid references public.ingredients (id) on delete restrict,
  class_id uuid references public.medication_classes (id) on delete restrict,
  product_id uuid references public.products (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint medication_codes_once unique (system, code),
  constraint medication_codes_form check (private.is_medication_code(system, code)),
  constraint medication_codes_is_one check (num_nonnulls(ingredient_id, class_id, product_id) = 1)
);
comment on table public.medication_codes is
  'Codes of RxNorm, ATC, NDC and SNOMED CT for an ingredient, a class or a product. The operator enters them: no code '
  'list is shipped.';
create index medication_codes_ingredient on public.medication_codes (ingredient_id) where ingredient_id is not null;
create index medication_codes_class on public.medication_codes (class_id) where class_id is not null;
create index medication_codes_product on public.medication_codes (product_id) where product_id is not null;

alter table public.products enable row level security;
grant select on public.products to authenticated;
grant insert (name, brand, dose_form, routes, base_unit) on public.products to authenticated;
grant update (name, brand, dose_form, routes, active) on public.products to authenticated;
grant all on public.products to service_role;
create policy "Everybody reads the products" on public.products for select to authenticated using (true);
create policy "Curators add products" on public.products
  for insert to authenticated
  with check ((select private.is_curator()));
create policy "Curators change products" on public.products
  for update to authenticated
  using ((select private.is_curator()))
  with check ((select private.is_curator()));

alter table public.product_ingredients enable row level security;
grant select, delete on public.product_ingredients to authenticated;
grant insert (product_id, ingredient_id, substance, strength, strength_unit) on public.product_ingredients
  to authenticated;
grant update (ingredient_id, strength, strength_unit) on public.product_ingredients to authenticated;
grant all on public.product_ingredients to service_role;
create policy "Everybody reads what is in a product" on public.product_ingredients
  for select to authenticated
  using (true);
create policy "Curators say what is in a product" on public.product_ingredients
  for insert to authenticated
  with check ((select private.is_curator()));
create policy "Curators change what is in a product" on public.product_ingredients
  for update to authenticated
  using ((select private.is_curator()))
  with check ((select private.is_curator()));
create policy "Curators remove what is not in a product" on public.product_ingredients
  for delete to authenticated
  using ((select private.is_curator()));

alter table public.packs enable row level security;
grant select, delete on public.packs to authenticated;
grant insert (product_id, units, description, gtin) on public.packs to authenticated;
grant update (description, gtin, active) on public.packs to authenticated;
grant all on public.packs to service_role;
create policy "Everybody reads the packs" on public.packs for select to authenticated using (true);
create policy "Curators add packs" on public.packs
  for insert to authenticated
  with check ((select private.is_curator()));
create policy "Curators change packs" on public.packs
  for update to authenticated
  using ((select private.is_curator()))
  with check ((select private.is_curator()));
create policy "Curators remove packs" on public.packs
  for delete to authenticated
  using ((select private.is_curator()));

alter table public.medication_codes enable row level security;
grant select, delete on public.medication_codes to authenticated;
grant insert (system, code, ingredient_id, class_id, product_id) on public.medication_codes to authenticated;
grant all on public.medication_codes to service_role;
create policy "Everybody reads the codes of medicines" on public.medication_codes
  for select to authenticated
  using (true);
create policy "Curators add codes" on public.medication_codes
  for insert to authenticated
  with check ((select private.is_curator()));
create policy "Curators remove codes" on public.medication_codes
  for delete to authenticated
  using ((select private.is_curator()));

create trigger products_touch before update on public.products for each row execute function private.touch_row();
create trigger product_ingredients_touch before update on public.product_ingredients
  for each row execute function private.touch_row();
create trigger packs_touch before update on public.packs for each row execute function private.touch_row();
create trigger medication_codes_touch before update on public.medication_codes
  for each row execute function private.touch_row();
call private.audit_table('public.products', 'related_changes');
call private.audit_table('public.product_ingredients');
call private.audit_table('public.packs');
call private.audit_table('public.medication_codes');

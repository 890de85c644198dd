-- Imports: what the fields of each section are, and what is wrong with one.

create table private.import_fields (
  section text not null,
  field text not null,
  form text not null,
  most int,
  required boolean not null default false,
  primary key (section, field)
);
comment on table private.import_fields is
  'The fields of a line by its section: its form (private.import_fault), how long or how large it is at most, and '
  'whether it may be left out. The tables have the same limits; here they are told by line and field.';
insert into private.import_fields (section, field, form, most, required) values
  ('control_schedules', 'code', 'schedule_code', null, true),
  ('control_schedules', 'name', 'line', 200, true),
  ('control_schedules', 'refills_allowed', 'count', 99, true),
  ('control_schedules', 'valid_days', 'positive', 1826, true),
  ('control_schedules', 'supply_days', 'positive', 366, false),
  ('control_schedules', 'second_signer', 'boolean', null, false),
  ('control_schedules', 'register', 'boolean', null, false),
  ('classes', 'name', 'class_name', 100, true),
  ('classes', 'title', 'line', 200, true),
  ('classes', 'duplicate_therapy', 'boolean', null, false),
  ('ingredients', 'name', 'line', 200, true),
  ('ingredients', 'synonyms', 'names', 100, false),
  ('ingredients', 'control_schedule', 'schedule_code', null, false),
  ('ingredients', 'reviewed', 'boolean', null, false),
  ('ingredient_classes', 'class', 'class_name', 100, true),
  ('ingredient_classes', 'ingredient', 'line', 200, true),
  ('rules', 'rule_key', 'rule_key', 60, true),
  ('rules', 'kind', 'rule_kind', null, true),
  ('rules', 'subject', 'line', 200, true),
  ('rules', 'other', 'line', 200, false),
  ('rules', 'code_prefix', 'icd_prefix', 10, false),
  ('rules', 'food', 'line', 200, false),
  ('rules', 'severity', 'interaction_severity', null, true),
  ('rules', 'effect', 'text', 500, true),
  ('rules', 'mechanism', 'text', 500, true),
  ('rules', 'management', 'text', 1000, true),
  ('rules', 'alternatives', 'text', 500, false),
  ('rules', 'evidence', 'text', 200, true),
  ('rules', 'refines', 'rule_keys', 50, false),
  ('allergy_groups', 'name', 'line', 200, true),
  ('allergy_groups', 'class', 'class_name', 100, true),
  ('allergy_cross_reactions', 'group', 'line', 200, true),
  ('allergy_cross_reactions', 'target', 'line', 200, true),
  ('allergy_cross_reactions', 'level', 'cross_reactivity', null, true),
  ('allergy_cross_reactions', 'note', 'text', 500, false),
  ('duplicate_exceptions', 'class', 'class_name', 100, false),
  ('duplicate_exceptions', 'other_class', 'class_name', 100, false),
  ('duplicate_exceptions', 'description', 'text', 500, true),
  ('dose_limits', 'ingredient', 'line', 200, true),
  ('dose_limits', 'route', 'drug_route', null, false),
  ('dose_limits', 'age_from_months', 'count', 1800, false),
  ('dose_limits', 'age_to_months', 'count', 1800, false),
  ('dose_limits', 'per_dose', 'amount', 1000000000, false),
  ('dose_limits', 'per_day', 'amount', 1000000000, false),
  ('dose_limits', 'per_kg_dose', 'amount', 1000000, false),
  ('dose_limits', 'per_kg_day', 'amount', 1000000, false),
  ('dose_limits', 'unit', 'line', 30, true),
  ('dose_limits', 'shortest_interval_hours', 'positive', 8784, false),
  ('dose_limits', 'egfr_below', 'positive', 200, false),
  ('dose_limits', 'management', 'text', 1000, true),
  ('codes', 'system', 'medication_code_system', null, true),
  ('codes', 'code', 'line', 20, true),
  ('codes', 'target', 'line', 200, true),
  ('products', 'key', 'line', 300, false),
  ('products', 'name', 'line', 500, true),
  ('products', 'brand', 'line', 300, false),
  ('products', 'dose_form', 'dose_form', null, true),
  ('products', 'routes', 'routes', 10, true),
  ('products', 'base_unit', 'base_unit', null, true),
  ('products', 'contents', 'objects', 50, false),
  ('products', 'packs', 'objects', 100, false),
  ('products', 'codes', 'objects', 100, false),
  ('contents', 'substance', 'line', 300, true),
  ('contents', 'strength', 'amount', 1000000000, false),
  ('contents', 'strength_unit', 'line', 30, false),
  ('packs', 'units', 'positive', 1000000, true),
  ('packs', 'description', 'line', 300, false),
  ('packs', 'gtin', 'gtin', 14, false),
  ('product_codes', 'system', 'medication_code_system', null, true),
  ('product_codes', 'code', 'line', 20, true);
insert into private.import_fields (section, field, form, most, required)
select s.section, f.field, f.form, f.most, f.required
from (values ('rules'), ('dose_limits'), ('allergy_groups'), ('allergy_cross_reactions'), ('duplicate_exceptions'))
  as s (section)
cross join (values
  ('source_label', 'text', 300, true), ('source_section', 'text', 200, true), ('source_url', 'url', 500, false),
  ('label_date', 'date', null, false), ('label_set_id', 'set_id', 60, false), ('quote', 'text', 200, false),
  ('verification', 'rule_verification', null, true)) as f (field, form, most, required)
where s.section in ('rules', 'dose_limits') or f.field not in ('label_date', 'label_set_id', 'quote');

-- What is wrong with the value of a field, as a sentence; null when nothing is. A form that is none of these is a
-- closed list with the words p_words.
create function private.import_fault(p_form text, p_most int, p_words text[], p_value jsonb) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  v_text text := p_value #>> '{}';
begin
  if p_form in ('names', 'rule_keys', 'routes', 'objects') then
    if jsonb_typeof(p_value) <> 'array' or jsonb_array_length(p_value) > p_most then
      return format('This is a list of at most %s.', p_most);
    end if;
    return case
      when p_form = 'names' and not private.are_names(array(select jsonb_array_elements_text(p_value)), p_most)
        then 'These are names of at most 200 characters, without signs of markup.'
      when p_form = 'rule_keys' and not private.are_rule_keys(array(select jsonb_array_elements_text(p_value)), p_most)
        then 'These are keys of rules, such as onc-3.'
      when p_form = 'routes' and (p_value = '[]' or exists (
        select from jsonb_array_elements_text(p_value) as r where coalesce(r <> all (p_words), true)))
        then 'These are routes: ' || array_to_string(p_words, ', ') || '.'
      when p_form = 'objects' and exists (
        select from jsonb_array_elements(p_value) as o where jsonb_typeof(o) <> 'object')
        then 'This is a list of objects.'
    end;
  end if;
  if jsonb_typeof(p_value) in ('array', 'object') then
    return 'This is a single value.';
  end if;
  return case p_form
    when 'line' then case when not private.is_plain_text(v_text, p_most)
      then format('This is a line of at most %s characters, without signs of markup.', p_most) end
    when 'text' then case when not private.is_long_text(v_text, p_most)
      then format('This is a text of at most %s characters.', p_most) end
    when 'count' then case when v_text !~ '^\d{1,9}$' or v_text::int > p_most
      then format('This is a whole number from 0 to %s.', p_most) end
    when 'positive' then case when v_text !~ '^\d{1,9}$' or v_text::int not between 1 and p_most
      then format('This is a whole number from 1 to %s.', p_most) end
    when 'amount' then case when v_text !~ '^\d{1,10}(\.\d{1,9})?$' or v_text::numeric not between 1e-9 and p_most
      then format('This is a number above 0 and up to %s.', p_most) end
    when 'boolean' then case when v_text not in ('true', 'false') then 'This is true or false.' end
    when 'date' then case when private.date_or_null(v_text) is null then 'This is a date such as 2026-03-01.' end
    when 'url' then case when octet_length(v_text) > p_most or v_text !~ '^https://[^[:space:]<>"]+$'
      then 'This is an address that begins with https://.' end
    when 'set_id' then case when octet_length(v_text) > p_most or v_text !~ '^[A-Za-z0-9-]+$'
      then 'This is the set id or the application number of a label.' end
    when 'class_name' then case when octet_length(v_text) > p_most or v_text !~ '^[a-z0-9]+(_[a-z0-9]+)*$'
      then 'This is the name of a class, such as ssri.' end
    when 'schedule_code' then case when v_text !~ '^[A-Z]{2}-[A-Z0-9]{1,10}$'
      then 'This is a code such as US-II.' end
    when 'rule_key' then case when not private.is_rule_key(v_text) then 'This is a key such as onc-3.' end
    when 'icd_prefix' then case
      when octet_length(v_text) > p_most or v_text !~ '^[A-Z]([0-9]([0-9A-Z](\.[0-9A-Z]{1,4})?)?)?$'
      then 'This is the beginning of an ICD-10 code, such as I50.' end
    when 'gtin' then case when not private.is_gtin(v_text)
      then 'This is a GTIN of 8, 12, 13 or 14 digits. The last one is a check digit.' end
    else case when coalesce(v_text <> all (p_words), true)
      then 'This is one of ' || array_to_string(p_words, ', ') || '.' end
  end;
end;
$$;

-- What is wrong with lines by themselves, [{section, place, row}]: for each line with faults its place in the list, and
-- [{pointer, message}]. What the reader of the file found wrong stands alone, because there is no line to judge.
create function private.import_line_faults(p_rows jsonb) returns table (place int, faults jsonb)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with lists as materialized (
    select t.typname as name, array_agg(e.enumlabel::text order by e.enumsortorder) as words
    from pg_catalog.pg_enum e join pg_catalog.pg_type t on t.oid = e.enumtypid
    where t.typnamespace = 'public'::regnamespace
    group by t.typname
  ), fields as materialized (
    select f.*, n.words
    from private.import_fields f
    left join lists n on n.name = case f.form when 'routes' then 'drug_route' else f.form end
  ), lines as materialized (
    select r.place::int as place, r.line ->> 'section' as section, r.line -> 'row' as content,
      r.line -> 'fault' as fault
    from jsonb_array_elements(p_rows) with ordinality as r (line, place)
  ), parts as materialized (
    select l.place, l.section, '' as pointer, l.content from lines l where l.fault is null
    union all
    select l.place, p.section, '/' || p.field || '/' || o.nth - 1, o.part
    from lines l
    cross join (values ('contents', 'contents'), ('packs', 'packs'), ('codes', 'product_codes')) as p (field, section)
    cross join lateral jsonb_array_elements(case when jsonb_typeof(l.content -> p.field) = 'array'
      then l.content -> p.field else '[]' end) with ordinality as o (part, nth)
    where l.fault is null and l.section = 'products' and jsonb_typeof(o.part) = 'object'
  ), found as (
    select p.place, p.pointer || '/' || f.field as pointer,
      private.import_fault(f.form, f.most, f.words, p.content -> f.field) as message
    from parts p join fields f on f.section = p.section
    -- What is plainly in order costs no call.
    where p.content ->> f.field is not null and case f.form
      when 'line' then octet_length(p.content ->> f.field) > f.most
        or p.content ->> f.field !~ '^[A-Za-z0-9]([A-Za-z0-9 .,()/-]*[A-Za-z0-9.)])?$'
        or p.content ->> f.field ~ '--'
      when 'positive' then p.content ->> f.field !~ '^[1-9]\d{0,2}$' or f.most < 1000
      when 'amount' then p.content ->> f.field !~ '^[1-9]\d{0,4}(\.\d{1,9})?$' or f.most < 100000
      when 'objects' then jsonb_typeof(p.content -> f.field) <> 'array'
        or jsonb_path_exists(p.content -> f.field, '$[*] ? (@.type() != "object")')
        or jsonb_path_exists(p.content -> f.field, '$[50]')
      when 'routes' then jsonb_typeof(p.content -> f.field) <> 'array' or p.content -> f.field = '[]'
        or not to_jsonb(f.words) @> (p.content -> f.field)
        or jsonb_path_exists(p.content -> f.field, '$[10]')
      else f.words is null or p.content ->> f.field <> all (f.words) end
    union all
    select p.place, p.pointer || '/' || f.field, 'This is missing.'
    from parts p join fields f on f.section = p.section and f.required
    where p.content ->> f.field is null
    union all
    select p.place, p.pointer || '/' || left(k, 60), 'This field is not known.'
    from parts p cross join lateral jsonb_object_keys(p.content) as k
    where not exists (select from fields f where f.section = p.section and f.field = k)
      and exists (select from fields f where f.section = p.section)
    union all
    select l.place, coalesce(l.fault ->> 'pointer', ''), left(coalesce(l.fault ->> 'message', 'Cannot be read.'), 500)
    from lines l where l.fault is not null
  )
  select f.place, jsonb_agg(jsonb_build_object('pointer', left(f.pointer, 100), 'message', f.message))
  from found f
  where f.message is not null
  group by f.place;
end;
$$;

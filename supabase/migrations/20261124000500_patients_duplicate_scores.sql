-- Duplicates, the scores: which patients of a hospital may be the same person as another one, and why. Candidates are
-- looked up through indexes by name, birth date, telephone and numbers; only those found are compared, so that the cost
-- hardly depends on the number of patients.

-- Whether two words are the same but for typing errors, as the search of patients has it: one in words of up to 4
-- letters, else two.
create function private.is_typing_error(p_one text, p_other text) returns boolean
language sql immutable strict parallel safe
set search_path = ''
as $$
  select extensions.levenshtein_less_equal(left(p_one, 255), left(p_other, 255), 2)
    <= case when greatest(char_length(p_one), char_length(p_other)) <= 4 then 1 else 2 end;
$$;

-- Whether each of some words is among others, but for typing errors.
create function private.words_are_among(p_words text[], p_others text[]) returns boolean
language sql immutable strict parallel safe
set search_path = ''
as $$
  select coalesce(bool_and(w = any (p_others)
    or exists (select from unnest(p_others) as o where private.is_typing_error(w, o))), false)
  from unnest(p_words) as w;
$$;

-- How two names go together: exact, swapped (given for family name), similar (all words of the shorter one, two at
-- least, are in the other, but for typing errors), else different. Nicknames are not known.
create function private.name_match(p_one private.patients, p_other private.patients) returns text
language plpgsql immutable
set search_path = ''
as $$
declare
  v_given text[] := private.name_tokens(p_one.given_name);
  v_family text[] := private.name_tokens(p_one.family_name);
  v_other_given text[] := private.name_tokens(p_other.given_name);
  v_other_family text[] := private.name_tokens(p_other.family_name);
  v_words text[] := private.name_tokens(p_one.given_name || ' ' || p_one.family_name);
  v_others text[] := private.name_tokens(p_other.given_name || ' ' || p_other.family_name);
begin
  return case
    when v_given = v_other_given and v_family = v_other_family then 'exact'
    when v_given = v_other_family and v_family = v_other_given then 'swapped'
    when least(cardinality(v_words), cardinality(v_others)) < 2 then 'different'
    when cardinality(v_words) <= cardinality(v_others) and private.words_are_among(v_words, v_others) then 'similar'
    when cardinality(v_others) <= cardinality(v_words) and private.words_are_among(v_others, v_words) then 'similar'
    else 'different' end;
end;
$$;

-- The date with day and month in each other's place; null where there is none.
create function private.swapped_date(p_date date) returns date
language sql immutable strict parallel safe
set search_path = ''
as $$
  select case when extract(day from p_date) <= 12
    then make_date(extract(year from p_date)::int, extract(day from p_date)::int, extract(month from p_date)::int) end;
$$;

-- How two birth dates go together: exact, swapped (day for month), similar (one digit, or one day, apart), else
-- different; null when one is not known.
create function private.birth_date_match(p_one date, p_other date) returns text
language sql immutable strict parallel safe
set search_path = ''
as $$
  select case
    when p_one = p_other then 'exact'
    when private.swapped_date(p_one) = p_other then 'swapped'
    when abs(p_one - p_other) = 1 or extensions.levenshtein(p_one::text, p_other::text) <= 1 then 'similar'
    else 'different' end;
$$;

-- How the numbers of two patients go together that a hospital may know: exact (the same value, of one issuer or of two:
-- then one was entered in the wrong place), similar (national ids one typing error apart), different (two national ids
-- of a country); null when nothing can be said.
create function private.identifier_match(p_one uuid, p_other uuid, p_hospital uuid) returns text
language sql stable
set search_path = ''
as $$
  select case min(case
      when i.value = o.value then 1
      when i.system = 'national_id' and o.system = 'national_id' and i.country = o.country and i.use = 'official'
        and o.use = 'official'
        then case when extensions.levenshtein(i.value, o.value) <= 1 then 2 else 3 end end)
    when 1 then 'exact' when 2 then 'similar' when 3 then 'different' end
  from public.patient_identifiers i
  join public.patient_identifiers o on o.patient_id = p_other
    and (o.system = 'national_id' or o.organization_id = p_hospital)
  where i.patient_id = p_one and (i.system = 'national_id' or i.organization_id = p_hospital);
$$;

-- Why two patients may, or may not, be the same person: [{field, match, weight}]. The weights add up to the score; what
-- speaks against it has a negative one. Twins and families who share a telephone stay below the limit because their
-- names differ.
create function private.duplicate_reasons(p_one private.patients, p_other private.patients, p_hospital uuid)
returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('field', r.field, 'match', r.match, 'weight', w.weight)
  order by abs(w.weight) desc, r.field), '[]')
  from (values
    ('name', private.name_match(p_one, p_other)),
    ('birth_date', private.birth_date_match(p_one.birth_date, p_other.birth_date)),
    ('identifier', private.identifier_match(p_one.id, p_other.id, p_hospital)),
    ('phone', case when p_one.phone = p_other.phone then 'exact' end),
    ('sex', case when p_one.sex <> p_other.sex and p_one.sex in ('female', 'male') and p_other.sex in ('female', 'male')
      then 'different' end)
  ) as r (field, match)
  join (values
    ('name', 'exact', 0.40), ('name', 'swapped', 0.35), ('name', 'similar', 0.25), ('name', 'different', -0.20),
    ('birth_date', 'exact', 0.35), ('birth_date', 'swapped', 0.25), ('birth_date', 'similar', 0.15),
      ('birth_date', 'different', -0.20),
    ('identifier', 'exact', 0.30), ('identifier', 'similar', 0.25), ('identifier', 'different', -0.30),
    ('phone', 'exact', 0.12),
    ('sex', 'different', -0.10)
  ) as w (field, match, weight) on w.field = r.field and w.match = r.match;
$$;

-- The sum of the weights, from 0 to 1.
create function private.duplicate_score(p_reasons jsonb) returns numeric
language sql immutable strict parallel safe
set search_path = ''
as $$
  select round(greatest(0, least(1, coalesce(sum((r ->> 'weight')::numeric), 0))), 2)
  from jsonb_array_elements(p_reasons) as r;
$$;

-- The ways in which a name may stand in the list of names, or stand there by mistake: as it is, given and family name
-- swapped, and each with one word that is, among the words of the hospital, a typing error away.
create function private.name_variants(p_hospital uuid, p_given_name text, p_family_name text) returns text[]
language sql stable
set search_path = ''
as $$
  with orders (name) as (
    values (private.normalise(p_family_name || ' ' || p_given_name)),
      (private.normalise(p_given_name || ' ' || p_family_name))
  ), meanings as materialized (
    select t.token, s.word
    from unnest((private.name_tokens(p_given_name || ' ' || p_family_name))[1:5]) as t (token)
    cross join lateral private.misspelt_words(p_hospital, t.token) s
  )
  select array(
    select o.name from orders o
    union
    select regexp_replace(o.name, '\m' || m.token || '\M', m.word) from orders o cross join meanings m);
$$;

-- The patients of a hospital who may be the same person as p_patient, best first. At most 200 are looked at for each
-- criterion; a criterion that more people share says little.
create function private.duplicate_candidates(p_patient private.patients, p_hospital uuid)
returns table (patient_id uuid, score numeric, reasons jsonb)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    with found as (
      (select p.id from private.patients p
       where p.birth_date in (p_patient.birth_date, private.swapped_date(p_patient.birth_date)) and p.deleted_at is null
         and p.hospital_ids @> array[p_hospital]
       limit 200)
      union
      (select p.id from private.patients p
       where p.phone = p_patient.phone and p.deleted_at is null and p.hospital_ids @> array[p_hospital]
       limit 200)
      union
      (select w.patient_id from private.patient_words w
       where w.organization_id = p_hospital and w.word = ''
         and w.sort_name = any (private.name_variants(p_hospital, p_patient.given_name, p_patient.family_name))
       limit 200)
      union
      (select o.patient_id from public.patient_identifiers i
       join public.patient_identifiers o on o.value = i.value and private.is_in_care(o.patient_id, array[p_hospital])
       where i.patient_id = p_patient.id
       limit 200)
    ), compared as materialized (
      select p.id, private.duplicate_reasons(p_patient, p, p_hospital) as reasons
      from found f join private.patients p on p.id = f.id
      where p.id <> p_patient.id and p.deleted_at is null and p.hospital_ids @> array[p_hospital]
    )
    select c.id, private.duplicate_score(c.reasons), c.reasons from compared c
    where private.duplicate_score(c.reasons) >= 0.4 or c.reasons @> '[{"field": "identifier", "match": "exact"}]'
    order by 2 desc, 1;
end;
$$;

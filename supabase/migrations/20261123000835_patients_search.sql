-- Patient search: by the words of a name, tolerant of accents and typing errors, by birth date, MRN and phone. A word
-- as typed and its continuations lead to the patients through a plain B-tree; typing errors are looked up among the
-- words of the hospital first, which are far fewer than its patients. Words with the same beginning stand before the
-- beginning with the last of all characters, chr(1114111). So the cost of a search hardly depends on the number of
-- patients.

create function public.search_patients(
  p_name text default null,
  p_birth_date date default null,
  p_mrn text default null,
  p_phone text default null,
  p_limit int default 25,
  p_after_score real default null,
  p_after_sort_name text default null,
  p_after_id uuid default null
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    with found as materialized (
      select f.patient_id, f.score
      from private.search_patients(p_name, p_birth_date, p_mrn, p_phone, least(greatest(p_limit, 1), 101),
        p_after_score,
        p_after_sort_name, p_after_id) f
    )
    select jsonb_build_object('rows', coalesce(
      jsonb_agg(j.patient::jsonb || jsonb_build_object('score', f.score) order by f.score desc, j.sort_name, j.id),
        '[]'))
    from found f join private.patients_json(array(select patient_id from found)) j on j.id = f.patient_id);
end;
$$;
comment on function public.search_patients is
  'Finds patients of the caller''s hospitals, best first: at least one criterion, all of them must fit. A name alone '
  'finds at most 200 in all. Answers {rows}, with rows as get_patient answers them and their `score`; the p_after_ '
  'parameters are score, sort_name and id of the last one seen.';
grant execute on function public.search_patients to authenticated;

-- The boundary of the search: reads beneath the policies of patients, whose operators an index may not serve, and
-- therefore looks at the patients of the caller's hospitals alone. One criterion leads to the patients, the others are
-- checked on those found.
create function private.search_patients(
  p_name text,
  p_birth_date date,
  p_mrn text,
  p_phone text,
  p_limit int,
  p_after_score real,
  p_after_sort_name text,
  p_after_id uuid
) returns table (patient_id uuid, score real, sort_name text)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
  v_name text;
  v_ids uuid[];
begin
  perform private.require_length(p_name, 200, '/name'), private.require_length(p_mrn, 50, '/mrn'),
    private.require_length(p_phone, 40, '/phone'),
    private.require_length(p_after_sort_name, 1000, '/cursor');
  v_name := private.normalise(p_name);
  if p_mrn is null and p_phone is null and p_birth_date is null then
    return query
      select n.patient_id, n.score, n.sort_name
      from private.patients_by_name(v_hospitals, p_name) n
      where p_after_id is null or (n.score, p_after_sort_name, p_after_id) < (p_after_score, n.sort_name, n.patient_id)
      order by n.score desc, n.sort_name, n.patient_id
      limit p_limit;
    return;
  end if;
  if p_mrn is not null then
    select array_agg(i.patient_id) into v_ids from public.patient_identifiers i
    where i.system = 'mrn' and i.organization_id = any (v_hospitals) and i.value = upper(p_mrn);
  elsif p_phone is not null then
    select array_agg(p.id) into v_ids from private.patients p where p.phone = p_phone and p.deleted_at is null;
  else
    select array_agg(p.id) into v_ids from private.patients p
    where p.birth_date = p_birth_date and p.deleted_at is null;
  end if;
  return query
    select p.id, f.score, p.sort_name
    from unnest(v_ids) as c (id)
    join private.patients p on p.id = c.id
    cross join lateral (select coalesce(extensions.word_similarity(v_name, p.sort_name), 1)::real as score) as f
    where p.deleted_at is null and p.hospital_ids && v_hospitals
      and (p_birth_date is null or p.birth_date = p_birth_date)
      and (p_phone is null or p.phone = p_phone)
      and f.score > 0.3
      and (p_after_id is null or (f.score, p_after_sort_name, p_after_id) < (p_after_score, p.sort_name, p.id))
    order by f.score desc, p.sort_name, p.id
    limit p_limit;
end;
$$;
grant execute on function private.search_patients to authenticated;

-- The words of a hospital that a typed one may mean by one or two typing errors (edit distance; one in words of up to 4
-- letters), at most 100, with a score of 0.7 or 0.5. Trigrams find the candidates for the distance: two words of 4
-- letters that differ in one share a fifth of theirs.
create function private.misspelt_words(p_hospital uuid, p_token text) returns table (word text, score real)
language plpgsql stable rows 20
set search_path = ''
set pg_trgm.similarity_threshold = 0.2
as $$
begin
  return query
    select c.word, (0.9 - 0.2 * c.errors)::real
    from (
      select n.word, extensions.levenshtein_less_equal(left(n.word, 255), left(p_token, 255), 2) as errors
      from private.hospital_words n
      where n.organization_id = p_hospital and n.word operator(extensions.%) p_token
        and char_length(n.word) between char_length(p_token) - 2 and char_length(p_token) + 2
      offset 0) as c
    where c.errors between 1 and case when char_length(p_token) <= 4 then 1 else 2 end
    order by c.errors, c.word limit 100;
end;
$$;

-- Patients of some hospitals for one typed word: at most 200 with the word itself (score 1) or a continuation of it
-- (0.9); only when these are fewer, with a typing error. Of several such words of a patient the first counts, so that
-- names of many words take no more places than others.
create function private.patients_by_word(p_hospitals uuid[], p_token text)
returns table (patient_id uuid, score real, sort_name text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_found int;
begin
  return query
    select w.patient_id, case when w.word = p_token then 1.0 else 0.9 end::real, w.sort_name
    from unnest(p_hospitals) as o
    cross join lateral (
      select i.patient_id, i.word, i.sort_name from private.patient_words i
      where i.organization_id = o and i.word >= p_token and i.word < p_token || chr(1114111)
        and not exists (
          select from private.patient_words e
          where e.patient_id = i.patient_id and e.organization_id = o and e.word >= p_token and e.word < i.word
            offset 0)
      order by i.word, i.sort_name, i.patient_id limit 200) as w;
  get diagnostics v_found = row_count;
  if v_found < 200 then
    return query
      select w.patient_id, m.score, w.sort_name
      from unnest(p_hospitals) as o
      cross join lateral private.misspelt_words(o, p_token) m
      cross join lateral (
        select i.patient_id, i.sort_name from private.patient_words i
        where i.organization_id = o and i.word = m.word
        order by i.sort_name, i.patient_id limit 200) as w
      order by 2 desc, 3, 1 limit 200;
  end if;
end;
$$;

-- The best 200 patients of some hospitals for several typed words, each of which must be found. The rarest one leads to
-- the patients, the others are looked for in the names of those found. A word of one or two letters is a beginning
-- there, never a typing error.
create function private.patients_by_words(p_hospitals uuid[], p_tokens text[])
returns table (patient_id uuid, score real, sort_name text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_rarest text;
  v_others text[];
begin
  select t into v_rarest from unnest(p_tokens) as t
  order by (
    select count(*) from unnest(p_hospitals) as o
    cross join lateral (
      select from private.patient_words i
      where i.organization_id = o and i.word >= t and i.word < t || chr(1114111) limit 1000) as w), char_length(t) desc
  limit 1;
  v_others := array_remove(p_tokens, v_rarest);
  return query
    with found as (
      select i.patient_id, i.sort_name, case when i.word = v_rarest then 1.0 else 0.9 end::real as score
      from unnest(p_hospitals) as o
      join private.patient_words i on i.organization_id = o and i.word >= v_rarest and i.word < v_rarest || chr(1114111)
      union all
      select i.patient_id, i.sort_name, m.score
      from unnest(p_hospitals) as o
      cross join lateral private.misspelt_words(o, v_rarest) m
      join private.patient_words i on i.organization_id = o and i.word = m.word
    ), candidates as (
      select f.patient_id, f.sort_name, max(f.score) as score from found f group by f.patient_id, f.sort_name
    )
    select c.patient_id, ((c.score + s.score) / cardinality(p_tokens))::real, c.sort_name
    from candidates c
    cross join lateral (
      select sum(m.score) as score, count(m.score) as words
      from (
        select case
          when c.sort_name ~ ('(^|[^[:alnum:]])' || t) then
            case when c.sort_name ~ ('(^|[^[:alnum:]])' || t || '([^[:alnum:]]|$)') then 1.0 else 0.9 end
          when char_length(t) > 2 then (
            select 0.9 - 0.2 * min(e.errors)
            from (
              select extensions.levenshtein_less_equal(left(w, 255), left(t, 255), 2) as errors
              from regexp_split_to_table(c.sort_name, '[^[:alnum:]]+') as w offset 0) as e
            where e.errors <= case when char_length(t) <= 4 then 1 else 2 end)
          end as score
        from unnest(v_others) as t offset 0) as m) as s
    where s.words = cardinality(v_others)
    order by 2 desc, 3, 1 limit 200;
end;
$$;

-- The best 200 patients of some hospitals for a name, of which the first five words count. Score 1 is every word as
-- typed.
create function private.patients_by_name(p_hospitals uuid[], p_name text)
returns table (patient_id uuid, score real, sort_name text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_tokens text[] := (private.name_tokens(p_name))[1:5];
begin
  if cardinality(v_tokens) > 1 then
    return query select w.patient_id, w.score, w.sort_name from private.patients_by_words(p_hospitals, v_tokens) w;
  elsif cardinality(v_tokens) = 1 then
    return query
      select w.patient_id, max(w.score), w.sort_name from private.patients_by_word(p_hospitals, v_tokens[1]) w
      group by w.patient_id, w.sort_name order by 2 desc, 3, 1 limit 200;
  end if;
end;
$$;

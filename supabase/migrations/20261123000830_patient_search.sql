-- Patient search: by the words of a name, tolerant of accents and typing errors, by birth date, MRN and phone.
-- Typing errors are looked up in the vocabulary of all names, which grows much slower than the patients do; the exact words found there lead
-- to the patients through a plain B-tree. So the cost of a search hardly depends on the number of patients.

-- Every word of every name, once.
create table private.name_words (
  word text primary key
);
create index name_words_similar on private.name_words using gin (word extensions.gin_trgm_ops);
create index name_words_prefix on private.name_words (word text_pattern_ops);

-- Which patients of a hospital carry a word in their name. The empty word stands for every patient: lists run over it, in the order of names.
create table private.patient_words (
  organization_id uuid not null,
  word text not null,
  sort_name text not null,
  patient_id uuid not null references public.patients (id) on delete cascade,
  primary key (organization_id, word, sort_name, patient_id)
);
create index patient_words_patient on private.patient_words (patient_id);

-- Keeps the words of a patient equal to name, hospitals and deletion.
create function private.index_patient_words() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_words text[] := private.name_tokens(new.given_name || ' ' || new.family_name);
begin
  if tg_op = 'UPDATE' then
    delete from private.patient_words where patient_id = new.id;
  end if;
  if new.deleted_at is not null then
    return null;
  end if;
  insert into private.name_words (word) select w from unnest(v_words) as w on conflict do nothing;
  insert into private.patient_words (organization_id, word, sort_name, patient_id)
  select o, w, new.sort_name, new.id from unnest(new.hospital_ids) as o, unnest(array_append(v_words, '')) as w;
  return null;
end;
$$;
create trigger patients_words_on_insert after insert on public.patients
  for each row execute function private.index_patient_words();
create trigger patients_words_on_update after update on public.patients
  for each row when (old.sort_name is distinct from new.sort_name or old.hospital_ids is distinct from new.hospital_ids
    or old.deleted_at is distinct from new.deleted_at)
  execute function private.index_patient_words();

-- The words of the vocabulary that a typed word may mean, at most 40, with a score from 0 to 1: the word itself 1, its continuations 0.9,
-- and words one or two typing errors away (edit distance; one in words of up to 4 letters) 0.7 and 0.5. Trigrams find the candidates for
-- the distance: two words of 4 letters that differ in one share a fifth of theirs.
create function private.similar_words(p_token text) returns table (word text, score real)
language plpgsql stable rows 20
set search_path = ''
set pg_trgm.similarity_threshold = 0.2
as $$
begin
  return query
    select c.word, max(c.score) from (
      (select n.word, case when n.word = p_token then 1.0 else 0.9 end::real as score
       from private.name_words n where n.word like p_token || '%' order by n.word limit 20)
      union all
      (select n.word, (0.9 - 0.2 * d.errors)::real
       from private.name_words n
       cross join lateral (select extensions.levenshtein_less_equal(left(n.word, 255), left(p_token, 255), 2) as errors) as d
       where n.word operator(extensions.%) p_token and d.errors <= case when char_length(p_token) <= 4 then 1 else 2 end
       order by d.errors, n.word limit 20)
    ) as c
    group by c.word;
end;
$$;

-- The patients of some hospitals for one typed word, best meaning first, until there are 200: a common name ends the walk early.
create function private.patients_by_word(p_hospitals uuid[], p_token text) returns table (patient_id uuid, score real, sort_name text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_meaning record;
  v_rows int;
  v_found int := 0;
begin
  for v_meaning in select s.word, s.score from private.similar_words(p_token) s order by s.score desc, s.word loop
    return query
      select w.patient_id, v_meaning.score, w.sort_name
      from unnest(p_hospitals) as o
      cross join lateral (
        select i.patient_id, i.sort_name from private.patient_words i
        where i.organization_id = o and i.word = v_meaning.word
        order by i.sort_name, i.patient_id limit 200) as w;
    get diagnostics v_rows = row_count;
    v_found := v_found + v_rows;
    exit when v_found >= 200;
  end loop;
end;
$$;

-- The best 200 patients of some hospitals for a name, each word of which must be found. Score 1 is every word as typed.
create function private.patients_by_name(p_hospitals uuid[], p_name text) returns table (patient_id uuid, score real, sort_name text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_tokens text[] := (private.name_tokens(p_name))[1:5];
begin
  if cardinality(v_tokens) = 1 then
    return query
      select w.patient_id, max(w.score), w.sort_name from private.patients_by_word(p_hospitals, v_tokens[1]) w
      group by w.patient_id, w.sort_name order by 2 desc, 3, 1 limit 200;
    return;
  end if;
  return query
    select found.patient_id, avg(found.score)::real, found.sort_name
    from (
      select t.place, w.patient_id, w.sort_name, max(s.score) as score
      from unnest(v_tokens) with ordinality as t (token, place)
      cross join lateral private.similar_words(t.token) s
      cross join unnest(p_hospitals) as o
      join private.patient_words w on w.organization_id = o and w.word = s.word
      group by t.place, w.patient_id, w.sort_name
    ) as found
    group by found.patient_id, found.sort_name
    having count(*) = cardinality(v_tokens)
    order by 2 desc, 3, 1
    limit 200;
end;
$$;

-- The boundary of the search: reads beneath the policies of patients, whose operators an index may not serve, and therefore looks at the
-- patients of the caller's hospitals alone. One criterion leads to the patients, the others are checked on those found.
create function private.search_patients(p_name text, p_birth_date date, p_mrn text, p_phone text, p_limit int, p_after_score real,
  p_after_sort_name text, p_after_id uuid)
returns table (patient_id uuid, score real, sort_name text)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
  v_name text := private.normalise(p_name);
  v_ids uuid[];
begin
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
    select array_agg(p.id) into v_ids from public.patients p where p.phone = p_phone and p.deleted_at is null;
  else
    select array_agg(p.id) into v_ids from public.patients p where p.birth_date = p_birth_date and p.deleted_at is null;
  end if;
  return query
    select p.id, f.score, p.sort_name
    from unnest(v_ids) as c (id)
    join public.patients p on p.id = c.id
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

-- Finds patients of the caller's hospitals, best first: at least one criterion, all of them must fit. A name alone finds at most 200 in all.
-- The p_after_ parameters are score, sort_name and id of the last one seen.
create function public.search_patients(p_name text default null, p_birth_date date default null, p_mrn text default null, p_phone text default null,
  p_limit int default 25, p_after_score real default null, p_after_sort_name text default null, p_after_id uuid default null)
returns table (id uuid, score real, sort_name text, patient jsonb)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    with found as materialized (
      select * from private.search_patients(p_name, p_birth_date, p_mrn, p_phone, least(greatest(p_limit, 1), 101), p_after_score,
        p_after_sort_name, p_after_id)
    )
    select f.patient_id, f.score, f.sort_name, j.patient
    from found f join private.patients_json(array(select patient_id from found)) j on j.id = f.patient_id
    order by f.score desc, f.sort_name, f.patient_id;
end;
$$;
grant execute on function public.search_patients to authenticated;

-- The next patients in the order of names, below the policies of patients: a hospital with few patients among many is served by its own
-- part of the index. Staff see those of their hospitals, or of p_organization_id; patients themselves.
create function private.list_patients(p_organization_id uuid, p_limit int, p_after_sort_name text, p_after_id uuid)
returns table (patient_id uuid, sort_name text)
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return query
    select n.patient_id, n.sort_name from (
      select w.patient_id, w.sort_name
      from unnest(private.my_hospitals()) as o
      cross join lateral (
        select i.patient_id, i.sort_name from private.patient_words i
        where i.organization_id = o and i.word = ''
          and (i.sort_name, i.patient_id) > (coalesce(p_after_sort_name, ''), coalesce(p_after_id, '00000000-0000-0000-0000-000000000000'))
        order by i.sort_name, i.patient_id limit p_limit) as w
      where p_organization_id is null or o = p_organization_id
      union
      select p.id, p.sort_name from public.patients p
      where p.user_id = (select auth.uid()) and p_organization_id is null and p.deleted_at is null
        and (p_after_id is null or (p.sort_name, p.id) > (p_after_sort_name, p_after_id))
    ) as n
    order by n.sort_name, n.patient_id
    limit p_limit;
end;
$$;
grant execute on function private.list_patients to authenticated;

-- How many patients the caller sees, or how many of one hospital: for lists that are asked for a total.
create function private.count_patients(p_organization_id uuid) returns bigint
language sql stable security definer
set search_path = ''
as $$
  select count(distinct w.patient_id)
    + (select count(*) from public.patients p
       where p.user_id = (select auth.uid()) and p.deleted_at is null and p_organization_id is null and not p.hospital_ids && private.my_hospitals())
  from private.patient_words w
  where w.organization_id = any (private.my_hospitals()) and w.word = '' and (p_organization_id is null or w.organization_id = p_organization_id);
$$;
grant execute on function private.count_patients to authenticated;

-- Lists the patients that the caller sees, in the order of names; the p_after_ parameters are sort_name and id of the last one seen.
create function public.list_patients(p_organization_id uuid default null, p_limit int default 25, p_after_sort_name text default null,
  p_after_id uuid default null, p_count boolean default false)
returns table (id uuid, sort_name text, patient jsonb, total bigint)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    with listed as materialized (
      select l.patient_id, l.sort_name
      from private.list_patients(p_organization_id, least(greatest(p_limit, 1), 101), p_after_sort_name, p_after_id) l
    )
    select l.patient_id, l.sort_name, j.patient, case when p_count then private.count_patients(p_organization_id) end
    from listed l join private.patients_json(array(select patient_id from listed)) j on j.id = l.patient_id
    order by l.sort_name, l.patient_id;
end;
$$;
grant execute on function public.list_patients to authenticated;

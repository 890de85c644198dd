-- Patient search: by the words of a name, tolerant of accents and typing errors, by birth date, MRN and phone.
-- Typing errors are looked up in the vocabulary of all names, which grows much slower than the patients do; the exact words found there lead
-- to the patients through a plain B-tree. So the cost of a search hardly depends on the number of patients.

-- Every word of every name, once.
create table private.name_words (
  word text primary key
);
create index name_words_similar on private.name_words using gin (word extensions.gin_trgm_ops);
create index name_words_prefix on private.name_words (word text_pattern_ops);

-- Which patients of a hospital carry a word in their name.
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
  select o, w, new.sort_name, new.id from unnest(new.hospital_ids) as o, unnest(v_words) as w;
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
-- words that share trigrams their similarity below 0.8 (0.3 is the default threshold of pg_trgm).
create function private.similar_words(p_token text) returns table (word text, score real)
language sql stable
set search_path = ''
as $$
  select c.word, max(c.score) from (
    (select n.word, case when n.word = p_token then 1.0 else 0.9 end::real as score
     from private.name_words n where n.word like p_token || '%' order by n.word limit 20)
    union all
    (select n.word, (0.8 * extensions.similarity(n.word, p_token))::real
     from private.name_words n where n.word operator(extensions.%) p_token
     order by extensions.similarity(n.word, p_token) desc, n.word limit 20)
  ) as c
  group by c.word;
$$;

-- The best 200 patients of the caller's hospitals for a name, each word of which must be found. Score 1 is every word as typed.
create function private.patients_by_name(p_hospitals uuid[], p_name text) returns table (patient_id uuid, score real)
language plpgsql stable
set search_path = ''
as $$
declare
  v_tokens text[] := (private.name_tokens(p_name))[1:5];
  v_token text;
  v_found uuid[];
  v_scores real[];
begin
  if cardinality(v_tokens) = 1 then
    return query
      select h.patient_id, max(s.score)
      from private.similar_words(v_tokens[1]) s
      cross join unnest(p_hospitals) as o
      cross join lateral (
        select w.patient_id from private.patient_words w
        where w.organization_id = o and w.word = s.word order by w.sort_name, w.patient_id limit 200) as h
      group by h.patient_id order by 2 desc limit 200;
    return;
  end if;
  return query
    select w.patient_id, (sum(w.best) / cardinality(v_tokens))::real
    from (
      select t.place, w.patient_id, max(s.score) as best
      from unnest(v_tokens) with ordinality as t (token, place)
      cross join lateral private.similar_words(t.token) s
      join private.patient_words w on w.word = s.word and w.organization_id = any (p_hospitals)
      group by t.place, w.patient_id
    ) as w
    group by w.patient_id
    having count(*) = cardinality(v_tokens)
    order by 2 desc
    limit 200;
end;
$$;

-- The boundary of the search: reads beneath the policies of patients, whose operators an index may not serve, and therefore looks at the
-- patients of the caller's hospitals alone.
create function private.search_patients(p_name text, p_birth_date date, p_mrn text, p_phone text) returns table (patient_id uuid, score real)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
begin
  if p_mrn is not null then
    return query select i.patient_id, 1::real from public.patient_identifiers i
      where i.system = 'mrn' and i.organization_id = any (v_hospitals) and i.value = upper(p_mrn);
  elsif p_phone is not null then
    return query select p.id, 1::real from public.patients p
      where p.phone = p_phone and p.deleted_at is null and p.hospital_ids && v_hospitals limit 200;
  elsif p_birth_date is not null then
    return query select p.id, coalesce(extensions.similarity(private.normalise(p_name), p.sort_name), 1)
      from public.patients p
      where p.birth_date = p_birth_date and p.deleted_at is null and p.hospital_ids && v_hospitals
        and (p_name is null or extensions.word_similarity(private.normalise(p_name), p.sort_name) > 0.3)
      order by 2 desc limit 200;
  else
    return query select * from private.patients_by_name(v_hospitals, p_name);
  end if;
end;
$$;
grant execute on function private.search_patients to authenticated;

-- Finds patients of the caller's hospitals, best first: at least one criterion, all of them must fit. At most 200 in all; p_after is the
-- (score, sort_name, id) of the last one seen.
create function public.search_patients(p_name text default null, p_birth_date date default null, p_mrn text default null, p_phone text default null,
  p_limit int default 25, p_after_score real default null, p_after_sort_name text default null, p_after_id uuid default null)
returns table (id uuid, score real, sort_name text, patient jsonb)
language sql stable
set search_path = ''
as $$
  select p.id, s.score, p.sort_name, private.patient_json(p.id)
  from private.search_patients(p_name, p_birth_date, p_mrn, p_phone) s
  join public.patients p on p.id = s.patient_id
  where (p_birth_date is null or p.birth_date = p_birth_date)
    and (p_phone is null or p.phone = p_phone)
    and (p_name is null or p_mrn is null and p_phone is null
      or extensions.word_similarity(private.normalise(p_name), p.sort_name) > 0.3)
    and (p_after_id is null
      or (s.score, p_after_sort_name, p_after_id) < (p_after_score, p.sort_name, p.id))
  order by s.score desc, p.sort_name, p.id
  limit least(greatest(p_limit, 1), 101);
$$;
grant execute on function public.search_patients to authenticated;

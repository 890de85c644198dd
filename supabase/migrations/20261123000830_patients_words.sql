-- The words by which patients are found: those of the patients in the care of a hospital, for each hospital by itself.
-- Patients without a hospital are not in it, and nothing that other hospitals or people who register do changes what a
-- hospital finds.

create table private.patient_words (
  organization_id uuid not null,
  word text collate "C" not null,
  sort_name text not null,
  patient_id uuid not null references private.patients (id) on delete cascade,
  primary key (organization_id, word, sort_name, patient_id)
);
comment on table private.patient_words is
  'Which patients of a hospital carry a word in their name. The empty word stands for every patient: lists run over '
  'it, in the order of names. Words are in the order of their bytes, so that those with the same beginning stand '
  'together.';
create index patient_words_patient on private.patient_words (patient_id);

create table private.hospital_words (
  organization_id uuid not null,
  word text collate "C" not null,
  primary key (organization_id, word)
);
comment on table private.hospital_words is
  'Every word that patients of a hospital carry, once: where typing errors are looked up, because words are far fewer '
  'than patients.';
create index hospital_words_similar on private.hospital_words using gin (organization_id, word extensions.gin_trgm_ops);

-- Keeps the words of a patient equal to name, hospitals and deletion.
create function private.index_patient_words() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_hospitals uuid[] := case when new.deleted_at is null then new.hospital_ids else '{}' end;
  v_words text[] := private.name_tokens(new.given_name || ' ' || new.family_name);
begin
  if tg_op = 'UPDATE' then
    delete from private.patient_words i
    where i.patient_id = new.id and (i.organization_id <> all (v_hospitals) or i.sort_name <> new.sort_name);
  end if;
  insert into private.hospital_words (organization_id, word)
  select o, w from unnest(v_hospitals) as o, unnest(v_words) as w on conflict do nothing;
  insert into private.patient_words (organization_id, word, sort_name, patient_id)
  select o, w, new.sort_name, new.id
  from unnest(v_hospitals) as o, unnest(array_append(v_words, '')) as w
  on conflict do nothing;
  return null;
end;
$$;
create trigger patients_words_on_insert after insert on private.patients
  for each row when (new.hospital_ids <> '{}') execute function private.index_patient_words();
create trigger patients_words_on_update after update on private.patients
  for each row when (old.sort_name is distinct from new.sort_name or old.hospital_ids is distinct from new.hospital_ids
    or old.deleted_at is distinct from new.deleted_at)
  execute function private.index_patient_words();

-- Removes the words that no patient of the hospital carries any more, and says how many; cron calls it every hour. The
-- lock waits for those who are writing names now, because a word that one of them needs may be here already; who writes
-- for longer than a second is left alone until the next hour.
create function private.forget_words() returns int
language plpgsql
set search_path = ''
set lock_timeout = '1s'
as $$
declare
  v_unused private.hospital_words[] := array(
    select n from private.hospital_words n
    where not exists (select from private.patient_words i where i.organization_id = n.organization_id
      and i.word = n.word));
  v_count int := 0;
begin
  if cardinality(v_unused) > 0 then
    lock table private.hospital_words in share row exclusive mode;
    delete from private.hospital_words n
    using unnest(v_unused) as u
    where n.organization_id = u.organization_id and n.word = u.word
      and not exists (select from private.patient_words i where i.organization_id = n.organization_id
        and i.word = n.word);
    get diagnostics v_count = row_count;
  end if;
  return v_count;
exception when lock_not_available then
  return 0;
end;
$$;

-- What somebody said about the list of allergies as a whole. An empty list alone means nothing: "none known" and
-- "nobody asked" look alike in it.

create type public.allergy_statement as enum ('no_known_allergies', 'asked_unknown', 'reviewed');
create type public.allergy_review_status as enum ('current', 'superseded', 'entered_in_error');

create table public.allergy_reviews (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  statement public.allergy_statement not null,
  remark text check (private.is_plain_text(remark, 500)),
  status public.allergy_review_status not null default 'current',
  error_reason text check (private.is_plain_text(error_reason, 500)),
  ended_at timestamptz,
  ended_by_allergy_id uuid,
  occurred_at timestamptz not null default now(),
  recorded_by uuid references public.profiles (id) on delete restrict,
  updated_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint allergy_reviews_error_has_reason check ((status = 'entered_in_error') = (error_reason is not null)),
  constraint allergy_reviews_status_check check (status = 'entered_in_error'
    or (status = 'superseded') = (ended_at is not null)),
  constraint allergy_reviews_end_is_dated check (ended_by_allergy_id is null or ended_at is not null)
);
comment on table public.allergy_reviews is
  'A statement about the allergies of a patient as a whole, by whom and when: none are known, they were asked for and '
  'nobody knew, or the list was gone through. No row means that nobody was ever asked. The newest current one counts. '
  'The first active allergy ends each "no known allergies": `superseded`, with `ended_at` and `ended_by_allergy_id`, '
  'which is no foreign key: an undone merge would take the two for rows that belong together.';
call private.make_record_table('allergy_review', 'allergy_reviews', false,
  array['statement', 'remark', 'occurred_at'], array['remark', 'occurred_at']);

-- An allergy of the patient that is active and not refuted, the newest; null when none stands.
create function private.standing_allergy(p_patient_id uuid) returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select a.id from public.allergies a
    where a.patient_id = p_patient_id and a.status = 'active' and a.verification <> 'refuted'
    order by a.occurred_at desc, a.id desc limit 1);
end;
$$;
grant execute on function private.standing_allergy to authenticated, service_role;

-- What is known of the patient's allergies, as far as the caller sees their chart:
-- `listed`: an active allergy stands that is not refuted;
-- `no_known_allergies`, `asked_unknown`: none does, and this is the newest statement;
-- `never_asked`: none does, and no statement either. So it is when the last one was ended by an allergy that does not
-- stand any more, or was the review of a list that is empty by now: nobody has said that there are no others.
create function private.allergy_list_state(p_patient_id uuid) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  if private.standing_allergy(p_patient_id) is not null then
    return 'listed';
  end if;
  return coalesce((
    select nullif(r.statement, 'reviewed')::text from public.allergy_reviews r
    where r.patient_id = p_patient_id and r.status = 'current'
    order by r.occurred_at desc, r.created_at desc, r.id desc limit 1), 'never_asked');
end;
$$;
grant execute on function private.allergy_list_state to authenticated, service_role;

-- Takes a patient until the end of the transaction, so that what contradicts in a chart is written one after the other.
-- A row that refers to the patient takes a share of the key only, which this lock leaves free. Whoever waited has to
-- see what the other committed, which only `read committed` shows.
create function private.lock_patient(p_patient_id uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'This is written in transactions of the level read committed.'
      using errcode = 'invalid_transaction_state';
  end if;
  perform 1 from private.patients p where p.id = p_patient_id for no key update;
end;
$$;

-- Ends "no known allergies" as soon as an active allergy stands, whoever writes it and by whatever way, a merge of two
-- patients too. Takes the patient, as private.check_allergy_review does: of a statement and an allergy written at the
-- same moment the second one waits and finds the first.
create function private.end_no_known_allergies() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.lock_patient(new.patient_id);
  update public.allergy_reviews set status = 'superseded', ended_at = now(), ended_by_allergy_id = new.id
  where patient_id = new.patient_id and statement = 'no_known_allergies' and status = 'current';
  return null;
end;
$$;
create trigger allergies_end_no_known_allergies
  after insert or update of status, verification, patient_id on public.allergies
  for each row when (new.status = 'active' and new.verification <> 'refuted')
    execute function private.end_no_known_allergies();

-- Refuses "no known allergies" while an active allergy stands, and a review of a list on which there is none: it would
-- read as if none were known, without saying so. A merge ends the former instead. Judged after the policies: before
-- them, a stranger's attempt would tell whether there are allergies.
create function private.check_allergy_review() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_allergy uuid;
begin
  perform private.lock_patient(new.patient_id);
  v_allergy := private.standing_allergy(new.patient_id);
  if new.statement = 'reviewed' and v_allergy is null and tg_op = 'INSERT' then
    perform private.refuse(409, 'allergy_list_contradicts',
      'No active allergy is listed. State no_known_allergies or asked_unknown.', '{"pointer": "/statement"}');
  elsif new.statement = 'no_known_allergies' and v_allergy is not null then
    if tg_op = 'UPDATE' and old.patient_id <> new.patient_id then
      update public.allergy_reviews set status = 'superseded', ended_at = now(), ended_by_allergy_id = v_allergy
      where id = new.id;
    else
      perform private.refuse(409, 'allergy_list_contradicts',
        'An active allergy is listed. Refute or resolve it first if it does not stand.', '{"pointer": "/statement"}');
    end if;
  end if;
  return null;
end;
$$;
create trigger allergy_reviews_check after insert or update of statement, status, patient_id on public.allergy_reviews
  for each row when (new.status = 'current' and new.statement <> 'asked_unknown')
    execute function private.check_allergy_review();

-- When a merge is undone: gives back the statements that an allergy of the other patient had ended. Where another
-- allergy of the patient stands by now, that one has ended them.
create function private.return_allergy_reviews(p_patient_ids uuid[]) returns void
language sql
set search_path = ''
as $$
  update public.allergy_reviews r
  set status = case when e.standing is null then 'current' else r.status end,
    ended_at = case when e.standing is not null then r.ended_at end, ended_by_allergy_id = e.standing
  from (
    select o.id, private.standing_allergy(o.patient_id) as standing
    from public.allergy_reviews o
    join public.allergies a on a.id = o.ended_by_allergy_id and a.patient_id <> o.patient_id
    where o.patient_id = any (p_patient_ids) and o.status = 'superseded') as e
  where r.id = e.id;
$$;

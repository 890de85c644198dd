-- Duplicates: the candidates of one patient, and the decision about a pair.

create function public.find_duplicates(
  p_id uuid,
  p_limit int default 25,
  p_after_score numeric default null,
  p_after_id uuid default null
) returns json
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    with found as materialized (
      select f.patient_id as id, f.score, f.reasons
      from private.find_duplicates(p_id, least(greatest(p_limit, 1), 101), p_after_score, p_after_id) f
    )
    select json_build_object('rows', coalesce(json_agg(r order by r.score desc, r.id), '[]'))
    from (
      select f.id, f.score, f.reasons, j.patient
      from found f join private.patients_json(array(select id from found)) j on j.id = f.id
    ) as r);
end;
$$;
comment on function public.find_duplicates is
  'The patients of the caller''s hospitals who may be the same person as one in their care, best first; computed anew '
  'by each call. {rows: [{id, score, reasons, patient}]}; the p_after_ parameters are score and id of the last one '
  'seen.';
grant execute on function public.find_duplicates to authenticated;

-- The boundary behind public.find_duplicates: looks at the patients of the caller's hospitals alone, and leaves out
-- dismissed pairs.
create function private.find_duplicates(p_id uuid, p_limit int, p_after_score numeric, p_after_id uuid)
returns table (patient_id uuid, score numeric, reasons jsonb)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
  v_patient private.patients;
begin
  select * into v_patient from private.patients p
  where p.id = p_id and p.deleted_at is null and p.hospital_ids && v_hospitals;
  if v_patient.id is null then
    perform private.refuse(404, 'not_found', 'There is no such object, or it is not visible to you.');
  end if;
  return query
    select b.patient_id, b.score, b.reasons
    from (
      select distinct on (c.patient_id) c.* from unnest(v_hospitals) as o cross
      join lateral private.duplicate_candidates(v_patient, o) c
      order by c.patient_id, c.score desc
    ) as b
    where (p_after_id is null or (b.score, p_after_id) < (p_after_score, b.patient_id))
      and not exists (
        select from public.patient_duplicates d
        where d.organization_id = any (v_hospitals) and d.status = 'dismissed'
          and d.patient_id = least(p_id, b.patient_id) and d.other_patient_id = greatest(p_id, b.patient_id))
    order by b.score desc, b.patient_id
    limit p_limit;
end;
$$;
grant execute on function private.find_duplicates to authenticated;

create function public.dismiss_duplicate(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('dismiss_duplicate', p_input, '{patient_id, other_patient_id, reason}',
    '(select to_jsonb(d) from public.patient_duplicates d where d.id = $1)');
end;
$$;
comment on function public.dismiss_duplicate is
  'Says that two patients in the care of a hospital of the caller are not the same person. Idempotent; 409 when that '
  'was said already. {patient_id, other_patient_id, reason} -> the pair.';
grant execute on function public.dismiss_duplicate to authenticated;

create function private.dismiss_duplicate(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_patient_id uuid := (p_input ->> 'patient_id')::uuid;
  v_other_patient_id uuid := (p_input ->> 'other_patient_id')::uuid;
  v_reason text := p_input ->> 'reason';
  v_one private.patients;
  v_other private.patients;
  v_hospital uuid;
  v_reasons jsonb;
  v_pair public.patient_duplicates;
begin
  if v_reason is null then
    perform private.refuse(422, 'invalid_input', 'Give a reason for the decision.', '{"pointer": "/reason"}');
  end if;
  select * into v_one from private.patients
  where id = v_patient_id and deleted_at is null and hospital_ids && private.my_hospitals();
  if v_one.id is null then
    perform private.refuse(404, 'not_found', 'There is no such object, or it is not visible to you.');
  end if;
  select * into v_other from private.patients
  where id = v_other_patient_id and id <> v_patient_id and deleted_at is null;
  select o into v_hospital from unnest(private.my_hospitals()) as o
  where v_one.hospital_ids @> array[o] and v_other.hospital_ids @> array[o] order by o limit 1;
  if v_hospital is null then
    perform private.refuse(422, 'invalid_input', 'This names no other patient in the care of the same hospital.',
      '{"pointer": "/other_patient_id"}');
  end if;
  if private.is_own_record(v_patient_id) or private.is_own_record(v_other_patient_id) then
    perform private.record_denial(case when private.is_own_record(v_patient_id) then v_other_patient_id
      else v_patient_id end, v_hospital, 'own_chart');
    return private.refuse_committed(403, 'forbidden', 'You cannot decide about your own record. Ask a colleague.');
  end if;
  v_reasons := private.duplicate_reasons(v_one, v_other, v_hospital);
  insert into public.patient_duplicates as d (organization_id, patient_id, other_patient_id, score, reasons, status,
    decided_by, decided_at,
    decision_reason)
  values (v_hospital, least(v_patient_id, v_other_patient_id), greatest(v_patient_id, v_other_patient_id),
    private.duplicate_score(v_reasons),
    v_reasons, 'dismissed', auth.uid(), now(), v_reason)
  on conflict on constraint patient_duplicates_pair_once do update
    set status = 'dismissed', decided_by = excluded.decided_by, decided_at = excluded.decided_at,
      decision_reason = excluded.decision_reason
    where d.status = 'open'
  returning * into v_pair;
  if v_pair.id is null then
    perform private.refuse(409, 'illegal_transition', 'This pair was dismissed already.', '{"allowed": ["reopen"]}');
  end if;
  return private.made(v_pair.id);
end;
$$;
grant execute on function private.dismiss_duplicate to authenticated;

create function public.reopen_duplicate(p_id uuid, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('reopen_duplicate', jsonb_build_object('id', p_id), '{id}',
    '(select to_jsonb(d) from public.patient_duplicates d where d.id = $1)', p_expected_version);
end;
$$;
comment on function public.reopen_duplicate is
  'Takes a dismissal back: the two may be the same person after all. Idempotent. Answers the pair.';
grant execute on function public.reopen_duplicate to authenticated;

create function private.reopen_duplicate(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_pair public.patient_duplicates;
begin
  select * into v_pair from public.patient_duplicates d
  where d.id = v_id and d.organization_id = any (private.my_hospitals())
    and private.is_in_care(d.patient_id, array[d.organization_id])
      and private.is_in_care(d.other_patient_id, array[d.organization_id])
  for update;
  perform private.require_version(v_pair.version, p_expected_version);
  if private.is_own_record(v_pair.patient_id) or private.is_own_record(v_pair.other_patient_id) then
    perform private.record_denial(null, v_pair.organization_id, 'own_chart');
    return private.refuse_committed(403, 'forbidden', 'You cannot decide about your own record. Ask a colleague.');
  end if;
  if v_pair.status <> 'dismissed' then
    perform private.refuse(409, 'illegal_transition', 'This pair is open.', '{"allowed": ["dismiss"]}');
  end if;
  update public.patient_duplicates set status = 'open', decided_by = null, decided_at = null, decision_reason = null
  where id = v_id;
  return private.made(v_id);
end;
$$;
grant execute on function private.reopen_duplicate to authenticated;

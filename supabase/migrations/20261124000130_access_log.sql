-- The access log: who opened a chart, as the patient reads it, and the review of break-glass by the privacy officer.

-- Entries of the access log with the names of person and organization, which the patient could not look up. Given what the caller may see.
create function private.accesses_json(p_accesses public.chart_accesses[]) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', a.id, 'patient_id', a.patient_id, 'user', jsonb_build_object('id', a.user_id, 'given_name', u.given_name, 'family_name', u.family_name,
      'position', (select m.position from public.memberships m where m.user_id = a.user_id and m.organization_id = a.organization_id
        and m.role = 'hospital_staff')),
    'organization', jsonb_build_object('id', o.id, 'name', o.name), 'basis', a.basis, 'scope', a.scope, 'purpose', a.purpose, 'reason', a.reason,
    'opened_at', a.opened_at, 'expires_at', a.expires_at, 'closed_at', a.closed_at, 'reviewed_at', a.reviewed_at,
    'review_outcome', a.review_outcome, 'version', a.version, 'created_at', a.created_at, 'updated_at', a.updated_at)
    order by a.opened_at desc, a.id desc), '[]')
  from unnest(p_accesses) as a
  join public.profiles u on u.id = a.user_id
  join public.organizations o on o.id = a.organization_id;
$$;
grant execute on function private.accesses_json to authenticated;

-- Who opened the chart of a patient, newest first: all of it for the patient, that of their hospital for its overseers, their own for staff.
-- Null for people who may not know the patient. {rows, total}; the p_after_ parameters are those of the last row seen.
create function public.access_log(p_patient_id uuid, p_basis public.chart_basis default null, p_from timestamptz default null,
  p_to timestamptz default null, p_limit int default 25, p_after_at timestamptz default null, p_after_id uuid default null,
  p_count boolean default false)
returns jsonb
language sql stable
set search_path = ''
as $$
  select case when exists (select from public.patients p where p.id = p_patient_id)
      or exists (select from public.chart_accesses a where a.patient_id = p_patient_id) then jsonb_build_object(
    'rows', private.accesses_json(array(
      select a from public.chart_accesses a
      where a.patient_id = p_patient_id
        and (a.opened_at, a.id) < (coalesce(p_after_at, 'infinity'), coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        and (p_basis is null or a.basis = p_basis) and (p_from is null or a.opened_at >= p_from) and (p_to is null or a.opened_at < p_to)
      order by a.opened_at desc, a.id desc
      limit least(greatest(p_limit, 1), 101))),
    'total', case when p_count then (
      select count(*) from public.chart_accesses a
      where a.patient_id = p_patient_id
        and (p_basis is null or a.basis = p_basis) and (p_from is null or a.opened_at >= p_from) and (p_to is null or a.opened_at < p_to)) end) end;
$$;
grant execute on function public.access_log to authenticated;

-- Reviews a break-glass at an organization that the caller oversees; nobody reviews their own. Idempotent.
-- {id, outcome, comment?} -> the entry.
create function public.review_break_glass(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('review_break_glass', p_input, '{id, outcome, comment}',
    '(select to_jsonb(a) from public.chart_accesses a where a.id = $1)', p_expected_version);
end;
$$;
grant execute on function public.review_break_glass to authenticated;

-- 404 to whom the entry is not visible. A denied review is written down about the hospital and not about the patient: it is no business of other
-- hospitals.
create function private.review_break_glass(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_in public.chart_accesses := jsonb_populate_record(null::public.chart_accesses,
    jsonb_build_object('id', p_input ->> 'id', 'review_outcome', p_input ->> 'outcome', 'review_comment', p_input ->> 'comment'));
  v_version int;
begin
  select a.version into v_version from public.chart_accesses a where a.id = v_in.id and a.basis = 'break_glass';
  perform private.require_version(v_version, p_expected_version);
  return private.settle_review(v_in.id, v_in.review_outcome, v_in.review_comment);
end;
$$;
grant execute on function private.review_break_glass to authenticated;

create function private.settle_review(p_id uuid, p_outcome public.review_outcome, p_comment text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_access public.chart_accesses;
begin
  select * into v_access from public.chart_accesses where id = p_id and basis = 'break_glass' for update;
  if v_access.id is null or v_access.organization_id <> all (array(select private.my_audited_organizations())) or v_access.user_id = auth.uid() then
    perform private.record_denial(null, v_access.organization_id, case when v_access.user_id = auth.uid() then 'own_break_glass' else 'not_overseer' end);
    return private.refuse_committed(403, 'forbidden', 'A break-glass is reviewed by the privacy officer of the hospital, and by nobody their own.');
  end if;
  if v_access.review_outcome is not null then
    perform private.refuse(409, 'illegal_transition', 'This break-glass was reviewed already.', '{"allowed": []}');
  end if;
  update public.chart_accesses set reviewed_at = now(), reviewed_by = auth.uid(), review_outcome = p_outcome, review_comment = p_comment
  where id = p_id;
  return private.made(p_id);
end;
$$;
grant execute on function private.settle_review to authenticated;

-- The access log: who opened a chart, as the patient reads it, and the review of break-glass by the privacy officer.

-- Entries of the access log with the names of person and organization, which the patient could not look up. Given what
-- the caller may see. A break-glass is justified when every hospital that reviews it said so, and unjustified as soon
-- as one does.
create function private.accesses_json(p_accesses public.chart_accesses[]) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', a.id, 'patient_id', a.patient_id,
      'user', jsonb_build_object('id', a.user_id, 'given_name', u.given_name, 'family_name', u.family_name,
      'position', (select m.position from public.memberships m where m.user_id = a.user_id
        and m.organization_id = a.organization_id
        and m.role = 'hospital_staff')),
    'organization', jsonb_build_object('id', o.id, 'name', o.name), 'basis', a.basis, 'scope', a.scope,
      'purpose', a.purpose, 'reason', a.reason,
    'opened_at', a.opened_at, 'expires_at', a.expires_at, 'closed_at', a.closed_at, 'reviewed_at', v.reviewed_at,
    'review_outcome', v.outcome, 'version', a.version, 'created_at', a.created_at, 'updated_at', a.updated_at)
    order by a.opened_at desc, a.id desc), '[]')
  from unnest(p_accesses) as a
  join public.profiles u on u.id = a.user_id
  join public.organizations o on o.id = a.organization_id
  cross join lateral (
    select case when bool_and(r.outcome is not null) then max(r.reviewed_at) end as reviewed_at,
      case when bool_or(r.outcome = 'unjustified') then 'unjustified' when bool_and(r.outcome is not null)
        then 'justified' end as outcome
    from public.break_glass_reviews r where r.access_id = a.id) as v;
$$;
grant execute on function private.accesses_json to authenticated;

create function public.access_log(
  p_patient_id uuid,
  p_basis public.chart_basis default null,
  p_from timestamptz default null,
  p_to timestamptz default null,
  p_limit int default 25,
  p_after_at timestamptz default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns jsonb
language sql stable
set search_path = ''
as $$
  select case when exists (select from private.patients p where p.id = p_patient_id)
      or exists (select from public.chart_accesses a where a.patient_id = p_patient_id) then jsonb_build_object(
    'rows', private.accesses_json(array(
      select a from public.chart_accesses a
      where a.patient_id = p_patient_id
        and (a.opened_at, a.id) < (coalesce(p_after_at, 'infinity'),
          coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        and (p_basis is null or a.basis = p_basis) and (p_from is null or a.opened_at >= p_from)
          and (p_to is null or a.opened_at < p_to)
      order by a.opened_at desc, a.id desc
      limit least(greatest(p_limit, 1), 101))),
    'total', case when p_count then (
      select count(*) from public.chart_accesses a
      where a.patient_id = p_patient_id
        and (p_basis is null or a.basis = p_basis) and (p_from is null or a.opened_at >= p_from)
          and (p_to is null or a.opened_at < p_to)) end) end;
$$;
comment on function public.access_log is
  'Who opened the chart of a patient, newest first: all of it for the patient, that of their hospital for its '
  'overseers, their own for staff. Null for people who may not know the patient. {rows, total}; the p_after_ '
  'parameters are those of the last row seen.';
grant execute on function public.access_log to authenticated;

create function public.review_break_glass(
  p_id uuid,
  p_outcome public.review_outcome,
  p_comment text default null,
  p_organization_id uuid default null,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('review_break_glass',
    jsonb_strip_nulls(jsonb_build_object('id', p_id, 'outcome', p_outcome, 'comment', p_comment, 'organization_id',
      p_organization_id)),
    '{id, outcome, comment, organization_id}', '(select to_jsonb(b) from public.break_glass b where b.review_id = $1)',
      p_expected_version);
end;
$$;
comment on function public.review_break_glass is
  'Reviews a break-glass for the organizations that the caller oversees and that have not yet, or for the one that is '
  'named; nobody reviews their own. Idempotent. Answers the break-glass with that review.';
grant execute on function public.review_break_glass to authenticated;

-- 404 when the entry is not visible to the caller. A denied review is written down about the hospital and not about the
-- patient: it is no business of other hospitals.
create function private.review_break_glass(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_in public.break_glass_reviews := jsonb_populate_record(null::public.break_glass_reviews,
    (p_input - 'id') || jsonb_build_object('access_id', p_input ->> 'id'));
  v_version int;
begin
  select max(r.version) into v_version from public.break_glass_reviews r
  where r.access_id = v_in.access_id and r.organization_id = coalesce(v_in.organization_id, r.organization_id);
  perform private.require_version(v_version, p_expected_version);
  return private.settle_review(v_in);
end;
$$;
grant execute on function private.review_break_glass to authenticated;

create function private.settle_review(p_in public.break_glass_reviews) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_access public.chart_accesses;
  v_own boolean;
  v_reviews uuid[];
  v_id uuid;
begin
  select * into v_access from public.chart_accesses where id = p_in.access_id and basis = 'break_glass';
  v_own := private.is_same_person(v_access.user_id, auth.uid());
  v_reviews := array(
    select r.id from public.break_glass_reviews r
    where r.access_id = p_in.access_id and r.organization_id = coalesce(p_in.organization_id, r.organization_id)
      and r.organization_id = any (array(select private.my_audited_organizations()))
    order by r.id for update);
  if v_own or v_reviews = '{}' then
    perform private.record_denial(null, v_access.organization_id, case when v_own then 'own_break_glass'
      else 'not_overseer' end);
    return private.refuse_committed(403, 'forbidden',
      'Privacy officers of the hospital, and of those that care for the patient, review a break-glass; not their own.');
  end if;
  update public.break_glass_reviews set reviewed_at = now(), reviewed_by = auth.uid(), outcome = p_in.outcome,
    comment = p_in.comment
  where id = any (v_reviews) and outcome is null
  returning id into v_id;
  if v_id is null then
    perform private.refuse(409, 'illegal_transition', 'This break-glass was reviewed already.', '{"allowed": []}');
  end if;
  return private.made(v_id);
end;
$$;
grant execute on function private.settle_review to authenticated;

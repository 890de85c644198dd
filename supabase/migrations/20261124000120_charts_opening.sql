-- Opening charts: by right, by break-glass, and what is answered and written down when neither will do.

create function private.explain_closed_chart(p_patient_id uuid) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_patient private.patients;
begin
  select * into v_patient from private.patients where id = p_patient_id;
  return private.deny_chart(v_patient, private.reading_hospital(v_patient, null));
end;
$$;
grant execute on function private.explain_closed_chart to authenticated;

create function public.explain_closed_chart(p_patient_id uuid) returns jsonb
language sql
set search_path = ''
as $$
  select private.explain_closed_chart(p_patient_id);
$$;
comment on function public.explain_closed_chart is
  'Says why the chart of a patient is closed to the caller; asked after a read found it so. The attempt goes into the '
  'audit log.';
grant execute on function public.explain_closed_chart to authenticated;

create function public.open_chart(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('open_chart', p_input, '{patient_id, purpose, reason, organization_id}',
    'private.opened_chart_json($1)');
end;
$$;
comment on function public.open_chart is
  'Opens the chart of a patient for the caller and answers it; the entry in the access log is written in the same '
  'transaction. A repetition with the same Idempotency-Key answers the first entry and the chart as it is, if it is '
  'still open. 403 no_consent, 404. {patient_id, purpose?, reason?, organization_id?} -> the entry, with the `chart`.';
grant execute on function public.open_chart to authenticated;

-- The boundary of public.open_chart: the entry, or the refusal as private.refuse_committed words it.
create function private.open_chart(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_in public.chart_accesses := private.read_opening(p_input);
  v_patient private.patients;
  v_hospital uuid;
  v_consent public.consents;
  v_scope public.chart_scope;
begin
  if v_in.patient_id = private.my_patient_id() then
    perform private.refuse(409, 'conflict', 'Patients read their own chart without opening it.');
  end if;
  select * into v_patient from private.patients where id = v_in.patient_id and deleted_at is null;
  v_hospital := private.reading_hospital(v_patient, v_in.organization_id);
  select * into v_consent from public.consents
  where patient_id = v_patient.id and organization_id = v_hospital and status <> 'replaced';
  v_scope := private.granted_scope(coalesce(v_hospital = any (v_patient.hospital_ids), false), v_consent);
  if v_patient.id is null or v_hospital is null or v_scope = 'nothing' then
    return private.deny_chart(v_patient, v_hospital);
  end if;
  return private.enter_chart_access(v_patient.id, v_hospital,
    case when v_hospital = any (v_patient.hospital_ids) then 'care_relationship' else 'consent' end::public.chart_basis,
      v_scope,
    coalesce(v_in.purpose, 'treatment'), v_in.reason);
end;
$$;
grant execute on function private.open_chart to authenticated;

create function public.close_chart(p_patient_id uuid) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('close_chart', jsonb_build_object('patient_id', p_patient_id), '{patient_id}',
    'private.closing_json($1)');
end;
$$;
comment on function public.close_chart is
  'Closes what the caller has open of a patient''s chart. Idempotent. Answers {closed: how many entries that were}.';
grant execute on function public.close_chart to authenticated;

create function private.close_chart(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_patient_id uuid := (p_input ->> 'patient_id')::uuid;
  v_closed uuid[];
begin
  with closed as (
    update public.chart_accesses set closed_at = now()
    where patient_id = v_patient_id and user_id = auth.uid() and closed_at is null and expires_at > now()
    returning id
  )
  select array_agg(id) into v_closed from closed;
  return private.made(v_closed[1]);
end;
$$;
grant execute on function private.close_chart to authenticated;

-- The hospital at which the caller reads a chart: the named one or the only one of theirs, else that of theirs which
-- has the patient in care.
create function private.reading_hospital(p_patient private.patients, p_organization_id uuid) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
begin
  if p_organization_id is not null or cardinality(v_hospitals) <= 1 then
    return case when coalesce(p_organization_id, v_hospitals[1]) = any (v_hospitals)
      then coalesce(p_organization_id, v_hospitals[1]) end;
  end if;
  return coalesce((select h from unnest(p_patient.hospital_ids) as h where h = any (v_hospitals) limit 1),
    v_hospitals[1]);
end;
$$;

-- Why a chart is closed to the caller, written down as a denied attempt and answered: 403 to those who know the
-- patient, 404 to others.
create function private.deny_chart(p_patient private.patients, p_hospital uuid) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_consent public.consents;
  v_in_care boolean := coalesce(p_hospital = any (p_patient.hospital_ids) and p_patient.deleted_at is null, false);
begin
  select * into v_consent from public.consents
  where patient_id = p_patient.id and organization_id = p_hospital and status <> 'replaced';
  if private.granted_scope(v_in_care, v_consent) > 'nothing' and p_patient.deleted_at is null then
    perform private.record_denial(p_patient.id, p_hospital, 'chart_not_open');
    return private.refuse_committed(403, 'chart_not_open',
      'Open the chart first, with a purpose: POST /patients/{id}/open.');
  end if;
  perform private.record_denial(p_patient.id, p_hospital, case when v_in_care then 'no_consent' else 'not_in_care' end)
  where p_patient.id is not null;
  if v_in_care then
    return private.refuse_committed(403, 'no_consent',
      'The patient has not consented to this hospital reading the chart.');
  end if;
  return private.refuse_committed(404, 'not_found', 'There is no such patient, or none that you may see.');
end;
$$;

-- Writes the entry that opens a chart, and answers it.
create function private.enter_chart_access(
  p_patient_id uuid,
  p_organization_id uuid,
  p_basis public.chart_basis,
  p_scope public.chart_scope,
  p_purpose public.purpose_of_use,
  p_reason text
) returns jsonb
language sql
set search_path = ''
as $$
  insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, reason, expires_at)
  values (p_patient_id, auth.uid(), p_organization_id, p_basis, p_scope, p_purpose, p_reason,
    now() + private.chart_access_period(p_basis))
  returning private.made(id);
$$;

-- Reads an opening out of an input and checks it, before anybody is looked for: what is wrong with it must not depend
-- on whether they are found.
create function private.read_opening(p_input jsonb) returns public.chart_accesses
language plpgsql stable
set search_path = ''
as $$
declare
  v_in public.chart_accesses := jsonb_populate_record(null::public.chart_accesses,
    p_input - '{given_name,family_name,birth_date,national_id}'::text[]);
begin
  if not private.is_plain_text(v_in.reason, 500) then
    perform private.refuse(422, 'invalid_input', 'A reason is a plain text of at most 500 characters.',
      '{"pointer": "/reason"}');
  end if;
  return v_in;
end;
$$;

-- The entry that opened a chart, with the `chart` itself: only for the person who opened it, and only while it is open
-- to them.
create function private.opened_chart_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_access public.chart_accesses;
  v_chart jsonb;
begin
  select * into v_access from public.chart_accesses where id = p_id and user_id = auth.uid();
  v_chart := public.chart_summary(v_access.patient_id);
  return case when v_chart is not null then to_jsonb(v_access) || jsonb_build_object('chart', v_chart) end;
end;
$$;
grant execute on function private.opened_chart_json to authenticated;

-- How many entries were closed together with one of the caller's; none without one.
create function private.closing_json(p_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object('closed', count(*))
  from public.chart_accesses one
  join public.chart_accesses a on a.patient_id = one.patient_id and a.user_id = one.user_id
    and a.closed_at = one.closed_at
  where one.id = p_id and one.user_id = auth.uid();
$$;
grant execute on function private.closing_json to authenticated;

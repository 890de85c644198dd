-- Sight: who sees what stands between a patient and a hospital, and what of the patient beside it.

-- Whether something between a patient and a hospital is the caller's, as that patient or as staff of that hospital: the
-- condition that policies and readers of such tables share. It is inlined, so (select …) around the last two arguments
-- is evaluated once per statement.
create function private.is_party(p_patient_id uuid, p_organization_id uuid, p_my_patient_id uuid, p_my_hospitals uuid[])
returns boolean
language sql immutable parallel safe
return p_patient_id = p_my_patient_id or p_organization_id = any (p_my_hospitals);
grant execute on function private.is_party to authenticated;

-- What staff learn of a patient beside something else: nothing, unless their hospital cares for the patient.
create function private.patient_brief(p_patient private.patients, p_hospitals uuid[]) returns jsonb
language sql stable parallel safe
return case when (p_patient).hospital_ids && p_hospitals then jsonb_build_object(
  'given_name', (p_patient).given_name,
  'family_name', (p_patient).family_name,
  'birth_date', (p_patient).birth_date) end;
grant execute on function private.patient_brief to authenticated;

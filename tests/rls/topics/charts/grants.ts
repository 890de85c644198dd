export const grants = `
  allergies              authenticated  select
  allergies              authenticated  insert  category code code_system is_class kind occurred_at organization_id
  allergies              authenticated  insert  patient_id reaction severity status substance verification
  allergies              authenticated  update  category code code_system error_reason is_class kind occurred_at
  allergies              authenticated  update  reaction severity status substance verification
  allergies              service_role   insert select update
  allergy_reviews        authenticated  select
  allergy_reviews        authenticated  insert  occurred_at organization_id patient_id remark statement
  allergy_reviews        authenticated  update  error_reason occurred_at remark status
  allergy_reviews        service_role   insert select update
  break_glass            authenticated  select
  break_glass            service_role   select
  break_glass_reviews    authenticated  select
  break_glass_reviews    service_role   select
  chart_accesses         authenticated  select
  chart_accesses         authenticated  update  closed_at
  chart_accesses         service_role   select
  chart_records          authenticated  select
  chart_records          service_role   select
  conditions             authenticated  select
  conditions             authenticated  insert  code code_system encounter_id name occurred_at onset_on
  conditions             authenticated  insert  organization_id patient_id resolved_on sensitivity severity status
  conditions             authenticated  insert  verification
  conditions             authenticated  update  code code_system error_reason name occurred_at onset_on resolved_on
  conditions             authenticated  update  sensitivity severity status verification
  conditions             service_role   insert select update
  consents               authenticated  select
  consents               authenticated  insert  organization_id patient_id scope valid_until
  consents               authenticated  update  status
  consents               service_role   insert select update
  documents              authenticated  select
  documents              authenticated  insert  category encounter_id media_type occurred_at organization_id
  documents              authenticated  insert  patient_id sensitivity sha256 size_bytes status title url
  documents              authenticated  update  category error_reason media_type occurred_at sensitivity sha256
  documents              authenticated  update  size_bytes status title url
  documents              service_role   insert select update
  encounters             authenticated  select
  encounters             authenticated  insert  ended_at kind occurred_at organization_id patient_id reason
  encounters             authenticated  insert  sensitivity status
  encounters             authenticated  update  ended_at error_reason kind occurred_at reason sensitivity status
  encounters             service_role   insert select update
  immunizations          authenticated  select
  immunizations          authenticated  insert  code code_system dose_number encounter_id lot_number not_done_reason
  immunizations          authenticated  insert  occurred_at organization_id patient_id site status vaccine
  immunizations          authenticated  update  code code_system dose_number error_reason lot_number not_done_reason
  immunizations          authenticated  update  occurred_at site status vaccine
  immunizations          service_role   insert select update
  medication_statements  authenticated  select
  medication_statements  authenticated  insert  dose dose_unit encounter_id end_reason ended_on ingredient_id
  medication_statements  authenticated  insert  occurred_at organization_id patient_id product_id remark route
  medication_statements  authenticated  insert  sensitivity source started_on status taking text times_per_day
  medication_statements  authenticated  update  dose dose_unit end_reason ended_on error_reason ingredient_id
  medication_statements  authenticated  update  occurred_at product_id remark route sensitivity source
  medication_statements  authenticated  update  started_on status taking text times_per_day
  medication_statements  service_role   insert select update
  notes                  authenticated  select
  notes                  authenticated  insert  encounter_id kind occurred_at organization_id patient_id sensitivity
  notes                  authenticated  insert  text
  notes                  authenticated  update  amendment_reason error_reason sensitivity status text
  notes                  service_role   insert select update
  pregnancy_statuses     authenticated  select
  pregnancy_statuses     authenticated  insert  due_on lactation occurred_at organization_id patient_id pregnancy
  pregnancy_statuses     authenticated  update  due_on error_reason occurred_at status
  pregnancy_statuses     service_role   insert select update
  record_versions        authenticated  select
  record_versions        service_role   select
  vital_signs            authenticated  select
  vital_signs            authenticated  insert  diastolic encounter_id measure occurred_at organization_id patient_id
  vital_signs            authenticated  insert  unit value
  vital_signs            authenticated  update  error_reason occurred_at status
  vital_signs            service_role   insert select update
`;

export const grants = `
  correction_requests  authenticated  select
  correction_requests  authenticated  insert  field organization_id patient_id record_id record_kind text
  correction_requests  authenticated  update  decision_reason status
  correction_requests  service_role   select
  patient_duplicates   authenticated  select
  patient_duplicates   service_role   select
  patient_link_codes   authenticated  select
  patient_link_codes   service_role   select
  patient_merges       authenticated  select
  patient_merges       service_role   select
`;

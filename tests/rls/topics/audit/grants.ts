export const grants = `
  audit.anchors      authenticated  select
  audit.anchors      service_role   select
  audit.entries      authenticated  select  action actor_id actor_role changed_fields id occurred_at
  audit.entries      authenticated  select  organization_id parts patient_id reason request_id row_id table_name
  audit.entries      service_role   select  action actor_id actor_role changed_fields id occurred_at
  audit.entries      service_role   select  organization_id parts patient_id reason request_id row_id table_name
  audit.retirements  authenticated  select
  audit.retirements  service_role   select
  audit_anchors      authenticated  select
  audit_anchors      service_role   select
  audit_entries      authenticated  select
  audit_entries      service_role   select
`;

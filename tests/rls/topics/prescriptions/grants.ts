export const grants = `
  interaction_policies  authenticated  delete select
  interaction_policies  authenticated  insert  display organization_id reason rule_key
  interaction_policies  authenticated  update  display reason
  interaction_policies  service_role   all
  prescriptions         authenticated  select
  prescriptions         service_role   insert select update
`;

export const grants = `
  care_relationships   authenticated  select
  care_relationships   authenticated  insert  organization_id patient_id
  care_relationships   authenticated  update  status
  care_relationships   service_role   all
  patient_contacts     authenticated  delete select
  patient_contacts     authenticated  insert  email kind name patient_id phone priority relationship
  patient_contacts     authenticated  update  email kind name phone priority relationship
  patient_contacts     service_role   all
  patient_identifiers  authenticated  select
  patient_identifiers  service_role   all
  patients             authenticated  select
  patients             authenticated  update  address_line birth_date blood_type city country email family_name
  patients             authenticated  update  given_name language phone postal_code region sex
  patients             service_role   all
  private.patients     authenticated  select  address_line birth_date blood_type city country created_at deleted_at
  private.patients     authenticated  select  deletion_reason email family_name given_name id language merged_into
  private.patients     authenticated  select  phone postal_code region sex sort_name updated_at user_id version
  private.patients     authenticated  update  address_line birth_date blood_type city country email family_name
  private.patients     authenticated  update  given_name language phone postal_code region sex
  private.patients     service_role   all
`;

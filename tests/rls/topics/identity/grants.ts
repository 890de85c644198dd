export const grants = `
  invitations    authenticated  select
  invitations    authenticated  update  revoked_at
  invitations    service_role   all
  memberships    authenticated  select
  memberships    authenticated  update  is_prescriber licence_number may_overbook may_schedule position status
  memberships    service_role   all
  organizations  authenticated  select
  organizations  authenticated  update  active address_line city country email name phone postal_code region time_zone
  organizations  service_role   all
  profiles       authenticated  select
  profiles       authenticated  update  family_name given_name language phone time_zone
  profiles       service_role   all
`;

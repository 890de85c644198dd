export const grants = `
  appointment_series  authenticated  select
  appointment_series  service_role   all
`;

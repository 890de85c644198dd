export const grants = `
  appointments  authenticated  select
  appointments  service_role   all
`;

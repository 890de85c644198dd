export const grants = `
  calendar_feeds  authenticated  select
  calendar_feeds  service_role   select
`;

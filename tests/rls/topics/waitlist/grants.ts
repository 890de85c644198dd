export const grants = `
  waitlist_entries  authenticated  select
  waitlist_entries  service_role   all
  waitlist_offers   authenticated  select
  waitlist_offers   service_role   all
`;

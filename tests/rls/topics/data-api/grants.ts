export const grants = `
  private.attempt_policies  service_role  select
  private.attempts          service_role  delete insert select update
  private.counted_sign_ins  service_role  delete insert select update
  private.known_clients     service_role  delete insert select update
`;

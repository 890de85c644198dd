export const grants = `
  notification_preferences  authenticated  select
  notification_preferences  authenticated  update  choices quiet_from quiet_until reminder_minutes
  notification_preferences  service_role   all
  notifications             authenticated  select
  notifications             authenticated  update  read_at
  notifications             service_role   all
`;

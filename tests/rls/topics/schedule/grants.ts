export const grants = `
  availability_exceptions  authenticated  delete select
  availability_exceptions  authenticated  insert  end_time from_day kind organization_id practitioner_id reason
  availability_exceptions  authenticated  insert  start_time to_day
  availability_exceptions  service_role   all
  availability_rules       authenticated  delete select
  availability_rules       authenticated  insert  end_time organization_id practitioner_id start_time valid_from
  availability_rules       authenticated  insert  valid_to weekday
  availability_rules       authenticated  update  end_time start_time valid_from valid_to weekday
  availability_rules       service_role   all
  practitioners            authenticated  select
  practitioners            authenticated  insert  display_name membership_id organization_id specialty
  practitioners            authenticated  update  active display_name specialty
  practitioners            service_role   all
  rooms                    authenticated  select
  rooms                    authenticated  insert  name organization_id
  rooms                    authenticated  update  active name
  rooms                    service_role   all
  service_resources        authenticated  delete select
  service_resources        authenticated  insert  organization_id practitioner_id room_id service_id
  service_resources        service_role   all
  services                 authenticated  select
  services                 authenticated  insert  bookable_by buffer_after_minutes buffer_before_minutes
  services                 authenticated  insert  cutoff_minutes duration_minutes horizon_days name
  services                 authenticated  insert  needs_confirmation notice_minutes organization_id patient_limit
  services                 authenticated  insert  slot_minutes waitlist_offer_minutes
  services                 authenticated  update  active bookable_by buffer_after_minutes buffer_before_minutes
  services                 authenticated  update  cutoff_minutes duration_minutes horizon_days name
  services                 authenticated  update  needs_confirmation notice_minutes patient_limit slot_minutes
  services                 authenticated  update  waitlist_offer_minutes
  services                 service_role   all
`;

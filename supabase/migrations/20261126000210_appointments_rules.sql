-- The rules of appointments that constraints cannot express: the steps of their status, and where and when they may be.

insert into private.steps (entity, status, next, roles, stamp, clears, reason) values
  ('appointment', 'held', 'requested', '{patient}', null, 'hold_expires_at', null),
  ('appointment', 'held', 'booked', '{patient, hospital_staff}', null, 'hold_expires_at', null),
  -- Patients confirm a request when they accept what the hospital offers them in its place.
  ('appointment', 'requested', 'booked', '{patient, hospital_staff}', null, null, null),
  ('appointment', 'requested', 'cancelled', default, 'cancelled_at', null, 'cancellation_reason'),
  ('appointment', 'booked', 'checked_in', '{hospital_staff}', 'checked_in_at', null, null),
  ('appointment', 'booked', 'cancelled', default, 'cancelled_at', null, 'cancellation_reason'),
  ('appointment', 'booked', 'no_show', '{hospital_staff}', null, null, null),
  ('appointment', 'checked_in', 'in_progress', '{hospital_staff}', 'started_at', null, null),
  ('appointment', 'checked_in', 'cancelled', '{hospital_staff}', 'cancelled_at', null, 'cancellation_reason'),
  ('appointment', 'checked_in', 'no_show', '{hospital_staff}', null, null, null),
  ('appointment', 'in_progress', 'completed', '{hospital_staff}', 'completed_at', null, null),
  ('appointment', 'in_progress', 'cancelled', '{hospital_staff}', 'cancelled_at', null, 'cancellation_reason');
create trigger appointments_step before update of status on public.appointments
  for each row when (old.status <> new.status and (old.status <> 'booked' or new.status <> 'requested'))
  execute function private.check_step('appointment');

-- A booking becomes a request again only when it moves to another time or practitioner, and the service has bookings
-- confirmed: what was confirmed was another time.
create function private.check_request_again() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if (old.starts_at, old.practitioner_id) is not distinct from (new.starts_at, new.practitioner_id)
    or not (select s.needs_confirmation from public.services s where s.id = new.service_id) then
    perform private.refuse_step('appointment', 'booked', 'An appointment that is booked becomes no request.');
  end if;
  return new;
end;
$$;
create trigger appointments_request_again before update of status on public.appointments
  for each row when (old.status = 'booked' and new.status = 'requested') execute function private.check_request_again();

-- Everything in an appointment belongs to one hospital. It begins as a hold, a request or a booking, with the buffers
-- that its service has then. No appointment is inserted or moved into the past. One that shares its practitioner or its
-- room with an overbooking is an overbooking itself: the constraints compare within a lane only. If both commit at
-- once, the ordinary one counts as the first.
create function private.check_appointment() returns trigger
language plpgsql security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_found record;
begin
  if tg_op = 'INSERT' and new.status not in ('held', 'requested', 'booked') then
    perform private.refuse(
      422, 'invalid_input', 'An appointment begins as a hold, a request or a booking.', '{"pointer": "/status"}');
  end if;
  select s.id as service_id, t.before_minutes, t.after_minutes, d.person_key, r.id as room_id,
    case
      when new.overbooking = 0 and exists (
        select from public.appointments a
        where a.practitioner_key = d.person_key and a.overbooking > 0 and a.id <> new.id
          and a.blocked && t.blocked and private.is_open_status(a.status)
      ) then 'appointments_practitioner_is_free'
      when new.room_overbooking = 0 and exists (
        select from public.appointments a
        where a.room_id = r.id and a.room_overbooking > 0 and a.id <> new.id
          and a.blocked && t.blocked and private.is_open_status(a.status)
      ) then 'appointments_room_is_free' end as violated
  into v_found
  from (values (1)) as one
  left join public.services s on s.id = new.service_id and s.organization_id = new.organization_id
  left join public.practitioners d on d.id = new.practitioner_id and d.organization_id = new.organization_id
  left join public.rooms r on r.id = new.room_id and r.organization_id = new.organization_id
  cross join lateral (
    select b.*,
      private.blocked_range(new.starts_at, new.ends_at, b.before_minutes, b.after_minutes) as blocked
    from (
      select
        case when tg_op = 'INSERT' then s.buffer_before_minutes else new.buffer_before_minutes end as before_minutes,
        case when tg_op = 'INSERT' then s.buffer_after_minutes else new.buffer_after_minutes end as after_minutes
    ) as b
    offset 0) as t;
  if v_found.service_id is null then
    perform private.refuse(422, 'invalid_input', 'The hospital has no such service.', '{"pointer": "/service_id"}');
  end if;
  if v_found.person_key is null then
    perform private.refuse(
      422, 'invalid_input', 'The hospital has no such practitioner.', '{"pointer": "/practitioner_id"}');
  end if;
  if v_found.room_id is distinct from new.room_id then
    perform private.refuse(422, 'invalid_input', 'The hospital has no such room.', '{"pointer": "/room_id"}');
  end if;
  if new.starts_at < now() then
    perform private.refuse(422, 'invalid_input', 'This time lies in the past.', '{"pointer": "/starts_at"}');
  end if;
  if new.starts_at > now() + interval '1827 days' then
    perform private.refuse(422, 'invalid_input', 'This time lies too far ahead.', '{"pointer": "/starts_at"}');
  end if;

  new.practitioner_key := v_found.person_key;
  new.buffer_before_minutes := v_found.before_minutes;
  new.buffer_after_minutes := v_found.after_minutes;
  if v_found.violated is not null then
    raise exclusion_violation using message = 'conflicts with an overbooking', constraint = v_found.violated;
  end if;
  return new;
end;
$$;
create trigger appointments_check
  before insert or update of organization_id, service_id, practitioner_id, practitioner_key, room_id, starts_at,
    ends_at, overbooking, room_overbooking
  on public.appointments
  for each row execute function private.check_appointment();

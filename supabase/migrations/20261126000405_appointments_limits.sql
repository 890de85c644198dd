-- Limits: how many open appointments and holds patients may have, and the care that their bookings start.

-- The limits for bookings and holds of patients: that of the service, and three holds at a time.
create function private.require_below_limits(p_service public.services, p_patient_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_below_service_limit(p_service, p_patient_id);
  if (
    select count(*)
    from public.appointments a
    where a.patient_id = p_patient_id and a.status = 'held' and a.booked_by = 'patient' and a.hold_expires_at > now()
  ) >= 3 then
    perform private.refuse(409, 'conflict', 'You may hold three times. Book or release one first.');
  end if;
end;
$$;

create function private.require_below_service_limit(p_service public.services, p_patient_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.lock_patient_bookings(p_patient_id);
  if private.open_appointments_of(p_patient_id, p_service.id) >= p_service.patient_limit then
    perform private.refuse(
      409, 'conflict', format('You may have %s open appointments of this service.', p_service.patient_limit));
  end if;
end;
$$;

-- Serialises bookings per patient; otherwise two concurrent bookings could both pass the limit. Always taken before the
-- locks of rows.
create function private.lock_patient_bookings(p_patient_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('appointments of ' || p_patient_id, 0));
end;
$$;

-- How many open appointments of a service a patient has booked.
create function private.open_appointments_of(p_patient_id uuid, p_service_id uuid) returns bigint
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select count(*)
    from public.appointments a
    where a.patient_id = p_patient_id and a.service_id = p_service_id and a.booked_by = 'patient'
      and a.status in ('requested', 'booked') and a.starts_at >= now());
end;
$$;

-- A patient's own booking starts a care relationship, so that the staff of the hospital can see who comes. A booking by
-- staff starts none.
create function private.start_care(p_patient_id uuid, p_organization_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  if exists (
    select from private.patients
    where id = p_patient_id and id = private.my_patient_id() and p_organization_id <> all (hospital_ids)
  ) then
    insert into public.care_relationships (patient_id, organization_id)
    values (p_patient_id, p_organization_id)
    on conflict do nothing;
  end if;
end;
$$;

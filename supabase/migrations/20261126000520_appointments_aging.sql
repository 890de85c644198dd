-- What becomes of appointments as time passes: holds end, requests that nobody confirmed are cancelled, and who has not
-- come is a no-show.

-- How long after its end a booked appointment to which nobody checked in is a no-show.
create function private.no_show_grace() returns interval
language sql immutable
set search_path = ''
as $$
  select interval '30 minutes';
$$;

-- Appointments whose time has come to be aged, up to p_limit from behind the given one on, taken for the caller:
-- whoever asks at the same time, or is in the way with a change, keeps theirs. The conditions are on the row itself, so
-- that they are asked again of one that has just changed.
create function private.lock_due_appointments(p_after uuid, p_limit int, p_now timestamptz)
returns setof public.appointments
language sql
set search_path = ''
as $$
  select a.* from public.appointments a
  where a.id > p_after and (
    (a.status = 'held' and a.hold_expires_at <= p_now)
    -- None takes longer than eight hours.
    or (a.status = 'requested' and a.ends_at <= p_now + interval '8 hours' and a.starts_at <= p_now)
    or (a.status = 'booked' and a.ends_at <= p_now - private.no_show_grace()))
  order by a.id limit p_limit for update skip locked;
$$;

-- Ages one appointment.
create function private.age_appointment(p_appointment public.appointments) returns void
language plpgsql
set search_path = ''
as $$
begin
  case p_appointment.status
    when 'held' then
      delete from public.appointments where id = p_appointment.id;
    when 'requested' then
      update public.appointments
      set status = 'cancelled', cancelled_by = 'system', cancellation_reason = 'Not confirmed in time',
        sequence = sequence + 1
      where id = p_appointment.id;
    when 'booked' then
      update public.appointments set status = 'no_show' where id = p_appointment.id;
  end case;
end;
$$;

-- Ages up to p_limit appointments from behind the given one on, and returns the last one, from which the next call goes
-- on; null when there are no more. One that fails is left for the next run, and holds up no other. Two at once share
-- the work.
create function private.age_appointments(p_after uuid, p_limit int, p_now timestamptz default now()) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_appointment public.appointments;
begin
  for v_appointment in select * from private.lock_due_appointments(p_after, p_limit, p_now) loop
    begin
      perform private.age_appointment(v_appointment);
    exception when others then
      raise warning 'An appointment was not aged (%)', sqlstate;
    end;
  end loop;
  return v_appointment.id;
end;
$$;

-- Portions are transactions of their own, so that locks are short and late work is caught up with.
select cron.schedule('age-appointments', '* * * * *', $$do 'declare
  v_last uuid := ''00000000-0000-0000-0000-000000000000'';
begin
  loop
    v_last := private.age_appointments(v_last, 500);
    exit when v_last is null;
    commit;
  end loop;
end'$$);

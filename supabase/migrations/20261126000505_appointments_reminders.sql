-- Sending reminders: what is due goes into a queue in one pass, and is sent out of it one by one. Each portion is a
-- transaction of its own: a crash loses none and repeats none, and locks are short.
select cron.schedule('appointment-reminders', '* * * * *', $$do 'begin
  while private.queue_reminders(10000) > 0 loop commit; end loop;
  commit;
  while private.send_reminders(200) > 0 loop commit; end loop;
end'$$);

-- Queues up to p_limit due reminders and plans what comes after them. Several that are due for one appointment, because
-- the job was late, are queued as one. None is queued when the appointment has begun, or for a patient without a login.
-- Parallel calls queue different ones: no advisory lock is needed. Returns how many were dealt with.
create function private.queue_reminders(p_limit int, p_now timestamptz default now()) returns int
language sql
set search_path = ''
as $$
  with due as (
    select r.appointment_id, r.next_at
    from private.reminder_plans r
    where r.next_at <= p_now
    order by r.next_at
    limit p_limit for update skip locked
  ), planned as (
    update private.reminder_plans r
    set next_at = private.next_reminder(
      r.starts_at, coalesce(s.reminder_minutes, private.default_reminders()), p_now)
    from due d
    left join public.appointments a on a.id = d.appointment_id
    left join private.patients p on p.id = a.patient_id
    left join public.notification_preferences s on s.user_id = p.user_id
    where r.appointment_id = d.appointment_id
    returning r.appointment_id, r.starts_at, d.next_at as due_at, p.user_id
  ), queued as (
    insert into private.reminder_queue (appointment_id, starts_at, due_at, try_at)
    select appointment_id, starts_at, due_at, p_now
    from planned
    where starts_at > p_now and user_id is not null
    on conflict do nothing
  )
  select count(*)::int from planned;
$$;

-- Sends up to p_limit reminders of the queue, those that have waited longest first. One that fails holds up no other:
-- it is tried again after a minute, two, four and so on. Parallel calls send different ones. Returns how many were
-- dealt with.
create function private.send_reminders(p_limit int, p_now timestamptz default now()) returns int
language plpgsql
set search_path = ''
as $$
declare
  v_reminder private.reminder_queue;
  v_count int := 0;
begin
  for v_reminder in
    select *
    from private.reminder_queue q
    where q.sent_at is null and q.try_at <= p_now
    order by q.try_at
    limit p_limit for update skip locked
  loop
    begin
      perform private.send_reminder(v_reminder, p_now);
    exception when others then
      raise warning 'A reminder was not sent (%)', sqlstate;
      update private.reminder_queue
      set failures = failures + 1, try_at = p_now + interval '1 minute' * 2 ^ least(failures, 4)
      where (appointment_id, starts_at, due_at) = (v_reminder.appointment_id, v_reminder.starts_at, v_reminder.due_at);
    end;
    v_count := v_count + 1;
  end loop;
  return v_count;
end;
$$;

-- Sends one reminder to the person who is the patient now, unless the appointment has begun or has changed.
create function private.send_reminder(p_reminder private.reminder_queue, p_now timestamptz) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid;
begin
  select private.notify_person(
    p.user_id, 'appointment_reminder', 'Reminder of an appointment',
    'Your appointment is on ' || private.time_and_place(a.starts_at, a.organization_id) || '.',
    '/appointments/' || a.id,
    'reminder:' || a.id || ':' || extract(epoch from a.starts_at)::bigint || ':'
      || extract(epoch from p_reminder.due_at)::bigint,
    a.organization_id, p_now, a.starts_at)
  into v_id
  from public.appointments a
  join private.patients p on p.id = a.patient_id
  where a.id = p_reminder.appointment_id and a.starts_at = p_reminder.starts_at and a.starts_at > p_now
    and a.status = 'booked';
  update private.reminder_queue
  set sent_at = p_now, notification_id = v_id
  where (appointment_id, starts_at, due_at) = (p_reminder.appointment_id, p_reminder.starts_at, p_reminder.due_at);
end;
$$;

-- When and where an appointment is, on the clock of the hospital: nothing clinical.
create function private.time_and_place(p_starts_at timestamptz, p_organization_id uuid) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select to_char(p_starts_at at time zone o.time_zone, 'YYYY-MM-DD "at" HH24:MI') || ' at ' || o.name
    from public.organizations o
    where o.id = p_organization_id);
end;
$$;

-- Removes plans and reminders of appointments that are over. Two runs at once do the same work once.
create function private.purge_reminders(p_now timestamptz default now()) returns void
language plpgsql
set search_path = ''
as $$
begin
  if not pg_try_advisory_xact_lock(hashtext('private.purge_reminders')) then
    return;
  end if;
  delete from private.reminder_plans where starts_at < p_now - interval '1 day';
  delete from private.reminder_queue where starts_at < p_now - interval '1 day';
end;
$$;
select cron.schedule('purge-reminders', '37 3 * * *', 'select private.purge_reminders()');

-- Planning reminders: when a patient is next reminded of an appointment, whatever becomes of its time, its patient and
-- their wishes.

create table private.reminder_plans (
  appointment_id uuid primary key,
  starts_at timestamptz not null,
  next_at timestamptz
);
create index reminder_plans_due on private.reminder_plans (next_at) where next_at is not null;
comment on table private.reminder_plans is
  'The next reminder of a booked appointment at its time. Patients without a login have plans as well, because a login '
  'may be linked in time. There is no foreign key to appointments: those that were booked are never deleted.';
comment on column private.reminder_plans.next_at is 'Null when there is none to come.';

create table private.reminder_queue (
  appointment_id uuid not null,
  starts_at timestamptz not null,
  due_at timestamptz not null,
  try_at timestamptz not null,
  failures smallint not null default 0,
  sent_at timestamptz,
  notification_id uuid references public.notifications (id) on delete set null,
  constraint reminder_queue_once primary key (appointment_id, starts_at, due_at)
);
create index reminder_queue_waiting on private.reminder_queue (try_at) where sent_at is null;
create unique index reminder_queue_one_waits on private.reminder_queue (appointment_id) where sent_at is null;
create index reminder_queue_notification on private.reminder_queue (notification_id) where notification_id is not null;
comment on table private.reminder_queue is
  'Reminders to be sent, and those that were sent, which stay until the appointment is over so that none is sent '
  'twice. At most one waits for an appointment. Filled in bulk, it has no foreign key to appointments.';
comment on column private.reminder_queue.try_at is 'When it is sent, or tried again after a failure.';

-- Plans again for a patient who is linked to a login, or wants to be reminded at other times.
create function private.follow_person() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.plan_reminders(array(
    select a
    from private.patients p
    join public.appointments a on a.patient_id = p.id
    where p.user_id = new.user_id and a.status = 'booked' and a.starts_at > now()));
  return null;
end;
$$;
create trigger patients_plan after update on private.patients
  for each row when (new.user_id is not null and old.user_id is distinct from new.user_id)
  execute function private.follow_person();
create trigger notification_preferences_plan after update on public.notification_preferences
  for each row when (old.reminder_minutes <> new.reminder_minutes) execute function private.follow_person();

-- Plans the next reminder of booked appointments, from now on: a moment that has passed is not made up for. One that is
-- due already, because the job is late, stays due.
create function private.plan_reminders(p_appointments public.appointments[], p_now timestamptz default now())
returns void
language plpgsql
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  insert into private.reminder_plans as r (appointment_id, starts_at, next_at)
  select a.id, a.starts_at,
    private.next_reminder(a.starts_at, coalesce(s.reminder_minutes, private.default_reminders()), p_now)
  from unnest(p_appointments) as a
  join private.patients p on p.id = a.patient_id
  left join public.notification_preferences s on s.user_id = p.user_id
  where a.starts_at > p_now
  order by a.id
  on conflict (appointment_id) do update
  set starts_at = excluded.starts_at,
    next_at = case when r.starts_at = excluded.starts_at and r.next_at <= p_now then r.next_at
      else excluded.next_at end;
end;
$$;

-- The first moment after p_since at which somebody wants to be reminded of what begins at p_starts_at. Immutable,
-- because minutes are the same in every zone.
create function private.next_reminder(p_starts_at timestamptz, p_minutes int[], p_since timestamptz)
returns timestamptz
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_minutes int;
  v_next timestamptz;
begin
  -- A loop, because a query costs six times as much, for each of the many that are due at once.
  foreach v_minutes in array p_minutes loop
    if p_starts_at - make_interval(mins => v_minutes) > p_since then
      v_next := least(v_next, p_starts_at - make_interval(mins => v_minutes));
    end if;
  end loop;
  return v_next;
end;
$$;

-- Forgets the reminders that are still to be sent of an appointment at its former time. Those that are being sent now
-- are locked: then this comes afterwards, and withdraws the mail.
create function private.forget_reminders(p_appointment_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from private.reminder_queue where appointment_id = p_appointment_id and sent_at is null;
  perform private.withdraw_mail(q.notification_id)
  from private.reminder_queue q
  where q.appointment_id = p_appointment_id and q.notification_id is not null;
end;
$$;

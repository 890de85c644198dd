-- News of appointments: live hints for the apps that show one, and notifications of what somebody else did. They do not
-- say what an appointment is for: neither the name of the service nor that of the patient is in them. A hold is no
-- news.

insert into private.notification_kinds (kind, description, subject, in_app, mail, urgent, locked) values
  ('schedule_changed', 'An appointment with you was requested, moved or cancelled', 'Your schedule has changed',
    true, false, false, false);

-- What follows when an appointment is made or changes: its reminders are planned, the apps that show it are told, and
-- so are the people whom it concerns. One trigger, because each costs every booking.
create function private.follow_appointment() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_people record := private.people_of(case when tg_op = 'UPDATE' then old end, new);
begin
  if tg_op = 'UPDATE' then
    if (old.status, old.starts_at) is distinct from (new.status, new.starts_at) then
      perform private.forget_reminders(new.id);
    end if;
    if new.status <> 'booked' then
      delete from private.reminder_plans where appointment_id = new.id;
    end if;
  end if;
  if new.status = 'booked' then
    perform private.plan_reminders(array[new]);
  end if;
  -- A move to another chart, which merging does, is no news.
  if tg_op = 'UPDATE' and old.patient_id <> new.patient_id then
    return null;
  end if;
  if new.status <> 'held' then
    perform private.notify(
      array(
        select 'user:' || u from unnest(v_people.practitioners || v_people.patient) as u where u is not null
        union
        select 'org:' || new.organization_id || ':appointments'),
      'appointment.' || case
        when tg_op = 'INSERT' or old.status = 'held' then 'created'
        when new.status = 'cancelled' and old.status <> 'cancelled' then 'cancelled'
        else 'updated' end,
      jsonb_build_object(
        'id', new.id, 'type', 'appointment', 'status', new.status, 'organization_id', new.organization_id));
  end if;
  perform private.notify_of_appointment_change(
    case when tg_op = 'UPDATE' then old end, new, v_people.patient, v_people.practitioners);
  return null;
end;
$$;
create trigger appointments_follow_new after insert on public.appointments
  for each row when (new.status <> 'held') execute function private.follow_appointment();
create trigger appointments_follow after update on public.appointments
  for each row when (
    (old.status, old.starts_at, old.ends_at, old.practitioner_id, old.room_id, old.patient_id)
      is distinct from (new.status, new.starts_at, new.ends_at, new.practitioner_id, new.room_id, new.patient_id))
  execute function private.follow_appointment();

-- The logins of the patient of an appointment and of its practitioners, the former one too.
create function private.people_of(
  p_old public.appointments,
  p_new public.appointments,
  out patient uuid,
  out practitioners uuid[]
)
language plpgsql stable
set search_path = ''
as $$
begin
  select p.user_id, array(
    select k.user_id
    from private.practitioner_keys k
    where k.person_key in (p_new.practitioner_key, p_old.practitioner_key))
  into patient, practitioners
  from private.patients p
  where p.id = p_new.patient_id;
end;
$$;

-- Notifies the patient of an appointment that somebody else booked, moved or cancelled, and its practitioners when
-- somebody else requested, moved or cancelled it. A job is somebody else. When a series changes as a whole, each of
-- them is notified once, of the date that comes first.
create function private.notify_of_appointment_change(
  p_old public.appointments,
  p_new public.appointments,
  p_patient uuid,
  p_practitioners uuid[]
) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_change text := private.appointment_change(p_old, p_new);
  v_recipients uuid[] := array_remove(array_remove(
    case when v_change <> 'booked' then p_practitioners end || p_patient, auth.uid()), null);
  v_was text;
  v_is text;
  v_body text;
  v_link text;
  v_once text;
begin
  if v_change is null or v_recipients = '{}' then
    return;
  end if;
  v_link := '/appointments/' || p_new.id;
  v_once := coalesce(
    'series:' || p_new.series_id || ':' || pg_current_xact_id(), 'appointment:' || p_new.id || ':' || p_new.version);
  v_was := private.time_and_place(p_old.starts_at, p_new.organization_id);
  v_is := private.time_and_place(p_new.starts_at, p_new.organization_id);
  v_body := case
    when v_change = 'cancelled' then 'It was on ' || v_is || '.'
    when v_change = 'moved' and v_was <> v_is then 'It was on ' || v_was || ' and is now on ' || v_is || '.'
    else 'It is on ' || v_is || '.' end
    || case when v_change = 'moved' and p_new.status = 'requested' then ' It waits to be confirmed.' else '' end;
  perform private.notify_person(
    p_patient, 'appointment_changed',
    'Your ' || case when p_new.series_id is null then '' else 'repeated ' end || 'appointment was '
      || case v_change when 'moved' then 'changed' else v_change end,
    v_body, v_link, v_once, p_new.organization_id)
  where p_patient = any (v_recipients);
  perform private.notify_person(
    d, 'schedule_changed', 'An appointment was ' || v_change, v_body, v_link, 'schedule:' || v_once,
    p_new.organization_id)
  from unnest(p_practitioners) as d
  where v_change <> 'booked' and d = any (v_recipients);
end;
$$;

-- What happened to an appointment, for people: booked, requested, moved or cancelled; null for anything else.
create function private.appointment_change(p_old public.appointments, p_new public.appointments) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when p_new.status = 'cancelled' then case when p_old.status <> 'cancelled' then 'cancelled' end
    when p_new.status not in ('requested', 'booked') then null
    when p_old.status = 'booked' and p_new.status = 'requested' then 'moved'
    when p_old.status is distinct from p_new.status then p_new.status::text
    when (p_old.starts_at, p_old.practitioner_id) is distinct from (p_new.starts_at, p_new.practitioner_id)
      then 'moved' end;
end;
$$;

-- Notifies of the dates of a series before they change, the first one first: the rows change in the order in which they
-- find room.
create function private.notify_of_series_change(p_old public.appointments[], p_new public.appointments[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_index bigint;
  v_people record;
begin
  for v_index in select n.ordinality from unnest(p_new) with ordinality as n order by n.starts_at loop
    v_people := private.people_of(p_old[v_index], p_new[v_index]);
    perform private.notify_of_appointment_change(
      p_old[v_index], p_new[v_index], v_people.patient, v_people.practitioners);
  end loop;
end;
$$;

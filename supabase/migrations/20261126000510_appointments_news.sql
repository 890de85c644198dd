-- News of appointments: live hints for those who look at one, and notifications of what somebody else did. Nothing says what an appointment is
-- for: neither the name of the service nor that of the patient is in them. A hold is nobody's news; it becomes one when it is taken.

insert into private.notification_kinds (kind, description, subject, in_app, mail, urgent, locked) values
  ('schedule_changed', 'An appointment with you was requested, moved or cancelled', 'Your schedule has changed', true, false, false, false);

-- Hints to fetch an appointment again: to the hospital, to the patient, and to its practitioner, the former one too.
create function private.announce_appointment() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_event text := 'appointment.' || case
    when tg_op = 'INSERT' or old.status = 'held' then 'created'
    when new.status = 'cancelled' and old.status <> 'cancelled' then 'cancelled'
    else 'updated' end;
  v_people uuid[] := array[new.practitioner_key];
begin
  if tg_op = 'UPDATE' and old.status <> 'held' then
    v_people := v_people || old.practitioner_key;
  end if;
  perform private.notify(t.topic, v_event,
    jsonb_build_object('id', new.id, 'type', 'appointment', 'status', new.status, 'organization_id', new.organization_id))
  from (
    select 'org:' || new.organization_id || ':appointments' as topic
    union select 'user:' || user_id from private.practitioner_keys where person_key = any (v_people)
    union select 'user:' || user_id from private.patients where id = new.patient_id and user_id is not null) as t;
  return null;
end;
$$;
create trigger appointments_announce_new after insert on public.appointments
  for each row when (new.status <> 'held') execute function private.announce_appointment();
create trigger appointments_announce after update on public.appointments
  for each row when ((old.status, old.starts_at, old.ends_at, old.practitioner_id, old.room_id)
    is distinct from (new.status, new.starts_at, new.ends_at, new.practitioner_id, new.room_id) and new.status <> 'held')
  execute function private.announce_appointment();

-- What happened to an appointment, for people: booked, requested, moved or cancelled; null for anything else.
create function private.appointment_turn(p_old public.appointments, p_new public.appointments) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case
    when p_new.status = 'cancelled' then case when p_old.status <> 'cancelled' then 'cancelled' end
    when p_new.status not in ('requested', 'booked') then null
    when p_old.status = 'booked' and p_new.status = 'requested' then 'moved'
    when p_old.status is distinct from p_new.status then p_new.status::text
    when (p_old.starts_at, p_old.practitioner_id) is distinct from (p_new.starts_at, p_new.practitioner_id) then 'moved' end;
end;
$$;

-- Tells the patient of an appointment that somebody else booked, moved or cancelled, and the practitioners of one that somebody else asked for, moved
-- or cancelled. What happens by itself is done by somebody else. Of a series that changes as a whole each is told once, of the date that is named first.
create function private.tell_of_turn(p_old public.appointments, p_new public.appointments) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_turn text := private.appointment_turn(p_old, p_new);
  v_was text := private.appointment_words(p_old.starts_at, p_new.organization_id);
  v_is text := private.appointment_words(p_new.starts_at, p_new.organization_id);
  v_body text;
  v_once text := coalesce('series:' || p_new.series_id || ':' || pg_current_xact_id(), 'appointment:' || p_new.id || ':' || p_new.version);
begin
  if v_turn is null then
    return;
  end if;
  v_body := case
    when v_turn = 'cancelled' then 'It was on ' || v_is || '.'
    when v_turn = 'moved' and v_was <> v_is then 'It was on ' || v_was || ' and is now on ' || v_is || '.'
    else 'It is on ' || v_is || '.' end
    || case when v_turn = 'moved' and p_new.status = 'requested' then ' It waits to be confirmed.' else '' end;
  perform private.tell(p.user_id, 'appointment_changed',
    'Your ' || case when p_new.series_id is null then '' else 'repeated ' end || 'appointment was ' || case v_turn when 'moved' then 'changed' else v_turn end,
    v_body,
    '/appointments/' || p_new.id, v_once, p_new.organization_id)
  from private.patients p
  where p.id = p_new.patient_id and p.user_id is not null and p.user_id is distinct from (select auth.uid());
  if v_turn <> 'booked' then
    perform private.tell(d.user_id, 'schedule_changed', 'An appointment was ' || v_turn, v_body,
      '/appointments/' || p_new.id, 'schedule:' || v_once, p_new.organization_id)
    from private.practitioner_keys d
    where d.person_key in (p_new.practitioner_key, p_old.practitioner_key) and d.user_id is distinct from (select auth.uid());
  end if;
end;
$$;

create function private.tell_of_appointment() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.tell_of_turn(case when tg_op = 'UPDATE' then old end, new);
  return null;
end;
$$;
create trigger appointments_tell_new after insert on public.appointments
  for each row when (new.status <> 'held') execute function private.tell_of_appointment();
create trigger appointments_tell after update on public.appointments
  for each row when ((old.status, old.starts_at, old.practitioner_id) is distinct from (new.status, new.starts_at, new.practitioner_id))
  execute function private.tell_of_appointment();

-- Tells of dates of a series before they change, the first of them first: the rows change in the order in which they find room.
create function private.tell_of_series(p_old public.appointments[], p_new public.appointments[]) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_index bigint;
begin
  for v_index in select n.ordinality from unnest(p_new) with ordinality as n order by n.starts_at loop
    perform private.tell_of_turn(p_old[v_index], p_new[v_index]);
  end loop;
end;
$$;

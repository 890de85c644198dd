-- What happens to the waiting list by itself: offers lapse and pass on, freed times are offered, entries that are
-- served or hopeless are closed.

-- Ends offers that nobody took in time, or whose hold has run out, and gives their time back. One whose hold is being
-- decided about is left alone.
create function private.lapse_waitlist_offers(p_now timestamptz) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_offer record;
begin
  for v_offer in
    select o.id, o.appointment_id from public.waitlist_offers o join public.appointments a on a.id = o.appointment_id
    where o.status = 'open' and (o.expires_at <= p_now or a.hold_expires_at <= p_now)
    order by o.expires_at, o.id
    limit 500
  loop
    begin
      perform from public.appointments where id = v_offer.appointment_id and status = 'held' for update skip locked;
      continue when not found;
      update public.waitlist_offers set status = 'lapsed' where id = v_offer.id and status = 'open';
      delete from public.appointments where id = v_offer.appointment_id;
    exception when others then
      raise warning 'The waitlist offer % did not lapse (%)', v_offer.id, sqlstate;
    end;
  end loop;
end;
$$;

-- Closes entries whose patient got a suitable appointment another way or ended the care of the hospital, and those that
-- nothing can suit any more: their days are over, the appointment that they wanted earlier has come, the service is
-- gone or the patient.
create function private.close_waitlist_entries(p_now timestamptz) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_entry record;
begin
  for v_entry in
    select e.id, private.has_matching_appointment(e, o.time_zone) as served, private.has_ended_care(e) as given_up
    from public.waitlist_entries e
    join public.organizations o on o.id = e.organization_id
    join public.services s on s.id = e.service_id
    join private.patients p on p.id = e.patient_id
    left join public.appointments r on r.id = e.replaces_appointment_id and r.status <> 'cancelled'
    where e.status = 'waiting' and (private.has_matching_appointment(e, o.time_zone) or private.has_ended_care(e)
      or e.to_day < (p_now at time zone o.time_zone)::date or not s.active
      or p.deleted_at is not null or r.status not in ('requested', 'booked') or r.starts_at <= p_now)
    order by e.id for update of e skip locked
  loop
    begin
      update public.waitlist_entries
      set status = case
        when v_entry.served then 'booked'
        when v_entry.given_up then 'left'
        else 'expired' end::public.waitlist_status
      where id = v_entry.id;
    exception when others then
      raise warning 'The waitlist entry % was not closed (%)', v_entry.id, sqlstate;
    end;
  end loop;
end;
$$;

-- The job. Two at once do the work once. Done whole or not at all, and what it leaves over the next one finds again.
create function private.pass_on_waitlist_offers(p_now timestamptz default now()) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_freed private.released_slots;
begin
  if not pg_try_advisory_xact_lock(hashtext('private.pass_on_waitlist_offers')) then
    return;
  end if;
  perform private.close_waitlist_entries(p_now);
  perform private.lapse_waitlist_offers(p_now);
  delete from private.released_slots where upper(freed) <= p_now;
  for v_freed in
    select * from private.released_slots f
    where f.kept_for is null
      or exists (
        select from unnest(f.kept_for) as k
        where not exists (select from public.waitlist_entries e where e.id = k and e.status = 'offered'))
    order by f.id limit 500 for update of f skip locked
  loop
    begin
      perform private.offer_released_slot(v_freed, p_now);
    exception when others then
      raise warning 'A freed time was not offered (%)', sqlstate;
    end;
  end loop;
end;
$$;
select cron.schedule('pass-on-waitlist-offers', '* * * * *', 'select private.pass_on_waitlist_offers()');

-- News of charts: an opened one is told to the patient once a day; a break-glass at once to the patient and to the
-- privacy officers of the hospital and of those that care for the patient, or its admins where it has no other; to
-- these also when a login comes to a chart, because it reads without an entry.

insert into private.notification_kinds (kind, description, subject, in_app, mail, urgent, locked) values
  ('chart_login', 'A login came to a chart at your hospital', 'A login came to a record', true, true, false, true);

-- The people who oversee what p_person_id did at a hospital: its active privacy officers, or else its admins. Nobody
-- oversees themselves, whatever login they use: if the only privacy officer breaks the glass, the admins oversee it.
create function private.overseers_of(p_organization_id uuid, p_person_id uuid) returns setof uuid
language sql stable
set search_path = ''
as $$
  with others as (
    select m.user_id, m.role from public.memberships m
    where m.organization_id = p_organization_id and m.status = 'active' and m.role in ('privacy_officer', 'admin')
      and not private.is_same_person(m.user_id, p_person_id)
  )
  select o.user_id from others o
  where o.role = 'privacy_officer' or not exists (select from others p where p.role = 'privacy_officer');
$$;

-- Tells the overseers of a hospital of a break-glass that they review, once each, without a name and without a reason;
-- the access log says the rest.
create function private.notify_overseers_of_break_glass() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify_person(o, 'chart_break_glass', 'A chart was opened in an emergency',
    case when new.own then 'A chart was opened past care and consent at your hospital. Please review it.'
      else 'Another hospital opened the chart of a patient in your care past care and consent. Please review it.' end,
    '/admin/break-glass', 'break_glass:' || new.access_id, new.organization_id)
  from private.overseers_of(new.organization_id, new.user_id) as o;
  return null;
end;
$$;
create trigger break_glass_reviews_notify after insert on public.break_glass_reviews
  for each row execute function private.notify_overseers_of_break_glass();

-- Tells the patient of a break-glass at once.
create function private.notify_patient_of_break_glass() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify_person(p.user_id, 'chart_break_glass', 'Your chart was opened in an emergency',
    'A hospital opened your chart past care and consent. The access log says who and why.',
    '/patients/' || p.id || '/access-log',
    'break_glass:' || new.id, new.organization_id)
  from private.patients p where p.id = new.patient_id;
  return null;
end;
$$;
create trigger chart_accesses_notify_break_glass after insert on public.chart_accesses
  for each row when (new.basis = 'break_glass') execute function private.notify_patient_of_break_glass();

-- Tells a patient that a hospital has opened their chart, once on each of its days however often that is. The access
-- log names everybody.
create function private.notify_of_opened_chart() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify_person(
    p.user_id, 'chart_opened', 'Your chart was opened',
    'A hospital opened your chart. The access log says who and why.', '/patients/' || p.id || '/access-log',
    format('chart_opened:%s:%s', o.id, (now() at time zone o.time_zone)::date), o.id)
  from private.patients p cross join public.organizations o
  where p.id = new.patient_id and o.id = new.organization_id;
  return null;
end;
$$;
create trigger chart_accesses_notify_opened after insert on public.chart_accesses
  for each row when (new.basis <> 'break_glass') execute function private.notify_of_opened_chart();

-- Reports a merge of two patients by staff when one of the two has a login, because that person reads the records of
-- both from now on. It goes to the overseers of the hospital that merged and of each hospital that cares for the
-- patient. notify_of_linked_login reports logins that come with a code.
create function private.notify_of_merged_login() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify_person(o, 'chart_login', 'A chart was merged with one that has a login',
    'Somebody who signs in as a patient reads the records of both from now on. Please check that they are one person.',
    case when h = new.organization_id then '/admin/audit?row_id=' || new.id
      else '/admin/audit?patient_id=' || new.patient_id end,
    'merged_login:' || new.id, h)
  from private.patients p
  cross join lateral (select distinct h from unnest(p.hospital_ids || new.organization_id) as h) as hospitals (h)
  cross join lateral private.overseers_of(h, new.merged_by) as o
  where p.id = new.patient_id and (new.moved_login is not null or p.user_id is not null);
  return null;
end;
$$;
create trigger patient_merges_notify after insert on public.patient_merges
  for each row when (new.moved_login is null or new.merged_by is distinct from new.moved_login)
  execute function private.notify_of_merged_login();

-- Reports a login that came to a chart with a code, or that waits for a second member to confirm it, to the overseers
-- of the hospital that made the code and of each hospital that cares for the patient. It is always reported, because
-- staff who sign in again as somebody else look like any patient.
create function private.notify_of_linked_login() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify_person(
    t, 'chart_login',
    case when new.needs_confirmation then 'A colleague is to be linked to a chart'
      else 'A login was linked to a chart' end,
    case when new.needs_confirmation
      then 'A member of a hospital redeemed a code for the chart of a patient. It opens when a second member has '
        'confirmed it. Please check that it is theirs.'
      else 'Somebody redeemed a code and reads a chart as its patient from now on. Please check that it is theirs.' end,
    case when o = new.organization_id then '/admin/audit?row_id=' || new.id
      else '/admin/audit?patient_id=' || new.patient_id end,
    'linked_login:' || new.id, o)
  from private.patients p
  cross join lateral (select distinct h from unnest(p.hospital_ids || new.organization_id) as h) as hospitals (o)
  cross join lateral private.overseers_of(o, new.used_by) as t
  where p.id = new.patient_id;
  return null;
end;
$$;
create trigger patient_link_codes_notify after update on public.patient_link_codes
  for each row when (old.used_at is null and new.used_at is not null) execute function private.notify_of_linked_login();

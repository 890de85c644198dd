-- News of national ids: two hospitals have patients with the same one. Both may mean one person, one may have mistyped,
-- or somebody may be trying numbers out. The overseers learn of it, but not whoever typed the number: to them it would
-- reveal a patient of another hospital.

insert into private.notification_kinds (kind, description, subject, in_app, mail, urgent, locked) values
  ('identifier_shared', 'A national id is known at another hospital as well', 'A national id is used twice',
    true, true, false, true);

-- Tells the overseers of each hospital that cares for one of two patients who share a number, once for a pair, without
-- saying who the other one is or where. A hospital that cares for both has them among its duplicates. Called by the job
-- that compares patients: neither the answer nor the time of a request depends on it.
create function private.notify_of_shared_numbers(p_patient_ids uuid[]) returns void
language sql security definer
set search_path = ''
as $$
  with pairs as materialized (
    select distinct least(i.id, o.id) as one, greatest(i.id, o.id) as other
    from public.patient_identifiers i
    join private.patients p on p.id = i.patient_id and p.deleted_at is null
    join public.patient_identifiers o
      on o.value = i.value and o.system = 'national_id' and o.country = i.country and o.patient_id <> i.patient_id
    join private.patients q on q.id = o.patient_id and q.deleted_at is null
    where i.patient_id = any (p_patient_ids) and i.system = 'national_id'
  )
  select private.notify_person(t, 'identifier_shared', 'A national id is used twice',
    'A patient in your care has the national id of a patient of another hospital. They may be one person. Please have '
      'the number checked.',
    '/admin/audit?row_id=' || i.id, 'identifier_shared:' || i.id || ':' || md5(s.one::text || s.other), h)
  from pairs s
  cross join lateral (values (s.one, s.other), (s.other, s.one)) as side (id, other_id)
  join public.patient_identifiers i on i.id = side.id
  join private.patients p on p.id = i.patient_id
  join public.patient_identifiers o on o.id = side.other_id
  join private.patients q on q.id = o.patient_id
  cross join lateral (select h from unnest(p.hospital_ids) as h where h <> all (q.hospital_ids)) as hospitals (h)
  cross join lateral private.overseers_of(h, null) as t;
$$;

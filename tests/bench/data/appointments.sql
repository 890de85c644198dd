-- Practitioners from $1 to $2, each with weekly hours and the same thousand appointments of half an hour, ten a day
-- from five weeks ago on. The first fifty give what is asked for, no two of them with the same hours and each in a
-- room of their own. The first 1999 generated patients take turns, so that none is in two places; appointments of the
-- past are completed, so that the job of the minute finds nothing to do. Runs with triggers and constraints off.
with numbers as (
  select n, ('be000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id,
    case when n <= 50 then ('be000000-0000-4000-8001-' || lpad(n::text, 12, '0'))::uuid end as room_id
  from generate_series($1::int, $2::int) as n
), members as (
  insert into public.memberships (id, user_id, organization_id, role)
  select id, id, '10000000-0000-4000-8000-000000000001', 'hospital_staff' from numbers
), keys as (
  insert into private.practitioner_keys (user_id, person_key) select id, id from numbers
), people as (
  insert into public.practitioners (id, organization_id, membership_id, person_key, display_name, specialty)
  select id, '10000000-0000-4000-8000-000000000001', id, id, 'Dr. Bench', 'Bench' from numbers
), given as (
  insert into public.service_resources (organization_id, service_id, practitioner_id)
  select '10000000-0000-4000-8000-000000000001', s.id, n.id
  from numbers n join public.services s on s.id::text like 'be000000-0000-4000-8000-fffffffffff_' where n.n <= 50
), hours as (
  insert into public.availability_rules (organization_id, practitioner_id, weekday, start_time, end_time)
  select '10000000-0000-4000-8000-000000000001', id, d,
    time '07:00' + n % 8 * interval '15 minutes', time '17:00' + n % 7 * interval '15 minutes'
  from numbers, generate_series(1, 5) as d
), patients as (
  select array_agg(md5('bench patient ' || n)::uuid order by n) as ids from generate_series(1, 1999) as n
)
insert into public.appointments (
  organization_id, patient_id, service_id, practitioner_id, practitioner_key, room_id, status, completed_at, starts_at,
  ends_at, booked_by)
select '10000000-0000-4000-8000-000000000001', p.ids[1 + (n + j * 7) % 1999], 'be000000-0000-4000-8000-ffffffffffff',
  id, id, room_id, case when ended <= now() then 'completed' else 'booked' end::public.appointment_status,
  case when ended <= now() then ended end, t, ended, 'staff'
from numbers
cross join generate_series(0, 999) as j
cross join patients p
cross join lateral (
  select (current_date - 35 + j / 10 + time '08:00' + j % 10 * interval '30 minutes') at time zone 'UTC' as t
) as begins
cross join lateral (select t + interval '30 minutes' as ended) as ends

-- Demo schedule: services, rooms and hours, so that a new user can book at once.

insert into public.practitioners (id, organization_id, membership_id, display_name, specialty)
select d.id::uuid, m.organization_id, m.id, d.display_name, d.specialty
from (values
  ('50000000-0000-4000-8000-000000000001', 'doctor@demo.health', 'Dr. David Okafor', 'Internal medicine'),
  ('50000000-0000-4000-8000-000000000002', 'nurse@demo.health', 'Nora Lindgren', 'Nursing'),
  ('60000000-0000-4000-8000-000000000001', 'doctor@north.health', 'Dr. Diana Reyes', 'Family medicine')
) as d (id, email, display_name, specialty)
join public.profiles p on p.email = d.email
join public.memberships m on m.user_id = p.id and m.role = 'hospital_staff'
on conflict (id) do nothing;

insert into public.rooms (id, organization_id, name) values
  ('50000000-0000-4000-8000-000000000011', '10000000-0000-4000-8000-000000000001', 'Room 1'),
  ('50000000-0000-4000-8000-000000000012', '10000000-0000-4000-8000-000000000001', 'Room 2'),
  ('60000000-0000-4000-8000-000000000011', '20000000-0000-4000-8000-000000000001', 'Exam room A')
on conflict (id) do nothing;

insert into public.services (id, organization_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, slot_minutes, bookable_by,
  needs_confirmation, notice_minutes, cutoff_minutes) values
  ('50000000-0000-4000-8000-000000000021', '10000000-0000-4000-8000-000000000001', 'Consultation', 30, 0, 10, 30, 'patients', false, 60, 1440),
  ('50000000-0000-4000-8000-000000000022', '10000000-0000-4000-8000-000000000001', 'Blood sample', 15, 0, 0, 15, 'patients_in_care', false, 60, 120),
  ('50000000-0000-4000-8000-000000000023', '10000000-0000-4000-8000-000000000001', 'Specialist consultation', 45, 5, 10, 30, 'patients', true, 1440, 2880),
  ('50000000-0000-4000-8000-000000000024', '10000000-0000-4000-8000-000000000001', 'Minor surgery', 90, 15, 30, 30, 'staff', false, 0, 1440),
  ('60000000-0000-4000-8000-000000000021', '20000000-0000-4000-8000-000000000001', 'Office visit', 20, 0, 5, 20, 'patients', false, 120, 720),
  ('60000000-0000-4000-8000-000000000022', '20000000-0000-4000-8000-000000000001', 'Annual physical', 60, 0, 10, 30, 'patients_in_care', true, 1440, 2880)
on conflict (id) do nothing;

insert into public.service_resources (organization_id, service_id, practitioner_id, room_id)
select s.organization_id, s.id, r.practitioner_id::uuid, r.room_id::uuid
from (values
  ('50000000-0000-4000-8000-000000000021', '50000000-0000-4000-8000-000000000001', null),
  ('50000000-0000-4000-8000-000000000022', '50000000-0000-4000-8000-000000000002', null),
  ('50000000-0000-4000-8000-000000000023', '50000000-0000-4000-8000-000000000001', null),
  ('50000000-0000-4000-8000-000000000024', '50000000-0000-4000-8000-000000000001', null),
  ('50000000-0000-4000-8000-000000000024', null, '50000000-0000-4000-8000-000000000011'),
  ('50000000-0000-4000-8000-000000000024', null, '50000000-0000-4000-8000-000000000012'),
  ('60000000-0000-4000-8000-000000000021', '60000000-0000-4000-8000-000000000001', null),
  ('60000000-0000-4000-8000-000000000022', '60000000-0000-4000-8000-000000000001', null),
  ('60000000-0000-4000-8000-000000000022', null, '60000000-0000-4000-8000-000000000011')
) as r (service_id, practitioner_id, room_id)
join public.services s on s.id = r.service_id::uuid
on conflict do nothing;

insert into public.availability_rules (id, organization_id, practitioner_id, weekday, start_time, end_time)
select md5('demo hours ' || p.id || d || t.start_time)::uuid, p.organization_id, p.id, d, t.start_time, t.end_time
from public.practitioners p
cross join generate_series(1, 5) as d
cross join (values (time '08:00', time '12:00'), (time '13:00', time '17:00')) as t (start_time, end_time)
where p.id::text like '50000000-0000-4000-8000-%' or p.id::text like '60000000-0000-4000-8000-%'
on conflict (id) do nothing;

insert into public.availability_exceptions (id, organization_id, kind, from_day, to_day, reason) values
  ('50000000-0000-4000-8000-000000000031', '10000000-0000-4000-8000-000000000001', 'closed', '2026-12-24', '2026-12-26', 'Christmas'),
  ('60000000-0000-4000-8000-000000000031', '20000000-0000-4000-8000-000000000001', 'closed', '2026-12-25', '2026-12-25', 'Christmas')
on conflict (id) do nothing;

update public.memberships m set may_schedule = true, may_overbook = true
from public.profiles p
where p.id = m.user_id and m.role = 'hospital_staff' and p.email in ('doctor@demo.health', 'doctor@north.health') and not (m.may_schedule and m.may_overbook);

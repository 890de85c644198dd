/** How many appointments one person has at most. */
const EACH = 100;

/** How many people it takes to have so many appointments. */
export const peopleFor = (appointments: number): number => Math.ceil(appointments / EACH);

/**
 * For a transaction past all triggers: makes $2 appointments of the people $1, of each of which a reminder is due, and answers their ids. Each is with a
 * practitioner of its own, so that no two exclude one another.
 */
export const DUE_REMINDERS = `
  with made as (
    insert into public.appointments
      (organization_id, patient_id, service_id, practitioner_id, practitioner_key, status, starts_at, ends_at, booked_by)
    select s.organization_id, p.id, s.id, d.id, gen_random_uuid(), 'booked',
      now() + interval '1 hour' + k * interval '5 minutes', now() + interval '65 minutes' + k * interval '5 minutes', 'staff'
    from public.patients p cross join generate_series(0, ${EACH - 1}) as k
    join public.services s on s.id = '50000000-0000-4000-8000-000000000021'
    join public.practitioners d on d.id = '50000000-0000-4000-8000-000000000001'
    where p.user_id = any ($1) order by k limit $2
    returning id, starts_at
  )
  insert into private.reminder_plans (appointment_id, starts_at, next_at)
  select id, starts_at, now() - random() * interval '1 minute' from made
  returning appointment_id as id`;

/** After the above: what the planner has to know. */
export const ANALYZE =
  "analyze public.appointments, private.reminder_plans, public.patients, public.notification_preferences";

/** The first half of the job: queues everything that is due. */
export const QUEUE_ALL = "do 'begin while private.queue_reminders(10000) > 0 loop commit; end loop; end'";

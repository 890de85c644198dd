/** Ids of the demo schedule, which the seeds fix. */
export const demoSchedule = {
  doctor: "50000000-0000-4000-8000-000000000001",
  nurse: "50000000-0000-4000-8000-000000000002",
  northDoctor: "60000000-0000-4000-8000-000000000001",
  room: "50000000-0000-4000-8000-000000000011",
  northRoom: "60000000-0000-4000-8000-000000000011",
  consultation: "50000000-0000-4000-8000-000000000021",
  bloodSample: "50000000-0000-4000-8000-000000000022",
  surgery: "50000000-0000-4000-8000-000000000024",
  officeVisit: "60000000-0000-4000-8000-000000000021",
  physical: "60000000-0000-4000-8000-000000000022",
  holiday: "50000000-0000-4000-8000-000000000031",
  northHoliday: "60000000-0000-4000-8000-000000000031",
} as const;

const made = (number: number) => `a1000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Rows that the seeds lack. */
export const visits = {
  paula: made(1),
  pavel: made(2),
  priya: made(3),
  paulaHold: made(4),
} as const;

/** When the appointments above begin: Mondays far ahead at 10:00 in the zone of the hospital. */
export const MONDAY = "2031-03-03";

const { doctor, northDoctor, consultation, officeVisit } = demoSchedule;
const demo = "10000000-0000-4000-8000-000000000001";
const north = "20000000-0000-4000-8000-000000000001";
const patient = (login: string) => `(select id from public.patients where user_id = '${login}')`;
const paula = patient("30000000-0000-4000-8000-000000000005");
const pavel = patient("30000000-0000-4000-8000-000000000006");
const priya = patient("40000000-0000-4000-8000-000000000003");

export const arrangement = `
  update public.services set horizon_days = 1826;
  insert into public.appointments (id, organization_id, patient_id, service_id, practitioner_id, status, starts_at, ends_at, hold_expires_at, booked_by) values
    ('${visits.paula}', '${demo}', ${paula}, '${consultation}', '${doctor}', 'booked', '${MONDAY}T09:00:00Z', '${MONDAY}T09:30:00Z', null, 'patient'),
    ('${visits.pavel}', '${demo}', ${pavel}, '${consultation}', '${doctor}', 'requested', '${MONDAY}T10:00:00Z', '${MONDAY}T10:30:00Z', null, 'patient'),
    ('${visits.priya}', '${north}', ${priya}, '${officeVisit}', '${northDoctor}', 'booked', '${MONDAY}T15:00:00Z', '${MONDAY}T15:20:00Z', null, 'patient'),
    ('${visits.paulaHold}', '${demo}', ${paula}, '${consultation}', '${doctor}', 'held', '${MONDAY}T12:00:00Z', '${MONDAY}T12:30:00Z', '2031-01-01Z', 'patient');
`;

/** Runs with triggers and foreign keys off. */
export const removal = `
  update public.services set horizon_days = 365;
  delete from public.appointments where id::text like 'a1000000-0000-4000-8000-%';
`;

/** Ids that the seeds leave to chance. */
export const lookups = `
  create temporary table rls_schedule on commit drop as
    select id, organization_id, practitioner_id, room_id, service_id, null::int as weekday from public.service_resources
    union all select id, organization_id, practitioner_id, null, null, weekday from public.availability_rules;
  grant select on rls_schedule to anon, authenticated, service_role;
`;

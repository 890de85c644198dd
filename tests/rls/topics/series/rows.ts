import { demoSchedule, MONDAY } from "../appointments/rows.ts";
import { demoHospital, northHospital, people } from "../../people.ts";

const made = (number: number) => `a2000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Series that the seeds lack, with an appointment each. */
export const repeated = {
  paula: made(1),
  priya: made(2),
  paulaFirst: made(3),
  priyaFirst: made(4),
} as const;

const { consultation, doctor, officeVisit, northDoctor } = demoSchedule;
const patient = (login: string) => `(select id from public.patients where user_id = '${login}')`;

export const arrangement = `
  insert into public.appointment_series
    (id, organization_id, patient_id, service_id, practitioner_id, unit, every_n, start_day, start_time, duration_minutes, occurrences) values
    ('${repeated.paula}', '${demoHospital}', ${
  patient(people.paula)
}, '${consultation}', '${doctor}', 'week', 1, '${MONDAY}', '16:00', 30, 2),
    ('${repeated.priya}', '${northHospital}', ${
  patient(people.priya)
}, '${officeVisit}', '${northDoctor}', 'week', 1, '${MONDAY}', '15:00', 20, 2);
  insert into public.appointments
    (id, organization_id, patient_id, service_id, practitioner_id, series_id, series_index, status, starts_at, ends_at, booked_by) values
    ('${repeated.paulaFirst}', '${demoHospital}', ${
  patient(people.paula)
}, '${consultation}', '${doctor}', '${repeated.paula}', 0, 'booked',
      '${MONDAY}T15:00:00Z', '${MONDAY}T15:30:00Z', 'staff'),
    ('${repeated.priyaFirst}', '${northHospital}', ${
  patient(people.priya)
}, '${officeVisit}', '${northDoctor}', '${repeated.priya}', 0, 'booked',
      '${MONDAY}T20:00:00Z', '${MONDAY}T20:20:00Z', 'staff');
`;

/** Runs with triggers and foreign keys off. */
export const removal = `
  delete from public.appointments where id::text like 'a2000000-0000-4000-8000-%';
  delete from public.appointment_series where id::text like 'a2000000-0000-4000-8000-%';
`;

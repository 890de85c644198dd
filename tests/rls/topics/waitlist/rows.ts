import { demoSchedule, MONDAY } from "../appointments/rows.ts";
import { demoHospital, northHospital, people } from "../../people.ts";

const made = (number: number) => `a3000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Entries of the waiting list, and an offer at each hospital with the hold that keeps its time. */
export const waiting = {
  paula: made(1),
  pavel: made(2),
  priya: made(3),
  pavelOffer: made(4),
  priyaOffer: made(5),
  pavelHold: made(6),
  priyaHold: made(7),
} as const;

const { consultation, bloodSample, doctor, officeVisit, northDoctor } = demoSchedule;
const patient = (login: string) => `(select id from public.patients where user_id = '${login}')`;
const [paula, pavel, priya] = [patient(people.paula), patient(people.pavel), patient(people.priya)];

export const arrangement = `
  insert into public.waitlist_entries (id, organization_id, patient_id, service_id, joined_by) values
    ('${waiting.paula}', '${demoHospital}', ${paula}, '${bloodSample}', 'patient'),
    ('${waiting.pavel}', '${demoHospital}', ${pavel}, '${consultation}', 'staff'),
    ('${waiting.priya}', '${northHospital}', ${priya}, '${officeVisit}', 'patient');
  insert into public.appointments
    (id, organization_id, patient_id, service_id, practitioner_id, status, starts_at, ends_at, hold_expires_at, booked_by) values
    ('${waiting.pavelHold}', '${demoHospital}', ${pavel}, '${consultation}', '${doctor}', 'held',
      '${MONDAY}T08:00:00Z', '${MONDAY}T08:30:00Z', '2031-01-01Z', 'system'),
    ('${waiting.priyaHold}', '${northHospital}', ${priya}, '${officeVisit}', '${northDoctor}', 'held',
      '${MONDAY}T21:00:00Z', '${MONDAY}T21:20:00Z', '2031-01-01Z', 'system');
  insert into public.waitlist_offers
    (id, organization_id, entry_id, patient_id, practitioner_id, appointment_id, starts_at, ends_at, offered_by, expires_at) values
    ('${waiting.pavelOffer}', '${demoHospital}', '${waiting.pavel}', ${pavel}, '${doctor}', '${waiting.pavelHold}',
      '${MONDAY}T08:00:00Z', '${MONDAY}T08:30:00Z', 'system', '2031-01-01Z'),
    ('${waiting.priyaOffer}', '${northHospital}', '${waiting.priya}', ${priya}, '${northDoctor}', '${waiting.priyaHold}',
      '${MONDAY}T21:00:00Z', '${MONDAY}T21:20:00Z', 'system', '2031-01-01Z');
`;

/** Runs with triggers and foreign keys off. */
export const removal = `
  delete from public.waitlist_offers where id::text like 'a3000000-0000-4000-8000-%';
  delete from public.waitlist_entries where id::text like 'a3000000-0000-4000-8000-%';
  delete from public.appointments where id::text like 'a3000000-0000-4000-8000-%';
`;

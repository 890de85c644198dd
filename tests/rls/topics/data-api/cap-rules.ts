import type { Rule } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";
import { shelf } from "../medications/rows.ts";

const paula = `(select id from public.patients where user_id = '${people.paula}')`;
const practitioner = "(select id from public.practitioners limit 1)";

/** For every cap a statement that adds one row which counts. */
export const adding: Record<string, string> = {
  contacts:
    `insert into public.patient_contacts (patient_id, kind, name, phone) values (${paula}, 'emergency', 'One More', '+4930123456')`,
  correction_requests:
    `insert into public.correction_requests (patient_id, organization_id, field, text) values (${paula}, '${demoHospital}', 'city', 'Please')`,
  waitlist_entries: `insert into public.waitlist_entries (organization_id, patient_id, service_id, joined_by)
    select s.organization_id, ${paula}, s.id, 'patient' from public.services s
    where not exists (select from public.waitlist_entries e where e.service_id = s.id and e.patient_id = ${paula}) limit 1`,
  holds:
    `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, practitioner_key, status, starts_at, ends_at, hold_expires_at, booked_by)
    select p.organization_id, ${paula}, (select s.id from public.services s where s.organization_id = p.organization_id limit 1), p.id, p.person_key, 'held',
      now() + interval '900 days', now() + interval '900 days 10 minutes', now() + interval '10 minutes', 'patient'
    from public.practitioners p where p.organization_id = '${demoHospital}' limit 1`,
  series:
    `insert into public.appointment_series (organization_id, patient_id, service_id, practitioner_id, unit, every_n, start_day, start_time, duration_minutes, occurrences)
    select p.organization_id, ${paula}, (select s.id from public.services s where s.organization_id = p.organization_id limit 1), p.id, 'week', 1, current_date, '09:00', 30, 2
    from public.practitioners p where p.organization_id = '${demoHospital}' limit 1`,
  invitations:
    `insert into public.invitations (organization_id, email, role) values ('${demoHospital}', 'more@rls.example', 'hospital_staff')`,
  rooms: `insert into public.rooms (organization_id, name) values ('${demoHospital}', 'One more')`,
  services:
    `insert into public.services (organization_id, name, duration_minutes, slot_minutes) values ('${demoHospital}', 'One more', 30, 30)`,
  service_resources:
    `with room as (select id, organization_id from public.rooms where organization_id = '${demoHospital}' limit 1)
    insert into public.service_resources (organization_id, service_id, room_id)
    select r.organization_id, s.id, r.id from room r join public.services s on s.organization_id = r.organization_id
    where not exists (select from public.service_resources x where x.service_id = s.id and x.room_id = r.id) limit 1`,
  availability_rules:
    `insert into public.availability_rules (organization_id, practitioner_id, weekday, start_time, end_time, valid_from)
    select organization_id, id, 7, '23:00', '23:30', current_date + 900 from public.practitioners where id = ${practitioner}`,
  availability_exceptions:
    `insert into public.availability_exceptions (organization_id, kind, from_day, to_day, reason) values ('${demoHospital}', 'closed', current_date + 900, current_date + 900, 'One more')`,
  interaction_policies:
    `insert into public.interaction_policies (organization_id, rule_key, display, reason) values ('${demoHospital}', 'rls-check-moderate', 'show', 'One more')`,
  care_a_day:
    `insert into public.care_relationships (patient_id, organization_id, status, ended_at) values (${paula}, '${demoHospital}', 'ended', now())`,
  consents_a_day:
    `insert into public.consents (patient_id, organization_id, scope, status, ended_at) values (${paula}, '${demoHospital}', 'everything', 'replaced', now())`,
  link_codes_a_day:
    `insert into public.patient_link_codes (patient_id, organization_id) values (${paula}, '${demoHospital}')`,
  product_ingredients:
    `insert into public.product_ingredients (product_id, substance) values ('${shelf.product}', 'One more')`,
  packs: `insert into public.packs (product_id, units) values ('${shelf.product}', 7)`,
  medication_codes:
    `insert into public.medication_codes (system, code, product_id) values ('ndc', '999999-997', '${shelf.product}')`,
  ingredient_classes:
    `insert into public.ingredient_classes (ingredient_id, class_id) values ('${shelf.gamma}', '${shelf.alphas}')`,
  feeds_a_day:
    `insert into public.calendar_feeds (user_id, calendar, name) values ('${people.paula}', 'patient', 'One more')`,
};

/** A cap that is reached, and one more; and that without the cap there is one more. */
export const capRules: Rule[] = Object.entries(adding).flatMap(([cap, statement]): Rule[] => [
  {
    rule: `the cap on ${cap} holds`,
    given: `update private.caps set most = 0 where cap = '${cap}'`,
    statement: `${statement} returning 1`,
    expected: "PT409",
  },
  { rule: `below the cap ${cap} are added`, statement: `${statement} returning 1`, expected: "yes" },
]);

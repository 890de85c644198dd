import { changesCount, type Rule } from "../../rule.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { demoSchedule as demo } from "../appointments/rows.ts";

const places: Rule[] = [
  {
    rule: "a practitioner belongs to the staff of the hospital",
    statement: `insert into public.practitioners (organization_id, membership_id, display_name, specialty)
      select '${demoHospital}', id, 'No One', 'None' from public.memberships where user_id = '${people.pharmacist}'`,
    expected: "PT422",
  },
  {
    rule: "a service is not given by another hospital's practitioner",
    statement: `insert into public.service_resources (organization_id, service_id, practitioner_id)
      values ('${demoHospital}', '${demo.consultation}', '${demo.northDoctor}')`,
    expected: "PT422",
  },
  {
    rule: "hours are not those of another hospital's practitioner",
    statement: `insert into public.availability_rules (organization_id, practitioner_id, weekday, start_time, end_time)
      values ('${demoHospital}', '${demo.northDoctor}', 1, '09:00', '10:00')`,
    expected: "PT422",
  },
  {
    rule: "exceptions are not those of another hospital's practitioner",
    statement: `insert into public.availability_exceptions (organization_id, practitioner_id, kind, from_day, to_day)
      values ('${demoHospital}', '${demo.northDoctor}', 'closed', '2031-01-01', '2031-01-01')`,
    expected: "PT422",
  },
];

const versions: Rule[] = ([
  ["practitioners", `'${demo.doctor}'`, "specialty", "'Surgery'"],
  ["rooms", `'${demo.room}'`, "name", "'Room 8'"],
  ["services", `'${demo.consultation}'`, "notice_minutes", "90"],
  [
    "service_resources",
    `(select id from public.service_resources where service_id = '${demo.consultation}')`,
    "room_id",
    `'${demo.room}', practitioner_id = null`,
  ],
  ["availability_rules", "(select min(id::text)::uuid from public.availability_rules)", "end_time", "'19:00'"],
  ["availability_exceptions", `'${demo.holiday}'`, "reason", "'Other'"],
] satisfies Parameters<typeof changesCount>[]).flatMap((one) => changesCount(...one));

const blind: Rule[] = ([
  [
    "update public.practitioners set specialty = 'Blind'",
    `public.practitioners where specialty = 'Blind' and organization_id = '${northHospital}'`,
  ],
  ["update public.rooms set active = false", `public.rooms where not active and organization_id = '${northHospital}'`],
  [
    "update public.availability_rules set end_time = '23:00'",
    `public.availability_rules where end_time = '23:00' and organization_id = '${northHospital}'`,
  ],
  [
    "delete from public.availability_rules",
    `(select 1 where not exists (select from public.availability_rules where organization_id = '${northHospital}')) as gone`,
  ],
  [
    "delete from public.availability_exceptions",
    `(select 1 where not exists (select from public.availability_exceptions where organization_id = '${northHospital}')) as gone`,
  ],
] satisfies [string, string][]).map(([given, others]): Rule => ({
  rule: `who keeps a schedule keeps that of their own hospital: ${given}`,
  by: "admin",
  given,
  statement: `select 1 from ${others}`,
  expected: "none",
}));

/** What the database makes impossible about schedules. */
export const scheduleRules: Rule[] = [...places, ...versions, ...blind];

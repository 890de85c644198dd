import { callLines, tableLines } from "../../matrix.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { demoSchedule as demo } from "../appointments/rows.ts";

const row = (id: string) => () => `id = '${id}'`;
const resource = (condition: string) => () =>
  `id = (select id from rls_schedule where service_id is not null and ${condition})`;
const hours = (practitioner: string) => () =>
  `id = (select id from rls_schedule where service_id is null and practitioner_id = '${practitioner}' and weekday = 1 order by id limit 1)`;
const member = (person: string) => `(select id from rls_memberships where user_id = '${person}')`;

export const schedule = [
  ...tableLines({
    relation: "public.practitioners",
    rows: { "one of the Demo hospital": row(demo.doctor), "one elsewhere": row(demo.northDoctor) },
    inserts: {
      "one who is one already": () =>
        `(organization_id, membership_id, display_name, specialty)
        values ('${demoHospital}', ${member(people.doctor)}, 'New One', 'Surgery')`,
    },
    set: "specialty = 'Surgery'",
    expected: `
      verb    row                       anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  one of the Demo hospital  deny       yes      yes     yes    none        yes    none       yes
      select  one elsewhere             deny       yes      none    none   none        none   none       yes
      insert  one who is one already    deny       deny     23505   deny   deny        23505  deny       23505
      update  one of the Demo hospital  deny       none     yes     none   none        yes    none       yes
      update  one elsewhere             deny       none     none    none   none        none   none       yes
      delete  one of the Demo hospital  deny       deny     deny    deny   deny        deny   deny       23503
      delete  one elsewhere             deny       deny     deny    deny   deny        deny   deny       23503
      closed  delete
    `,
  }),
  ...tableLines({
    relation: "public.rooms",
    rows: { "one of the Demo hospital": row(demo.room), "one elsewhere": row(demo.northRoom) },
    inserts: {
      "a new one": () => `(organization_id, name) values ('${demoHospital}', 'Room 9')`,
      "a new one elsewhere": () => `(organization_id, name) values ('${northHospital}', 'Room 9')`,
    },
    set: "name = 'Room 8'",
    expected: `
      verb    row                       anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  one of the Demo hospital  deny       none     yes     yes    none        yes    none       yes
      select  one elsewhere             deny       none     none    none   none        none   none       yes
      insert  a new one                 deny       deny     yes     deny   deny        yes    deny       yes
      insert  a new one elsewhere       deny       deny     deny    deny   deny        deny   deny       yes
      update  one of the Demo hospital  deny       none     yes     none   none        yes    none       yes
      update  one elsewhere             deny       none     none    none   none        none   none       yes
      delete  one of the Demo hospital  deny       deny     deny    deny   deny        deny   deny       23503
      delete  one elsewhere             deny       deny     deny    deny   deny        deny   deny       23503
      closed  delete
    `,
  }),
  ...tableLines({
    relation: "public.services",
    rows: {
      "one for all patients": row(demo.consultation),
      "one for patients in care": row(demo.bloodSample),
      "one for staff": row(demo.surgery),
      "one elsewhere for all": row(demo.officeVisit),
      "one elsewhere for those in care": row(demo.physical),
    },
    inserts: {
      "a new one": () =>
        `(organization_id, name, duration_minutes, slot_minutes) values ('${demoHospital}', 'New', 30, 30)`,
      "a new one elsewhere": () =>
        `(organization_id, name, duration_minutes, slot_minutes) values ('${northHospital}', 'New', 30, 30)`,
    },
    set: "duration_minutes = 40",
    expected: `
      verb    row                              anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  one for all patients             deny       yes      yes     yes    none        yes    none       yes
      select  one for patients in care         deny       yes      yes     yes    none        yes    none       yes
      select  one for staff                    deny       none     yes     yes    none        yes    none       yes
      select  one elsewhere for all            deny       yes      none    none   none        none   none       yes
      select  one elsewhere for those in care  deny       none     none    none   none        none   none       yes
      insert  a new one                        deny       deny     yes     deny   deny        yes    deny       yes
      insert  a new one elsewhere              deny       deny     deny    deny   deny        deny   deny       yes
      update  one for all patients             deny       none     yes     none   none        yes    none       yes
      update  one for patients in care         deny       none     yes     none   none        yes    none       yes
      update  one for staff                    deny       none     yes     none   none        yes    none       yes
      update  one elsewhere for all            deny       none     none    none   none        none   none       yes
      update  one elsewhere for those in care  deny       none     none    none   none        none   none       yes
      delete  one for all patients             deny       deny     deny    deny   deny        deny   deny       23503
      delete  one for patients in care         deny       deny     deny    deny   deny        deny   deny       23503
      delete  one for staff                    deny       deny     deny    deny   deny        deny   deny       23503
      delete  one elsewhere for all            deny       deny     deny    deny   deny        deny   deny       23503
      delete  one elsewhere for those in care  deny       deny     deny    deny   deny        deny   deny       23503
      closed  delete
    `,
  }),
  ...tableLines({
    relation: "public.service_resources",
    rows: {
      "who gives what patients book": resource(`service_id = '${demo.consultation}'`),
      "who gives what staff book": resource(`service_id = '${demo.surgery}' and practitioner_id is not null`),
      "a room": resource(`service_id = '${demo.surgery}' and room_id = '${demo.room}'`),
      "who gives it elsewhere": resource(`service_id = '${demo.physical}' and practitioner_id is not null`),
    },
    inserts: {
      "a new one": () =>
        `(organization_id, service_id, room_id) values ('${demoHospital}', '${demo.consultation}', '${demo.room}')`,
      "a new one elsewhere": () =>
        `(organization_id, service_id, room_id) values ('${northHospital}', '${demo.officeVisit}', '${demo.northRoom}')`,
    },
    expected: `
      verb    row                           anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  who gives what patients book  deny       yes      yes     yes    none        yes    none       yes
      select  who gives what staff book     deny       none     yes     yes    none        yes    none       yes
      select  a room                        deny       none     yes     yes    none        yes    none       yes
      select  who gives it elsewhere        deny       none     none    none   none        none   none       yes
      insert  a new one                     deny       deny     yes     deny   deny        yes    deny       yes
      insert  a new one elsewhere           deny       deny     deny    deny   deny        deny   deny       yes
      delete  who gives what patients book  deny       none     yes     none   none        yes    none       yes
      delete  who gives what staff book     deny       none     yes     none   none        yes    none       yes
      delete  a room                        deny       none     yes     none   none        yes    none       yes
      delete  who gives it elsewhere        deny       none     none    none   none        none   none       yes
      closed  update
    `,
  }),
  ...tableLines({
    relation: "public.availability_rules",
    rows: { "hours here": hours(demo.doctor), "hours elsewhere": hours(demo.northDoctor) },
    inserts: {
      "hours here": () =>
        `(organization_id, practitioner_id, weekday, start_time, end_time) values ('${demoHospital}', '${demo.doctor}', 6, '09:00', '10:00')`,
      "hours elsewhere": () =>
        `(organization_id, practitioner_id, weekday, start_time, end_time) values ('${northHospital}', '${demo.northDoctor}', 6, '09:00', '10:00')`,
    },
    set: "end_time = '19:00'",
    expected: `
      verb    row              anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  hours here       deny       none     yes     yes    none        yes    none       yes
      select  hours elsewhere  deny       none     none    none   none        none   none       yes
      insert  hours here       deny       deny     yes     deny   deny        yes    deny       yes
      insert  hours elsewhere  deny       deny     deny    deny   deny        deny   deny       yes
      update  hours here       deny       none     yes     none   none        yes    none       yes
      update  hours elsewhere  deny       none     none    none   none        none   none       yes
      delete  hours here       deny       none     yes     none   none        yes    none       yes
      delete  hours elsewhere  deny       none     none    none   none        none   none       yes
    `,
  }),
  ...tableLines({
    relation: "public.availability_exceptions",
    rows: { "a holiday here": row(demo.holiday), "a holiday elsewhere": row(demo.northHoliday) },
    inserts: {
      "a holiday here": () =>
        `(organization_id, kind, from_day, to_day) values ('${demoHospital}', 'closed', '2031-01-01', '2031-01-01')`,
      "a holiday elsewhere": () =>
        `(organization_id, kind, from_day, to_day) values ('${northHospital}', 'closed', '2031-01-01', '2031-01-01')`,
    },
    expected: `
      verb    row                  anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  a holiday here       deny       none     yes     yes    none        yes    none       yes
      select  a holiday elsewhere  deny       none     none    none   none        none   none       yes
      insert  a holiday here       deny       deny     yes     deny   deny        yes    deny       yes
      insert  a holiday elsewhere  deny       deny     deny    deny   deny        deny   deny       yes
      delete  a holiday here       deny       none     yes     none   none        yes    none       yes
      delete  a holiday elsewhere  deny       none     none    none   none        none   none       yes
      closed  update
    `,
  }),
  ...callLines(
    {
      "create_service here": () =>
        `select public.create_service('{"organization_id": "${demoHospital}", "name": "New", "duration_minutes": 30}')`,
      "create_service elsewhere": () =>
        `select public.create_service('{"organization_id": "${northHospital}", "name": "New", "duration_minutes": 30}')`,
      "change_service here": () => `select public.change_service('${demo.consultation}', '{"duration_minutes": 45}')`,
      "change_service elsewhere": () =>
        `select public.change_service('${demo.officeVisit}', '{"duration_minutes": 45, "practitioner_ids": []}')`,
      "create_room here": () => `select public.create_room('{"organization_id": "${demoHospital}", "name": "New"}')`,
      "create_practitioner again": () =>
        `select public.create_practitioner(jsonb_build_object('organization_id', '${demoHospital}', 'membership_id', ${
          member(people.doctor)
        },
          'display_name', 'New One', 'specialty', 'Surgery'))`,
      "create_availability_rule here": () =>
        `select public.create_availability_rule('{"organization_id": "${demoHospital}", "practitioner_id": "${demo.doctor}",
          "weekday": 6, "start_time": "09:00", "end_time": "10:00"}')`,
      "create_availability_rule elsewhere": () =>
        `select public.create_availability_rule('{"organization_id": "${northHospital}", "practitioner_id": "${demo.northDoctor}",
          "weekday": 6, "start_time": "09:00", "end_time": "10:00"}')`,
      "create_availability_exception here": () =>
        `select public.create_availability_exception('{"organization_id": "${demoHospital}", "kind": "closed", "from_day": "2031-01-01"}')`,
    },
    `
      function                            anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      create_service here                 deny       deny     yes     deny   deny        yes    deny       deny
      create_service elsewhere            deny       deny     deny    deny   deny        deny   deny       deny
      change_service here                 deny       PT403    yes     PT403  PT404       yes    PT404      deny
      change_service elsewhere            deny       PT403    PT404   PT404  PT404       PT404  PT404      deny
      create_room here                    deny       deny     yes     deny   deny        yes    deny       deny
      create_practitioner again           deny       deny     23505   deny   deny        23505  deny       deny
      create_availability_rule here       deny       deny     yes     deny   deny        yes    deny       deny
      create_availability_rule elsewhere  deny       deny     deny    deny   deny        deny   deny       deny
      create_availability_exception here  deny       deny     yes     deny   deny        yes    deny       deny
    `,
  ),
];

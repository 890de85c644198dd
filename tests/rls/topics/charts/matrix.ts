import { type Line, tableLines } from "../../matrix.ts";
import type { ActorName } from "../../actors.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import {
  chartRows,
  recordId,
  type RecordTable,
  recordTableNames,
  recordTables,
  recordValues,
  sensitiveTables,
} from "./rows.ts";

const ofPerson = (person: string) => `(select id from rls_patients where user_id = '${person}')`;
const row = (id: string) => () => `id = '${id}'`;

/** An insert as the API does it: without the hospital, which is that of the open chart; the secret key names it. */
const added = (table: RecordTable, subject: "paula" | "pavel" | "priya") => (actor: ActorName) => {
  const hospital = actor === "service" ? ["organization_id, ", `'${demoHospital}', `] : ["", ""];
  return `(patient_id, ${hospital[0]}${recordTables[table].columns}) values (${ofPerson(people[subject])}, ${
    hospital[1]
  }${recordValues(table, subject)})`;
};

/** Staff see and write records of charts that they have open, here Paula's for the doctor, and nobody removes one. */
const records = recordTableNames.flatMap((table) =>
  tableLines({
    relation: `public.${table}`,
    rows: {
      "Paula's": row(recordId(table, "paula")),
      ...(sensitiveTables.includes(table) && { "Paula's, sensitive": row(recordId(table, "paula", true)) }),
      "Pavel's": row(recordId(table, "pavel")),
      "Priya's": row(recordId(table, "priya")),
    },
    inserts: { "Paula's": added(table, "paula"), "Pavel's": added(table, "pavel"), "Priya's": added(table, "priya") },
    set: "status = 'entered_in_error', error_reason = 'wrong patient'",
    expected: `
      verb    row      anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  Paula's  deny       yes      yes     none   none        none   none       yes
      select  Pavel's  deny       none     none    none   none        none   none       yes
      select  Priya's  deny       none     none    none   none        none   none       yes
      insert  Paula's  deny       deny     yes     deny   deny        deny   deny       yes
      insert  Pavel's  deny       deny     deny    deny   deny        deny   deny       yes
      insert  Priya's  deny       deny     deny    deny   deny        deny   deny       yes
      update  Paula's  deny       none     yes     none   none        none   none       yes
      update  Pavel's  deny       none     none    none   none        none   none       yes
      update  Priya's  deny       none     none    none   none        none   none       yes
      closed  delete
      ${
      sensitiveTables.includes(table)
        ? `select  Paula's, sensitive  deny  yes   yes   none  none  none  none  yes
           update  Paula's, sensitive  deny  none  yes   none  none  none  none  yes
           delete  Paula's, sensitive  deny  deny  deny  deny  deny  deny  deny  deny`
        : ""
    }
    `,
  })
);

const former = (subject: "paula" | "pavel" | "priya") => () => `record_id = '${recordId("allergies", subject)}'`;

const versions = tableLines({
  relation: "public.record_versions",
  rows: { "Paula's": former("paula"), "Pavel's": former("pavel"), "Priya's": former("priya") },
  expected: `
    verb    row      anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  Paula's  deny       yes      yes     none   none        none   none       yes
    select  Pavel's  deny       none     none    none   none        none   none       yes
    select  Priya's  deny       none     none    none   none        none   none       yes
    closed  insert, update, delete
  `,
});

const together = tableLines({
  relation: "public.chart_records",
  rows: { "Paula's": row(recordId("notes", "paula")), "Pavel's": row(recordId("notes", "pavel")) },
  expected: `
    verb    row      anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  Paula's  deny       yes      yes     none   none        none   none       yes
    select  Pavel's  deny       none     none    none   none        none   none       yes
    closed  insert, update, delete
  `,
});

const accesses = tableLines({
  relation: "public.chart_accesses",
  rows: {
    "the doctor's of Paula": row(chartRows.doctorOpened),
    "the North's of Priya": row(chartRows.northOpened),
    "the nurse's of Priya": row(chartRows.nurseBroke),
  },
  set: "closed_at = now()",
  expected: `
    verb    row                    anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  the doctor's of Paula  deny       yes      yes     none   none        yes    none       yes
    select  the North's of Priya   deny       none     none    none   none        none   none       yes
    select  the nurse's of Priya   deny       none     none    yes    none        yes    none       yes
    update  the doctor's of Paula  deny       none     yes     none   none        none   none       deny
    update  the North's of Priya   deny       none     none    none   none        none   none       deny
    update  the nurse's of Priya   deny       none     none    yes    none        none   none       deny
    closed  insert, delete
  `,
});

const ofNurse = (organization: string) => () =>
  `access_id = '${chartRows.nurseBroke}' and organization_id = '${organization}'`;

const reviews = tableLines({
  relation: "public.break_glass_reviews",
  rows: { "of the nurse's, here": ofNurse(demoHospital), "of the nurse's, elsewhere": ofNurse(northHospital) },
  expected: `
    verb    row                        anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  of the nurse's, here       deny       none     none    yes    none        yes    none       yes
    select  of the nurse's, elsewhere  deny       none     none    none   none        none   none       yes
    closed  insert, update, delete
  `,
});

const asReviewed = tableLines({
  relation: "public.break_glass",
  rows: {
    "the nurse's, here": () => `id = '${chartRows.nurseBroke}' and reviewing_organization_id = '${demoHospital}'`,
    "the nurse's, elsewhere": () => `id = '${chartRows.nurseBroke}' and reviewing_organization_id = '${northHospital}'`,
  },
  expected: `
    verb    row                     anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  the nurse's, here       deny       none     none    yes    none        yes    none       yes
    select  the nurse's, elsewhere  deny       none     none    none   none        none   none       yes
    closed  insert, update, delete
  `,
});

const consent = (person: string, organization: string) => () =>
  `(patient_id, organization_id, scope) values (${ofPerson(person)}, '${organization}', 'nothing')`;

const consents = tableLines({
  relation: "public.consents",
  rows: {
    "Paula's for the North": row(chartRows.paulaForNorth),
    "Pavel's for the Demo": row(chartRows.pavelForDemo),
    "Priya's for the North": row(chartRows.priyaForNorth),
  },
  inserts: { "Paula's": consent(people.paula, demoHospital), "Pavel's": consent(people.pavel, northHospital) },
  set: "status = 'withdrawn'",
  expected: `
    verb    row                    anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  Paula's for the North  deny       yes      none    none   none        none   none       yes
    select  Pavel's for the Demo   deny       none     yes     yes    none        none   none       yes
    select  Priya's for the North  deny       none     none    none   none        none   none       yes
    insert  Paula's                deny       yes      deny    deny   deny        deny   deny       yes
    insert  Pavel's                deny       deny     deny    deny   deny        deny   deny       yes
    update  Paula's for the North  deny       yes      none    none   none        none   none       yes
    update  Pavel's for the Demo   deny       none     none    none   none        none   none       yes
    update  Priya's for the North  deny       none     none    none   none        none   none       yes
    closed  delete
  `,
});

export const charts: Line[] = [
  ...records,
  ...versions,
  ...together,
  ...accesses,
  ...reviews,
  ...asReviewed,
  ...consents,
];

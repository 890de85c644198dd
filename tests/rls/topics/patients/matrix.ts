import { tableLines } from "../../matrix.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { extra } from "../../extra.ts";

const ofPerson = (person: string) => `(select id from rls_patients where user_id = '${person}')`;
const row = (id: string) => () => `id = '${id}'`;
const contact = (person: string) => () =>
  `(patient_id, kind, name, phone) values (${ofPerson(person)}, 'guardian', 'New One', '+4930123456')`;
const care = (person: string, organization: string) => () =>
  `(patient_id, organization_id) values (${ofPerson(person)}, '${organization}')`;
const careOf = (person: string) => () => `patient_id = ${ofPerson(person)}`;

export const patients = [
  ...tableLines({
    relation: "public.patients",
    rows: {
      "Paula, who is the patient": () => `user_id = '${people.paula}'`,
      "Pavel, in care here": () => `user_id = '${people.pavel}'`,
      "Priya, in care elsewhere": () => `user_id = '${people.priya}'`,
      "one that is hidden": row(extra.hiddenPatient),
      "one in nobody's care": row(extra.lonePatient),
    },
    set: "phone = '+4930555999'",
    expected: `
      verb    row                        anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  Paula, who is the patient  deny       yes      yes     yes    none        none   none       yes
      select  Pavel, in care here        deny       none     yes     yes    none        none   none       yes
      select  Priya, in care elsewhere   deny       none     none    none   none        none   none       yes
      select  one that is hidden         deny       none     none    none   none        none   none       yes
      select  one in nobody's care       deny       none     none    none   none        none   none       yes
      update  Paula, who is the patient  deny       yes      yes     yes    none        none   none       yes
      update  Pavel, in care here        deny       none     yes     yes    none        none   none       yes
      update  Priya, in care elsewhere   deny       none     none    none   none        none   none       yes
      update  one that is hidden         deny       none     none    none   none        none   none       yes
      update  one in nobody's care       deny       none     none    none   none        none   none       yes
      delete  Paula, who is the patient  deny       deny     deny    deny   deny        deny   deny       23503
      delete  Pavel, in care here        deny       deny     deny    deny   deny        deny   deny       23503
      delete  Priya, in care elsewhere   deny       deny     deny    deny   deny        deny   deny       23503
      delete  one that is hidden         deny       deny     deny    deny   deny        deny   deny       23503
      closed  insert, delete
    `,
  }),
  ...tableLines({
    relation: "public.patient_identifiers",
    rows: {
      "Paula's number here": row(extra.paulaHere),
      "Paula's number elsewhere": row(extra.paulaElsewhere),
      "Paula's national id": row(extra.paulaNational),
      "Pavel's number here": row(extra.pavelHere),
      "Priya's number elsewhere": row(extra.priyaElsewhere),
    },
    expected: `
      verb    row                       anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  Paula's number here       deny       yes      yes     yes    none        none   none       yes
      select  Paula's number elsewhere  deny       yes      none    none   none        none   none       yes
      select  Paula's national id       deny       yes      yes     yes    none        none   none       yes
      select  Pavel's number here       deny       none     yes     yes    none        none   none       yes
      select  Priya's number elsewhere  deny       none     none    none   none        none   none       yes
      closed  insert, update, delete
    `,
  }),
  ...tableLines({
    relation: "public.patient_contacts",
    rows: {
      "Paula's": row(extra.paulaContact),
      "Pavel's": row(extra.pavelContact),
      "Priya's": row(extra.priyaContact),
    },
    inserts: { "Paula's": contact(people.paula), "Pavel's": contact(people.pavel), "Priya's": contact(people.priya) },
    set: "relationship = 'friend'",
    expected: `
      verb    row      anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  Paula's  deny       yes      yes     yes    none        none   none       yes
      select  Pavel's  deny       none     yes     yes    none        none   none       yes
      select  Priya's  deny       none     none    none   none        none   none       yes
      insert  Paula's  deny       yes      yes     yes    deny        deny   deny       yes
      insert  Pavel's  deny       deny     yes     yes    deny        deny   deny       yes
      insert  Priya's  deny       deny     deny    deny   deny        deny   deny       yes
      update  Paula's  deny       yes      yes     yes    none        none   none       yes
      update  Pavel's  deny       none     yes     yes    none        none   none       yes
      update  Priya's  deny       none     none    none   none        none   none       yes
      delete  Paula's  deny       yes      yes     yes    none        none   none       yes
      delete  Pavel's  deny       none     yes     yes    none        none   none       yes
      delete  Priya's  deny       none     none    none   none        none   none       yes
    `,
  }),
  ...tableLines({
    relation: "public.care_relationships",
    rows: {
      "Paula's here": careOf(people.paula),
      "Pavel's here": careOf(people.pavel),
      "Priya's elsewhere": careOf(people.priya),
    },
    inserts: {
      "Paula's elsewhere": care(people.paula, northHospital),
      "Pavel's elsewhere": care(people.pavel, northHospital),
      "Priya's here": care(people.priya, demoHospital),
    },
    set: "status = 'ended'",
    expected: `
      verb    row                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  Paula's here       deny       yes      yes     yes    none        none   none       yes
      select  Pavel's here       deny       none     yes     yes    none        none   none       yes
      select  Priya's elsewhere  deny       none     none    none   none        none   none       yes
      insert  Paula's elsewhere  deny       yes      deny    deny   deny        deny   deny       yes
      insert  Pavel's elsewhere  deny       deny     deny    deny   deny        deny   deny       yes
      insert  Priya's here       deny       deny     deny    deny   deny        deny   deny       yes
      update  Paula's here       deny       yes      yes     yes    none        none   none       yes
      update  Pavel's here       deny       none     yes     yes    none        none   none       yes
      update  Priya's elsewhere  deny       none     none    none   none        none   none       yes
      closed  delete
    `,
  }),
];

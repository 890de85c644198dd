import { callLines, tableLines } from "../../matrix.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { identityRows, walkIns } from "./rows.ts";

const ofPerson = (person: string) => `(select id from rls_patients where user_id = '${person}')`;
const row = (id: string) => () => `id = '${id}'`;

const duplicates = tableLines({
  relation: "public.patient_duplicates",
  rows: {
    "a pair here": row(identityRows.demoPair),
    "a pair elsewhere": row(identityRows.northPair),
    "one of whom is hidden": row(identityRows.hiddenPair),
  },
  expected: `
    verb    row                    anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  a pair here            deny       none     yes     yes    none        none   none       yes
    select  a pair elsewhere       deny       none     none    none   none        none   none       yes
    select  one of whom is hidden  deny       none     none    none   none        none   none       yes
    closed  insert, update, delete
  `,
});

const merges = tableLines({
  relation: "public.patient_merges",
  rows: { "into Paula, here": row(identityRows.paulaMerge), "into Priya, elsewhere": row(identityRows.priyaMerge) },
  expected: `
    verb    row                    anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  into Paula, here       deny       yes      yes     yes    none        none   none       yes
    select  into Priya, elsewhere  deny       none     none    none   none        none   none       yes
    closed  insert, update, delete
  `,
});

const codes = tableLines({
  relation: "public.patient_link_codes",
  rows: { "Wanda's": row(identityRows.wandaCode), "Nils', elsewhere": row(identityRows.nilsCode) },
  expected: `
    verb    row               anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  Wanda's           deny       none     yes     yes    none        none   none       yes
    select  Nils', elsewhere  deny       none     none    none   none        none   none       yes
    closed  insert, update, delete
  `,
});

const requestOf = (person: string, organization: string) => () =>
  `(patient_id, organization_id, field, text) values (${
    ofPerson(person)
  }, '${organization}', 'phone', 'It has changed.')`;

const requests = tableLines({
  relation: "public.correction_requests",
  rows: {
    "Paula's": row(identityRows.paulaRequest),
    "Pavel's": row(identityRows.pavelRequest),
    "Priya's, elsewhere": row(identityRows.priyaRequest),
  },
  inserts: {
    "Paula's": requestOf(people.paula, demoHospital),
    "Pavel's": requestOf(people.pavel, demoHospital),
    "Priya's, elsewhere": requestOf(people.priya, northHospital),
  },
  set: "status = 'rejected', decision_reason = 'It is right'",
  expected: `
    verb    row                 anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  Paula's             deny       yes      yes     yes    none        none   none       yes
    select  Pavel's             deny       none     yes     yes    none        none   none       yes
    select  Priya's, elsewhere  deny       none     none    none   none        none   none       yes
    insert  Paula's             deny       yes      deny    deny   deny        deny   deny       deny
    insert  Pavel's             deny       deny     deny    deny   deny        deny   deny       deny
    insert  Priya's, elsewhere  deny       deny     deny    deny   deny        deny   deny       deny
    update  Paula's             deny       PT403    yes     yes    none        none   none       deny
    update  Pavel's             deny       none     yes     yes    none        none   none       deny
    update  Priya's, elsewhere  deny       none     none    none   none        none   none       deny
    closed  delete
  `,
});

const dismiss = (one: string, other: string) => () =>
  `select public.dismiss_duplicate('{"patient_id": "${one}", "other_patient_id": "${other}", "reason": "Twins"}')`;
const merge = (patient: string, source: string) =>
  `select public.merge_patients(jsonb_build_object('patient_id', ${patient}, 'source_id', '${source}', 'reason', 'Registered twice'))`;
const code = (patient: string) => () => `select public.create_link_code('{"patient_id": "${patient}"}')`;
const decide = (id: string, person: string, status: string) => () =>
  `select public.decide_correction_request('${id}', ${ofPerson(person)}, '${status}', 'As asked')`;

const functions = callLines(
  {
    "find_duplicates here": () =>
      `select 1 from json_array_elements(public.find_duplicates('${walkIns.wanda}') -> 'rows')`,
    "find_duplicates elsewhere": () =>
      `select 1 from json_array_elements(public.find_duplicates('${walkIns.nils}') -> 'rows')`,
    "dismiss_duplicate here": dismiss(walkIns.wanda, walkIns.wandaAgain),
    "dismiss_duplicate elsewhere": dismiss(walkIns.nils, walkIns.nilsAgain),
    "reopen_duplicate here": () => `select public.reopen_duplicate('${identityRows.dismissedPair}')`,
    "reopen_duplicate elsewhere": () => `select public.reopen_duplicate('${identityRows.northPair}')`,
    "merge_patients here": () => merge(`'${walkIns.wanda}'`, walkIns.wandaAgain),
    "merge_patients elsewhere": () => merge(`'${walkIns.nils}'`, walkIns.nilsAgain),
    "merge_patients into Paula": () => merge(ofPerson(people.paula), walkIns.wandaAgain),
    "unmerge_patients Paula": () => `select public.unmerge_patients('${identityRows.paulaMerge}')`,
    "unmerge_patients Priya": () => `select public.unmerge_patients('${identityRows.priyaMerge}')`,
    "create_link_code here": code(walkIns.wanda),
    "create_link_code elsewhere": code(walkIns.nils),
    "decide_link of no colleague": () =>
      `select public.decide_link('${identityRows.wandaCode}', '${walkIns.wanda}', true)`,
    "redeem_link_code unknown": () =>
      `select public.redeem_link_code('{"code": "00000-00000", "birth_date": "1990-01-02"}')`,
    "create_correction_request Paula": () =>
      `select public.create_correction_request(jsonb_build_object('patient_id', ${
        ofPerson(people.paula)
      }, 'field', 'phone', 'text', 'New.'))`,
    "create_correction_request Pavel": () =>
      `select public.create_correction_request(jsonb_build_object('patient_id', ${
        ofPerson(people.pavel)
      }, 'field', 'phone', 'text', 'New.'))`,
    "decide_correction_request accept Paula's": decide(identityRows.paulaRequest, people.paula, "accepted"),
    "decide_correction_request withdraw Paula's": decide(identityRows.paulaRequest, people.paula, "withdrawn"),
    "decide_correction_request accept Priya's": decide(identityRows.priyaRequest, people.priya, "accepted"),
  },
  `
    function                                    anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    find_duplicates here                        deny       PT404    yes     yes    PT404       PT404  PT404      deny
    find_duplicates elsewhere                   deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    dismiss_duplicate here                      deny       PT404    yes     yes    PT404       PT404  PT404      deny
    dismiss_duplicate elsewhere                 deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    reopen_duplicate here                       deny       PT404    yes     yes    PT404       PT404  PT404      deny
    reopen_duplicate elsewhere                  deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    merge_patients here                         deny       PT404    yes     yes    PT404       PT404  PT404      deny
    merge_patients elsewhere                    deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    merge_patients into Paula                   deny       PT403    yes     yes    PT404       PT404  PT404      deny
    unmerge_patients Paula                      deny       PT403    yes     yes    PT404       PT404  PT404      deny
    unmerge_patients Priya                      deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    create_link_code here                       deny       PT404    yes     yes    PT404       PT404  PT404      deny
    create_link_code elsewhere                  deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    decide_link of no colleague                 deny       PT404    PT409   PT409  PT404       PT404  PT404      deny
    redeem_link_code unknown                    deny       PT422    PT422   PT422  PT422       PT422  PT422      deny
    create_correction_request Paula             deny       yes      PT403   PT403  PT404       PT404  PT404      deny
    create_correction_request Pavel             deny       PT404    PT403   PT403  PT404       PT404  PT404      deny
    decide_correction_request accept Paula's    deny       PT409    yes     yes    PT404       PT404  PT404      deny
    decide_correction_request withdraw Paula's  deny       yes      PT409   PT409  PT404       PT404  PT404      deny
    decide_correction_request accept Priya's    deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
  `,
);

export const identityOfPatients = [...duplicates, ...merges, ...codes, ...requests, ...functions];

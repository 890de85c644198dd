import { callLines, tableLines } from "../../matrix.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { ordered, ruleKeys } from "./rows.ts";

const row = (id: string) => () => `id = '${id}'`;

/** Whoever reads a chart reads its prescriptions, of every hospital; nobody of the API writes one. */
const prescribed = tableLines({
  relation: "public.prescriptions",
  rows: {
    "Paula's": row(ordered.paula),
    "Paula's, sensitive": row(ordered.paulaSensitive),
    "Paula's of the North": row(ordered.paulaOfNorth),
    "Pavel's": row(ordered.pavel),
    "Priya's": row(ordered.priya),
  },
  expected: `
    verb    row                   anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  Paula's               deny       yes      yes     none   none        none   none       yes
    select  Paula's, sensitive    deny       yes      yes     none   none        none   none       yes
    select  Paula's of the North  deny       yes      yes     none   none        none   none       yes
    select  Pavel's               deny       none     none    none   none        none   none       yes
    select  Priya's               deny       none     none    none   none        none   none       yes
    closed  insert, update, delete
  `,
});

const policy = (organization: string | null) => () =>
  `(organization_id, rule_key, display, reason) values (${
    organization === null ? "null" : `'${organization}'`
  }, '${ruleKeys.moderate}', 'silent', 'Seen too often')`;

/** The pharmacist of the matrix is a curator; the admin administers the Demo hospital. */
const policies = tableLines({
  relation: "public.interaction_policies",
  rows: {
    "the Demo's": row(ordered.demoPolicy),
    "the North's": row(ordered.northPolicy),
    "the network's": row(ordered.networkPolicy),
  },
  inserts: {
    "for the Demo": policy(demoHospital),
    "for the North": policy(northHospital),
    "for the network": policy(null),
  },
  set: "display = 'silent', reason = 'Nobody reads it'",
  expected: `
    verb    row              anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  the Demo's       deny       none     yes     yes    none        yes    none       yes
    select  the North's      deny       none     none    none   none        none   none       yes
    select  the network's    deny       yes      yes     yes    yes         yes    yes        yes
    insert  for the Demo     deny       deny     deny    deny   deny        yes    deny       yes
    insert  for the North    deny       deny     deny    deny   deny        deny   deny       yes
    insert  for the network  deny       deny     deny    deny   yes         deny   deny       yes
    update  the Demo's       deny       none     none    none   none        yes    none       yes
    update  the North's      deny       none     none    none   none        none   none       yes
    update  the network's    deny       none     none    none   yes         none   none       yes
    delete  the Demo's       deny       none     none    none   none        yes    none       yes
    delete  the North's      deny       none     none    none   none        none   none       yes
    delete  the network's    deny       none     none    none   yes         none   none       yes
  `,
});

const create = (organization: string | null) => () =>
  `select public.create_interaction_policy('${
    JSON.stringify({
      ...(organization !== null && { organization_id: organization }),
      rule_key: ruleKeys.moderate,
      display: "silent",
      reason: "Seen too often",
    })
  }')`;

const check = (person: string) => () =>
  `select public.check_medicines((select id from rls_patients where user_id = '${person}'), '[{"text": "Tea"}]')`;

const calls = callLines(
  {
    "check_medicines Paula's": check(people.paula),
    "check_medicines Pavel's": check(people.pavel),
    "check_medicines Priya's": check(people.priya),
    "create_interaction_policy for the Demo": create(demoHospital),
    "create_interaction_policy for the North": create(northHospital),
    "create_interaction_policy for the network": create(null),
  },
  `
    function                                   anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    check_medicines Paula's                    deny       yes      yes     PT403  PT404       PT404  PT404      deny
    check_medicines Pavel's                    deny       PT404    PT403   PT403  PT404       PT404  PT404      deny
    check_medicines Priya's                    deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    create_interaction_policy for the Demo     deny       deny     deny    deny   deny        yes    deny       deny
    create_interaction_policy for the North    deny       deny     deny    deny   deny        deny   deny       deny
    create_interaction_policy for the network  deny       deny     deny    deny   yes         deny   deny       deny
  `,
);

export const prescriptions = [...prescribed, ...policies, ...calls];

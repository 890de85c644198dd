import { cellsOf } from "../matrix.ts";
import { centralPharmacy, demoHospital, extra, northHospital, people, personOf } from "../world.ts";

const membershipOf = (person: string) => () => `user_id = '${person}'`;
const membership = (person: string, organization: string, role: string) =>
  `(user_id, organization_id, role) values ('${person}', '${organization}', '${role}')`;
const invitation = (organization: string) =>
  `(organization_id, email, role) values ('${organization}', 'x@rls.example', 'hospital_staff')`;

export const identity = [
  ...cellsOf({
    relation: "public.organizations",
    rows: {
      "the Demo hospital": () => `id = '${demoHospital}'`,
      "the Central Pharmacy": () => `id = '${centralPharmacy}'`,
      "the North hospital": () => `id = '${northHospital}'`,
      "a closed pharmacy": () => `id = '${extra.closedPharmacy}'`,
    },
    inserts: { "a hospital": () => "(kind, name) values ('hospital', 'New Hospital')" },
    set: "city = 'Elsewhere'",
    expected: `
      verb    row                   anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  the Demo hospital     deny       yes      yes     yes    yes         yes    yes        yes
      select  the Central Pharmacy  deny       yes      yes     yes    yes         yes    yes        yes
      select  the North hospital    deny       yes      yes     yes    yes         yes    yes        yes
      select  a closed pharmacy     deny       none     none    none   none        none   none       yes
      insert  a hospital            deny       deny     deny    deny   deny        deny   deny       yes
      update  the Demo hospital     deny       none     none    none   none        yes    none       yes
      update  the Central Pharmacy  deny       none     none    none   none        none   none       yes
      update  the North hospital    deny       none     none    none   none        none   none       yes
      update  a closed pharmacy     deny       none     none    none   none        none   none       yes
      delete  the Demo hospital     deny       deny     deny    deny   deny        deny   deny       23503
      delete  the Central Pharmacy  deny       deny     deny    deny   deny        deny   deny       23503
      delete  the North hospital    deny       deny     deny    deny   deny        deny   deny       23503
      delete  a closed pharmacy     deny       deny     deny    deny   deny        deny   deny       yes
    `,
  }),
  ...cellsOf({
    relation: "public.profiles",
    rows: {
      "their own": (actor) => `id = '${personOf(actor)}'`,
      "the doctor's": () => `id = '${people.doctor}'`,
      "the pharmacist's": () => `id = '${people.pharmacist}'`,
      "a doctor's elsewhere": () => `id = '${people.northDoctor}'`,
      "another patient's": () => `id = '${people.pavel}'`,
    },
    inserts: {
      "somebody new": () =>
        "(id, email, given_name, family_name) values (gen_random_uuid(), 'x@rls.example', 'New', 'Person')",
    },
    set: "phone = '+4930555999'",
    expected: `
      verb    row                   anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  their own             deny       yes      yes     yes    yes         yes    yes        yes
      select  the doctor's          deny       none     yes     yes    none        yes    none       yes
      select  the pharmacist's      deny       none     none    none   yes         none   none       yes
      select  a doctor's elsewhere  deny       none     none    none   none        none   none       yes
      select  another patient's     deny       none     none    none   none        none   none       yes
      insert  somebody new          deny       deny     deny    deny   deny        deny   deny       yes
      update  their own             deny       yes      yes     yes    yes         yes    yes        yes
      update  the doctor's          deny       none     yes     none   none        none   none       yes
      update  the pharmacist's      deny       none     none    none   yes         none   none       yes
      update  a doctor's elsewhere  deny       none     none    none   none        none   none       yes
      update  another patient's     deny       none     none    none   none        none   none       yes
      delete  their own             deny       deny     deny    deny   deny        deny   deny       yes
      delete  the doctor's          deny       deny     deny    deny   deny        deny   deny       23503
      delete  the pharmacist's      deny       deny     deny    deny   deny        deny   deny       23503
      delete  a doctor's elsewhere  deny       deny     deny    deny   deny        deny   deny       23503
      delete  another patient's     deny       deny     deny    deny   deny        deny   deny       yes
    `,
  }),
  ...cellsOf({
    relation: "public.memberships",
    rows: {
      "the doctor's": membershipOf(people.doctor),
      "the suspended one's": membershipOf(people.suspended),
      "the pharmacist's": membershipOf(people.pharmacist),
      "a doctor's elsewhere": membershipOf(people.northDoctor),
    },
    inserts: {
      "themselves as admin here": (actor) => membership(personOf(actor), demoHospital, "admin"),
      "themselves as admin elsewhere": (actor) => membership(personOf(actor), northHospital, "admin"),
      "themselves as staff elsewhere": (actor) => membership(personOf(actor), northHospital, "hospital_staff"),
      "another as staff here": () => membership(people.pavel, demoHospital, "hospital_staff"),
    },
    set: "position = 'Head'",
    expected: `
      verb    row                            anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  the doctor's                   deny       none     yes     yes    none        yes    none       yes
      select  the suspended one's            deny       none     yes     yes    none        yes    yes        yes
      select  the pharmacist's               deny       none     none    none   yes         none   none       yes
      select  a doctor's elsewhere           deny       none     none    none   none        none   none       yes
      insert  themselves as admin here       deny       deny     deny    deny   deny        deny   deny       yes
      insert  themselves as admin elsewhere  deny       deny     deny    deny   deny        deny   deny       yes
      insert  themselves as staff elsewhere  deny       deny     deny    deny   deny        deny   deny       yes
      insert  another as staff here          deny       deny     deny    deny   deny        deny   deny       yes
      update  the doctor's                   deny       none     none    none   none        yes    none       yes
      update  the suspended one's            deny       none     none    none   none        yes    none       yes
      update  the pharmacist's               deny       none     none    none   none        none   none       yes
      update  a doctor's elsewhere           deny       none     none    none   none        none   none       yes
      delete  the doctor's                   deny       deny     deny    deny   deny        deny   deny       23503
      delete  the suspended one's            deny       deny     deny    deny   deny        deny   deny       yes
      delete  the pharmacist's               deny       deny     deny    deny   deny        deny   deny       yes
      delete  a doctor's elsewhere           deny       deny     deny    deny   deny        deny   deny       23503
    `,
  }),
  ...cellsOf({
    relation: "public.invitations",
    rows: {
      "to the Demo hospital": () => `id = '${extra.demoInvitation}'`,
      "to the North hospital": () => `id = '${extra.northInvitation}'`,
    },
    inserts: {
      "to the Demo hospital": () => invitation(demoHospital),
      "to the North hospital": () => invitation(northHospital),
    },
    set: "revoked_at = now()",
    expected: `
      verb    row                    anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  to the Demo hospital   deny       none     none    none   none        yes    none       yes
      select  to the North hospital  deny       none     none    none   none        none   none       yes
      insert  to the Demo hospital   deny       deny     deny    deny   deny        deny   deny       yes
      insert  to the North hospital  deny       deny     deny    deny   deny        deny   deny       yes
      update  to the Demo hospital   deny       none     none    none   none        yes    none       yes
      update  to the North hospital  deny       none     none    none   none        none   none       yes
      delete  to the Demo hospital   deny       deny     deny    deny   deny        deny   deny       yes
      delete  to the North hospital  deny       deny     deny    deny   deny        deny   deny       yes
    `,
  }),
];

import { tableLines } from "../../matrix.ts";
import { personOf } from "../../actors.ts";
import { centralPharmacy, demoHospital, northHospital, people } from "../../people.ts";
import { extra } from "../../extra.ts";

const membershipOf = (person: string) => () => `user_id = '${person}'`;

export const identity = [
  ...tableLines({
    relation: "public.organizations",
    rows: {
      "the Demo hospital": () => `id = '${demoHospital}'`,
      "the Central Pharmacy": () => `id = '${centralPharmacy}'`,
      "the North hospital": () => `id = '${northHospital}'`,
      "a closed pharmacy": () => `id = '${extra.closedPharmacy}'`,
    },
    set: "city = 'Elsewhere'",
    expected: `
      verb    row                   anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  the Demo hospital     deny       yes      yes     yes    yes         yes    yes        yes
      select  the Central Pharmacy  deny       yes      yes     yes    yes         yes    yes        yes
      select  the North hospital    deny       yes      yes     yes    yes         yes    yes        yes
      select  a closed pharmacy     deny       none     none    none   none        none   none       yes
      update  the Demo hospital     deny       none     none    none   none        yes    none       yes
      update  the Central Pharmacy  deny       none     none    none   none        none   none       yes
      update  the North hospital    deny       none     none    none   none        none   none       yes
      update  a closed pharmacy     deny       none     none    none   none        none   none       yes
      delete  the Demo hospital     deny       deny     deny    deny   deny        deny   deny       23503
      delete  the Central Pharmacy  deny       deny     deny    deny   deny        deny   deny       23503
      delete  the North hospital    deny       deny     deny    deny   deny        deny   deny       23503
      closed  insert, delete
    `,
  }),
  ...tableLines({
    relation: "public.profiles",
    rows: {
      "their own": (actor) => `id = '${personOf(actor)}'`,
      "the doctor's": () => `id = '${people.doctor}'`,
      "the pharmacist's": () => `id = '${people.pharmacist}'`,
      "a doctor's elsewhere": () => `id = '${people.northDoctor}'`,
      "another patient's": () => `id = '${people.pavel}'`,
    },
    set: "phone = '+4930555999'",
    expected: `
      verb    row                   anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  their own             deny       yes      yes     yes    yes         yes    yes        yes
      select  the doctor's          deny       none     yes     yes    none        yes    none       yes
      select  the pharmacist's      deny       none     none    none   yes         none   none       yes
      select  a doctor's elsewhere  deny       none     none    none   none        none   none       yes
      select  another patient's     deny       none     none    none   none        none   none       yes
      update  their own             deny       yes      yes     yes    yes         yes    yes        yes
      update  the doctor's          deny       none     yes     none   none        none   none       yes
      update  the pharmacist's      deny       none     none    none   yes         none   none       yes
      update  a doctor's elsewhere  deny       none     none    none   none        none   none       yes
      update  another patient's     deny       none     none    none   none        none   none       yes
      delete  the doctor's          deny       deny     deny    deny   deny        deny   deny       23503
      delete  the pharmacist's      deny       deny     deny    deny   deny        deny   deny       23503
      delete  a doctor's elsewhere  deny       deny     deny    deny   deny        deny   deny       23503
      closed  insert, delete
    `,
  }),
  ...tableLines({
    relation: "public.memberships",
    rows: {
      "the doctor's": membershipOf(people.doctor),
      "the suspended one's": membershipOf(people.suspended),
      "the pharmacist's": membershipOf(people.pharmacist),
      "a doctor's elsewhere": membershipOf(people.northDoctor),
    },
    set: "position = 'Head'",
    expected: `
      verb    row                   anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  the doctor's          deny       none     yes     yes    none        yes    none       yes
      select  the suspended one's   deny       none     yes     yes    none        yes    yes        yes
      select  the pharmacist's      deny       none     none    none   yes         none   none       yes
      select  a doctor's elsewhere  deny       none     none    none   none        none   none       yes
      update  the doctor's          deny       none     none    none   none        yes    none       yes
      update  the suspended one's   deny       none     none    none   none        yes    none       yes
      update  the pharmacist's      deny       none     none    none   none        none   none       yes
      update  a doctor's elsewhere  deny       none     none    none   none        none   none       yes
      delete  the doctor's          deny       deny     deny    deny   deny        deny   deny       23503
      delete  a doctor's elsewhere  deny       deny     deny    deny   deny        deny   deny       23503
      closed  insert, delete
    `,
  }),
  ...tableLines({
    relation: "public.invitations",
    rows: {
      "to the Demo hospital": () => `id = '${extra.demoInvitation}'`,
      "to the North hospital": () => `id = '${extra.northInvitation}'`,
    },
    set: "revoked_at = now()",
    expected: `
      verb    row                    anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  to the Demo hospital   deny       none     none    none   none        yes    none       yes
      select  to the North hospital  deny       none     none    none   none        none   none       yes
      update  to the Demo hospital   deny       none     none    none   none        yes    none       yes
      update  to the North hospital  deny       none     none    none   none        none   none       yes
      closed  insert, delete
    `,
  }),
];

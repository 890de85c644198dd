import { callLines } from "../../matrix.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { extra } from "../../extra.ts";

const patient = (person: string) => `(select id from rls_patients where user_id = '${person}')`;
const care = (person: string) => `(select id from rls_care where user_id = '${person}')`;
const membership = (person: string) => `(select id from rls_memberships where user_id = '${person}')`;
const invite = (organization: string) => () =>
  `select public.create_invitation('${
    JSON.stringify({
      organization_id: organization,
      email: "x@rls.example",
      role: "hospital_staff",
      token_hash: "c".repeat(64),
    })
  }')`;
const create = (organization: string) => () =>
  `select public.create_patient('${
    JSON.stringify({ given_name: "New", family_name: "One", organization_id: organization })
  }')`;

/** The rows of a list that an RPC answers. */
const listedBy = (call: string) => `select 1 from jsonb_array_elements((public.${call})::jsonb -> 'rows')`;
const read = (person: string) => () => `select 1 from private.patients_json(array[${patient(person)}])`;

export const functions = callLines(
  {
    "me": () => "select public.me()",
    "list_patients": () => listedBy("list_patients()"),
    "list_patients elsewhere": () => listedBy(`list_patients(p_organization_id => '${northHospital}')`),
    "search_patients Becker": () => listedBy("search_patients(p_name => 'Becker')"),
    "search_patients Raman": () => listedBy("search_patients(p_name => 'Raman')"),
    "people_by_email": () => "select id from public.people_by_email('NURSE@demo.health')",
    "get_patient Paula": () => `select public.get_patient(${patient(people.paula)})`,
    "get_patient Pavel": () => `select public.get_patient(${patient(people.pavel)})`,
    "get_patient Priya": () => `select public.get_patient(${patient(people.priya)})`,
    "private.patients_json Paula": read(people.paula),
    "private.patients_json Pavel": read(people.pavel),
    "private.patients_json Priya": read(people.priya),
    "create_patient here": create(demoHospital),
    "create_patient elsewhere": create(northHospital),
    "update_patient Paula": () => `select public.update_patient(${patient(people.paula)}, '{"phone": "+4930555999"}')`,
    "update_patient Pavel": () => `select public.update_patient(${patient(people.pavel)}, '{"phone": "+4930555999"}')`,
    "update_patient Priya": () => `select public.update_patient(${patient(people.priya)}, '{"phone": "+4930555999"}')`,
    "delete_patient Paula": () => `select 1 from public.delete_patient(${patient(people.paula)}, 'entered twice')`,
    "delete_patient Pavel": () => `select 1 from public.delete_patient(${patient(people.pavel)}, 'entered twice')`,
    "delete_patient Priya": () => `select 1 from public.delete_patient(${patient(people.priya)}, 'entered twice')`,
    "start_care elsewhere": () => `select public.start_care('{"organization_id": "${northHospital}"}')`,
    "end_care Paula here": () => `select public.end_care(${care(people.paula)})`,
    "end_care Priya elsewhere": () => `select public.end_care(${care(people.priya)})`,
    "reinstate_patient in care": () => `select public.reinstate_patient('{"mrn": "DGH-00003"}')`,
    "reinstate_patient elsewhere": () => `select public.reinstate_patient('{"mrn": "NSH-00003"}')`,
    "create_invitation here": invite(demoHospital),
    "create_invitation elsewhere": invite(northHospital),
    "revoke_invitation here": () => `select public.revoke_invitation('${extra.demoInvitation}')`,
    "revoke_invitation elsewhere": () => `select public.revoke_invitation('${extra.northInvitation}')`,
    "accept_invitation unknown": () => `select public.accept_invitation('{"token": "nobody ever got this one"}')`,
    "complete_registration again": () =>
      `select public.complete_registration('{"given_name": "Other", "family_name": "Name"}')`,
    "set_mail_language": () => "select 1 from public.set_mail_language('x@rls.example', 'de')",
    "set_membership_status here": () =>
      `select public.set_membership_status(${membership(people.doctor)}, 'suspended')`,
    "set_membership_status elsewhere": () =>
      `select public.set_membership_status(${membership(people.northDoctor)}, 'suspended')`,
    "set_person_status here": () => `select public.set_person_status('${people.doctor}', 'suspended')`,
    "set_person_status elsewhere": () => `select public.set_person_status('${people.northDoctor}', 'suspended')`,
    "lease_rate_limit": () => "select granted from public.lease_rate_limit('api', 1)",
    "is_open_invitation": () => `select 1 where public.is_open_invitation(repeat('a', 64), 'new@rls.example')`,
    "take_attempt": () => "select allowed from public.take_attempt('sign_in', '192.0.2.1', 'x@rls.example')",
    "clear_attempts": () => "select 1 from public.clear_attempts('sign_in', '192.0.2.1', 'x@rls.example')",
    "health_report": () => "select public.health_report()",
    "search_audit": () => listedBy("search_audit('{}')"),
    "explain_closed_log": () => "select 1 from public.explain_closed_log() as answer where answer is null",
    "verify_audit": () => "select public.verify_audit()",
  },
  `
    function                         anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    me                               deny       yes      yes     yes    yes         yes    yes        deny
    list_patients                    deny       yes      yes     yes    none        none   none       deny
    list_patients elsewhere          deny       none     none    none   none        none   none       deny
    search_patients Becker           deny       none     yes     yes    none        none   none       deny
    search_patients Raman            deny       none     none    none   none        none   none       deny
    people_by_email                  deny       none     yes     yes    none        yes    none       deny
    get_patient Paula                deny       yes      yes     yes    none        none   none       deny
    get_patient Pavel                deny       none     yes     yes    none        none   none       deny
    get_patient Priya                deny       none     none    none   none        none   none       deny
    private.patients_json Paula      deny       yes      yes     yes    none        none   none       deny
    private.patients_json Pavel      deny       none     yes     yes    none        none   none       deny
    private.patients_json Priya      deny       none     none    none   none        none   none       deny
    create_patient here              deny       PT403    yes     yes    PT403       PT403  PT403      deny
    create_patient elsewhere         deny       PT403    PT403   PT403  PT403       PT403  PT403      deny
    update_patient Paula             deny       yes      yes     yes    PT404       PT404  PT404      deny
    update_patient Pavel             deny       PT404    yes     yes    PT404       PT404  PT404      deny
    update_patient Priya             deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    delete_patient Paula             deny       PT403    yes     yes    PT404       PT404  PT404      deny
    delete_patient Pavel             deny       PT404    yes     yes    PT404       PT404  PT404      deny
    delete_patient Priya             deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    start_care elsewhere             deny       yes      PT403   PT403  PT403       PT403  PT403      deny
    end_care Paula here              deny       yes      yes     yes    PT404       PT404  PT404      deny
    end_care Priya elsewhere         deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    reinstate_patient in care        deny       PT403    PT409   PT409  PT403       PT403  PT403      deny
    reinstate_patient elsewhere      deny       PT403    PT404   PT404  PT403       PT403  PT403      deny
    create_invitation here           deny       PT403    PT403   PT403  PT403       yes    PT403      deny
    create_invitation elsewhere      deny       PT403    PT403   PT403  PT403       PT403  PT403      deny
    revoke_invitation here           deny       PT404    PT404   PT404  PT404       yes    PT404      deny
    revoke_invitation elsewhere      deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    accept_invitation unknown        deny       PT422    PT422   PT422  PT422       PT422  PT422      deny
    complete_registration again      deny       PT409    PT409   PT409  PT409       PT409  PT403      deny
    set_mail_language                deny       deny     deny    deny   deny        deny   deny       yes
    set_membership_status here       deny       PT404    PT403   PT403  PT404       yes    PT404      deny
    set_membership_status elsewhere  deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    set_person_status here           deny       PT404    PT404   PT404  PT404       yes    PT404      deny
    set_person_status elsewhere      deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    lease_rate_limit                 deny       yes      yes     yes    yes         yes    yes        deny
    is_open_invitation               deny       deny     deny    deny   deny        deny   deny       yes
    take_attempt                     deny       deny     deny    deny   deny        deny   deny       yes
    clear_attempts                   deny       deny     deny    deny   deny        deny   deny       yes
    health_report                    deny       PT403    PT403   PT403  PT403       yes    PT403      yes
    search_audit                     deny       none     none    none   none        yes    none       deny
    explain_closed_log               deny       PT403    PT403   PT403  PT403       yes    PT403      deny
    verify_audit                     deny       PT403    PT403   PT403  PT403       yes    PT403      yes
  `,
);

import { callLines } from "../../matrix.ts";
import { demoHospital, people } from "../../people.ts";
import { chartRows, recordId } from "./rows.ts";

const patient = (person: string) => `(select id from rls_patients where user_id = '${person}')`;
const about = (person: string, more: string) => `jsonb_build_object('patient_id', ${patient(person)}, ${more})`;
const change = (change: string) =>
  `${patient(people.paula)}, 'condition', '${recordId("conditions", "paula")}', ${change}`;

export const chartFunctions = callLines(
  {
    "give_consent Paula": () =>
      `select public.give_consent(${
        about(people.paula, `'organization_id', '${demoHospital}', 'scope', 'everything'`)
      })`,
    "give_consent Pavel": () =>
      `select public.give_consent(${
        about(people.pavel, `'organization_id', '${demoHospital}', 'scope', 'everything'`)
      })`,
    "withdraw_consent Paula": () =>
      `select public.withdraw_consent('${chartRows.paulaForNorth}', ${patient(people.paula)})`,
    "withdraw_consent Pavel": () =>
      `select public.withdraw_consent('${chartRows.pavelForDemo}', ${patient(people.pavel)})`,
    "open_chart Paula": () => `select public.open_chart(${about(people.paula, "'purpose', 'treatment'")})`,
    "open_chart Priya": () => `select public.open_chart(${about(people.priya, "'purpose', 'treatment'")})`,
    "break_glass Priya": () =>
      `select public.break_glass(${
        about(people.priya, "'purpose', 'emergency_treatment', 'reason', 'Unconscious patient'")
      })`,
    "close_chart Paula": () => `select public.close_chart(${patient(people.paula)})`,
    "explain_closed_chart Pavel": () => `select public.explain_closed_chart(${patient(people.pavel)})`,
    "explain_closed_chart Priya": () => `select public.explain_closed_chart(${patient(people.priya)})`,
    "access_log Paula": () => `select public.access_log(${patient(people.paula)})`,
    "access_log Pavel": () => `select public.access_log(${patient(people.pavel)})`,
    "review_break_glass": () => `select public.review_break_glass('${chartRows.nurseBroke}', 'justified')`,
    "list_records Paula": () => `select public.list_records(${patient(people.paula)})`,
    "list_records Pavel": () => `select public.list_records(${patient(people.pavel)})`,
    "read_record Paula": () =>
      `select public.read_record(${patient(people.paula)}, 'condition', '${recordId("conditions", "paula")}')`,
    "read_record Pavel": () =>
      `select public.read_record(${patient(people.pavel)}, 'condition', '${recordId("conditions", "pavel")}')`,
    "chart_summary Paula": () => `select public.chart_summary(${patient(people.paula)})`,
    "chart_summary Pavel": () => `select public.chart_summary(${patient(people.pavel)})`,
    "add_record Paula": () => `select public.add_record(${patient(people.paula)}, 'condition', '{"name": "Asthma"}')`,
    "add_record Pavel": () => `select public.add_record(${patient(people.pavel)}, 'condition', '{"name": "Asthma"}')`,
    "change_record Paula": () => `select public.change_record(${change(`'{"name": "Asthma, mild"}'`)})`,
    "enter_in_error Paula": () => `select public.enter_in_error(${change("'wrong patient'")})`,
    "export_chart Paula": () => `select public.export_chart(${patient(people.paula)})`,
    "export_chart Pavel": () => `select public.export_chart(${patient(people.pavel)})`,
  },
  `
    function                    anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    give_consent Paula          deny       yes      PT403   PT403  PT403       PT403  PT403      deny
    give_consent Pavel          deny       PT403    PT403   PT403  PT403       PT403  PT403      deny
    withdraw_consent Paula      deny       yes      PT404   PT404  PT404       PT404  PT404      deny
    withdraw_consent Pavel      deny       PT404    PT403   PT403  PT404       PT404  PT404      deny
    open_chart Paula            deny       PT409    yes     yes    PT404       PT404  PT404      deny
    open_chart Priya            deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    break_glass Priya           deny       PT403    yes     yes    PT403       PT403  PT403      deny
    close_chart Paula           deny       yes      yes     yes    yes         yes    yes        deny
    explain_closed_chart Pavel  deny       PT404    PT403   PT403  PT404       PT404  PT404      deny
    explain_closed_chart Priya  deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    access_log Paula            deny       yes      yes     yes    none        yes    none       deny
    access_log Pavel            deny       none     yes     yes    none        none   none       deny
    review_break_glass          deny       PT404    PT404   PT403  PT404       yes    PT404      deny
    list_records Paula          deny       yes      yes     none   none        none   none       deny
    list_records Pavel          deny       none     none    none   none        none   none       deny
    read_record Paula           deny       yes      yes     none   none        none   none       deny
    read_record Pavel           deny       none     none    none   none        none   none       deny
    chart_summary Paula         deny       yes      yes     none   none        none   none       deny
    chart_summary Pavel         deny       none     none    none   none        none   none       deny
    add_record Paula            deny       deny     yes     PT403  PT404       PT404  PT404      deny
    add_record Pavel            deny       PT404    PT403   PT403  PT404       PT404  PT404      deny
    change_record Paula         deny       PT403    yes     PT403  PT404       PT404  PT404      deny
    enter_in_error Paula        deny       PT403    yes     PT403  PT404       PT404  PT404      deny
    export_chart Paula          deny       yes      PT403   PT403  PT403       PT403  PT403      deny
    export_chart Pavel          deny       PT403    PT403   PT403  PT403       PT403  PT403      deny
  `,
);

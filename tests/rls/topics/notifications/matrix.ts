import { callLines, tableLines } from "../../matrix.ts";
import { personOf } from "../../actors.ts";
import { people } from "../../people.ts";
import { told } from "./rows.ts";

export const notifications = [
  ...tableLines({
    relation: "public.notifications",
    rows: {
      "the doctor's": () => `id = '${told.doctor}'`,
      "one that the doctor does not want": () => `id = '${told.doctorHidden}'`,
      "another patient's": () => `id = '${told.pavel}'`,
    },
    set: "read_at = now()",
    expected: `
      verb    row                                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  the doctor's                       deny       none     yes     none   none        none   none       yes
      select  one that the doctor does not want  deny       none     none    none   none        none   none       yes
      select  another patient's                  deny       none     none    none   none        none   none       yes
      update  the doctor's                       deny       none     yes     none   none        none   none       yes
      update  one that the doctor does not want  deny       none     none    none   none        none   none       yes
      update  another patient's                  deny       none     none    none   none        none   none       yes
      closed  insert, delete
    `,
  }),
  ...tableLines({
    relation: "public.notification_preferences",
    rows: {
      "their own": (actor) => `user_id = '${personOf(actor)}'`,
      "the doctor's": () => `user_id = '${people.doctor}'`,
      "another patient's": () => `user_id = '${people.pavel}'`,
    },
    inserts: { "for themselves": (actor) => `(user_id) values ('${personOf(actor)}')` },
    set: "quiet_from = '22:00', quiet_until = '07:00'",
    expected: `
      verb    row                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  their own          deny       yes      yes     yes    yes         yes    yes        yes
      select  the doctor's       deny       none     yes     none   none        none   none       yes
      select  another patient's  deny       none     none    none   none        none   none       yes
      insert  for themselves     deny       deny     deny    deny   deny        deny   deny       23505
      update  their own          deny       yes      yes     yes    yes         yes    yes        yes
      update  the doctor's       deny       none     yes     none   none        none   none       yes
      update  another patient's  deny       none     none    none   none        none   none       yes
      closed  insert, delete
    `,
  }),
  ...callLines(
    {
      "list_notifications": () => "select public.list_notifications()",
      "read_notification of the doctor": () => `select public.read_notification('${told.doctor}')`,
      "read_notification that the doctor does not want": () =>
        `select public.read_notification('${told.doctorHidden}')`,
      "read_notification of another patient": () => `select public.read_notification('${told.pavel}')`,
      "read_all_notifications": () => "select public.read_all_notifications()",
      "get_notification_preferences": () => "select public.get_notification_preferences()",
      "set_notification_preferences": () => "select public.set_notification_preferences('{}')",
      "claim_mail": () => "select id from public.claim_mail(1, 10)",
      "finish_mail": () => "select public.finish_mail(id, 1) from public.claim_mail(1, 10)",
    },
    `
      function                                         anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      list_notifications                               deny       yes      yes     yes    yes         yes    yes        deny
      read_notification of the doctor                  deny       PT404    yes     PT404  PT404       PT404  PT404      deny
      read_notification that the doctor does not want  deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
      read_notification of another patient             deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
      read_all_notifications                           deny       yes      yes     yes    yes         yes    yes        deny
      get_notification_preferences                     deny       yes      yes     yes    yes         yes    yes        deny
      set_notification_preferences                     deny       yes      yes     yes    yes         yes    yes        deny
      claim_mail                                       deny       deny     deny    deny   deny        deny   deny       yes
      finish_mail                                      deny       deny     deny    deny   deny        deny   deny       yes
    `,
  ),
];

import type { Rule } from "../../rule.ts";
import { centralPharmacy, demoHospital, northHospital, people } from "../../people.ts";
import { extra } from "../../extra.ts";
import { told } from "./rows.ts";

const message = (topic: string, event: string, payload: Record<string, string>) =>
  `select 1 from realtime.messages where topic = '${topic}' and event = '${event}' and private and payload @> '${
    JSON.stringify(payload)
  }' and payload ?& array['id', 'type', 'status', 'organization_id', 'at']
    and (select count(*) from jsonb_object_keys(payload)) = 5`;
/** Forgets what was sent before, so that only the change speaks. */
const hushed = (change: string) => `delete from realtime.messages; ${change}`;

const toDoctor = `user:${people.doctor}`;
const newMembership = `insert into public.memberships (user_id, organization_id, role)
  values ('${people.doctor}', '${northHospital}', 'admin')`;

const live: Rule[] = ([
  [
    "a changed profile",
    `update public.profiles set phone = '+4930555999' where id = '${people.doctor}'`,
    message(toDoctor, "profile.updated", { type: "profile", id: people.doctor }),
  ],
  [
    "a new membership",
    newMembership,
    message(toDoctor, "membership.created", { type: "membership", status: "active", organization_id: northHospital }),
  ],
  [
    "a changed membership",
    `update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    message(toDoctor, "membership.updated", { type: "membership", status: "suspended", organization_id: demoHospital }),
  ],
  [
    "a removed membership",
    `delete from public.memberships where user_id = '${people.pharmacist}'`,
    message(`user:${people.pharmacist}`, "membership.deleted", {
      type: "membership",
      organization_id: centralPharmacy,
    }),
  ],
  [
    "a membership that is suspended",
    `update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    message(toDoctor, "access.changed", { type: "membership", status: "suspended", organization_id: demoHospital }),
  ],
  [
    "a membership that is given another role",
    `update public.memberships set role = 'privacy_officer', position = null where user_id = '${people.nurse}'`,
    message(`user:${people.nurse}`, "access.changed", { type: "membership", status: "active" }),
  ],
  [
    "a membership that is taken away",
    `delete from public.memberships where user_id = '${people.pharmacist}'`,
    message(`user:${people.pharmacist}`, "access.changed", { type: "membership", status: "removed" }),
  ],
  [
    "a hospital that closes",
    `update public.organizations set active = false where id = '${demoHospital}'`,
    message(toDoctor, "access.changed", { type: "organization", status: "closed", organization_id: demoHospital }),
  ],
  [
    "a session that ends",
    `delete from auth.sessions where user_id = '${people.doctor}'`,
    message(toDoctor, "access.changed", { type: "session", status: "ended", id: people.doctor }),
  ],
  [
    "a changed patient",
    `update public.patients set phone = '+4930555999' where user_id = '${people.paula}'`,
    message(`user:${people.paula}`, "patient.updated", { type: "patient" }),
  ],
  [
    "a notification",
    `select private.notify_person('${people.doctor}', 'chart_opened', 'Told', 'Something.', null, 'rls:x')`,
    message(toDoctor, "notification.created", { type: "notification", status: "unread" }),
  ],
  [
    "a notification that was read",
    `update public.notifications set read_at = now() where id = '${told.doctor}'`,
    message(toDoctor, "notification.updated", { type: "notification", status: "read", id: told.doctor }),
  ],
] satisfies [string, string, string][]).map(([what, change, statement]) => ({
  rule: `${what} is sent to the open apps of the person, by ids and status alone`,
  given: hushed(change),
  statement,
  expected: "yes",
}));

const silent: Rule[] = ([
  ["a change of nothing", `update public.profiles set phone = phone where id = '${people.doctor}'`],
  [
    "a membership that stays as it is",
    `update public.memberships set status = status where user_id = '${people.doctor}'`,
  ],
  ["a patient without a login", `update public.patients set phone = '+4930555999' where id = '${extra.lonePatient}'`],
  [
    "a notification that is not wanted in the app",
    `update public.notifications set read_at = now() where id = '${told.doctorHidden}'`,
  ],
] satisfies [string, string][]).map(([what, change]) => ({
  rule: `${what} is sent to nobody`,
  given: hushed(change),
  statement: "select 1 from realtime.messages",
  expected: "none",
}));

const preferences = (values: string) =>
  `update public.notification_preferences set choices = '${values}' where user_id = '${people.doctor}'`;

const refused: Rule[] = ([
  ["an unknown kind", '{"no_such_kind": {"in_app": true, "mail": true}}'],
  ["half a choice", '{"appointment_reminder": {"mail": false}}'],
  ["an unknown channel", '{"appointment_reminder": {"in_app": true, "mail": false, "fax": true}}'],
  ["a choice that is no answer", '{"appointment_reminder": {"in_app": true, "mail": "no"}}'],
  ["something else than choices", "[]"],
  ["a security notification switched off", '{"chart_break_glass": {"in_app": true, "mail": false}}'],
] satisfies [string, string][]).map(([what, values]) => ({
  rule: `nobody prefers ${what}`,
  as: "doctor",
  statement: preferences(values),
  expected: "PT422",
}));

const blind: Rule[] = [
  {
    rule: "a person who marks everything as read marks nothing of others",
    by: "doctor",
    given: "update public.notifications set read_at = now()",
    statement:
      `select 1 from public.notifications where read_at is not null and id in ('${told.pavel}', '${told.doctorHidden}')`,
    expected: "none",
  },
  {
    rule: "a person who decides how to be told decides nothing for others",
    by: "doctor",
    given: "update public.notification_preferences set quiet_from = '01:07', quiet_until = '02:00'",
    statement:
      `select 1 from public.notification_preferences where quiet_from = '01:07' and user_id <> '${people.doctor}'`,
    expected: "none",
  },
];

const others: Rule[] = [
  {
    rule: "a new person has preferences",
    given:
      "insert into public.profiles (id, email, given_name, family_name) values (gen_random_uuid(), 'x@rls.example', 'New', 'Person')",
    statement:
      "select 1 from public.notification_preferences s join public.profiles p on p.id = s.user_id where p.email = 'x@rls.example'",
    expected: "yes",
  },
  {
    rule: "reading is dated by the database",
    by: "doctor",
    given: `update public.notifications set read_at = '2000-01-01' where id = '${told.doctor}'`,
    statement: `select 1 from public.notifications where id = '${told.doctor}' and read_at = now()`,
    expected: "yes",
  },
  {
    rule: "the instant of the first reading stays",
    before: `set local session_replication_role = replica;
      update public.notifications set read_at = '2026-01-01' where id = '${told.doctor}';
      set local session_replication_role = origin`,
    by: "doctor",
    given: `update public.notifications set read_at = now() where id = '${told.doctor}'`,
    statement: `select 1 from public.notifications where id = '${told.doctor}' and read_at = '2026-01-01'`,
    expected: "yes",
  },
  {
    rule: "a suspension is told to the person",
    given: `update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
    statement:
      `select 1 from public.notifications n join private.outbox o on o.payload ->> 'notification_id' = n.id::text
      where n.recipient_id = '${people.doctor}' and n.kind = 'membership_changed' and o.status = 'pending'`,
    expected: "yes",
  },
  {
    rule: "a new title of a member is not worth a notification",
    given: `update public.memberships set position = 'Head' where user_id = '${people.doctor}'`,
    statement:
      `select 1 from public.notifications where recipient_id = '${people.doctor}' and kind = 'membership_changed'`,
    expected: "none",
  },
  {
    rule: "an invitation is told by mail",
    given: `insert into public.invitations (organization_id, email, role)
      values ('${demoHospital}', 'x@rls.example', 'hospital_staff')`,
    statement:
      `select 1 from private.outbox o join public.invitations i on o.payload = jsonb_build_object('invitation_id', i.id)
      where i.email = 'x@rls.example' and o.template = 'invitation' and o.status = 'pending'`,
    expected: "yes",
  },
  {
    rule: "the title of a notification is not in the audit log",
    statement:
      `select 1 from audit.entries where row_id = '${told.doctor}' and (changed_fields && array['title', 'body'] or after ? 'body')`,
    expected: "none",
  },
  ...[
    "private.notify_person(null, 'chart_opened', 'x', 'x', null, 'x')",
    "private.notify('user:x', 'x', '{}')",
    "private.enqueue_mail('notification', '{}')",
    "private.drive_jobs()",
  ].map((call): Rule => ({
    rule: `a person may not call ${call}`,
    as: "admin",
    statement: `select ${call}`,
    expected: "deny",
  })),
  {
    rule: "the outbox is closed to the secret key but for its functions",
    as: "service",
    statement: "select 1 from private.outbox",
    expected: "deny",
  },
];

/** What is told to whom, when something changes, and what nobody may prefer. */
export const notificationRules: Rule[] = [...live, ...silent, ...refused, ...blind, ...others];

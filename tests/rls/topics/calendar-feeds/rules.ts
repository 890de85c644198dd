import type { Rule } from "../../rule.ts";
import { people } from "../../people.ts";
import { demoSchedule as demo, visits } from "../appointments/rows.ts";
import { feeds, feedTokens } from "./rows.ts";

const read = (token: string) => `select public.read_calendar_feed('${token}')`;
/** One row for each entry of a feed that a condition on `e`, the entry, finds. */
const entries = (token: string, condition: string) =>
  `select 1 from jsonb_array_elements(public.read_calendar_feed('${token}')) as e where ${condition}`;
const soon = (id: string) =>
  `update public.appointments set starts_at = now() + interval '40 days', ends_at = now() + interval '40 days 30 minutes' where id = '${id}';`;
const isPaulas = `e ->> 'id' = '${visits.paula}'`;

/** When a feed ends by itself. */
const ends: Rule[] = ([
  [
    "the owner's login is deleted",
    feedTokens.paula,
    `update public.profiles set login_deleted_at = now() where id = '${people.paula}'`,
  ],
  [
    "the patient is hidden",
    feedTokens.paula,
    `update public.patients set deleted_at = now(), deletion_reason = 'Twice' where user_id = '${people.paula}'`,
  ],
  [
    "it is revoked",
    feedTokens.paula,
    `update public.calendar_feeds set revoked_at = now() where id = '${feeds.paula}'`,
  ],
  [
    "the membership is suspended",
    feedTokens.doctor,
    `update public.memberships set status = 'suspended' where user_id = '${people.doctor}'`,
  ],
  [
    "the hospital closes",
    feedTokens.doctor,
    "update public.organizations set active = false where id = (select organization_id from public.practitioners where id = '" +
    demo.doctor + "')",
  ],
  [
    "all memberships of a patient are suspended",
    feedTokens.paula,
    `insert into public.memberships (user_id, organization_id, role, status)
      select '${people.paula}', organization_id, 'hospital_staff', 'suspended' from public.practitioners where id = '${demo.doctor}'`,
  ],
] satisfies [string, string, string][]).map(([reason, token, given]): Rule => ({
  rule: `a feed opens nothing once ${reason}`,
  given,
  as: "anonymous",
  statement: read(token),
  expected: "none",
}));

const contents: Rule[] = ([
  ["has an appointment of its patient", feedTokens.paula, soon(visits.paula), isPaulas, "yes"],
  [
    "has no appointment of another patient",
    feedTokens.paula,
    soon(visits.pavel),
    `e ->> 'id' = '${visits.pavel}'`,
    "none",
  ],
  ["has an appointment of its practitioner", feedTokens.doctor, soon(visits.paula), isPaulas, "yes"],
  [
    "has no appointment of another practitioner",
    feedTokens.doctor,
    soon(visits.priya),
    `e ->> 'id' = '${visits.priya}'`,
    "none",
  ],
  ["has no hold", feedTokens.paula, soon(visits.paulaHold), `e ->> 'id' = '${visits.paulaHold}'`, "none"],
  ["reaches a year ahead", feedTokens.paula, "select 1", isPaulas, "none"],
  [
    "has a cancelled appointment",
    feedTokens.paula,
    `${
      soon(visits.paula)
    } update public.appointments set status = 'cancelled', cancelled_by = 'staff', cancellation_reason = 'Ill' where id = '${visits.paula}'`,
    `${isPaulas} and e ->> 'status' = 'cancelled'`,
    "yes",
  ],
  [
    "says nothing about people and services",
    feedTokens.doctor,
    soon(visits.paula),
    "exists (select from jsonb_object_keys(e) as k where k ~ 'patient|practitioner|service|reason')",
    "none",
  ],
] satisfies [string, string, string, string, string][]).map(([rule, token, given, condition, expected]): Rule => ({
  rule: `a feed ${rule}`,
  given,
  as: "anonymous",
  statement: entries(token, condition),
  expected,
}));

/** What was 31 days ago cannot be inserted: it is moved there past the triggers. */
const past = (days: number, expected: string): Rule => ({
  rule: `an appointment of ${days} days ago is in a feed: ${expected}`,
  given: `set local session_replication_role = replica;
    update public.appointments set starts_at = now() - interval '${days} days', ends_at = now() - interval '${days} days' + interval '30 minutes'
      where id = '${visits.paula}';
    set local session_replication_role = origin`,
  as: "anonymous",
  statement: entries(feedTokens.paula, isPaulas),
  expected,
});

const changes: Rule[] = [
  {
    rule: "a change of calendar_feeds counts the version and keeps when the row was made",
    given:
      `update public.calendar_feeds set name = 'Other', version = 99, created_at = '2000-01-01' where id = '${feeds.paula}'`,
    statement:
      `select 1 from public.calendar_feeds where id = '${feeds.paula}' and version = 2 and created_at > '2001-01-01'`,
    expected: "yes",
  },
  {
    rule: "reading a feed is noted and no change of it",
    given: read(feedTokens.paula),
    statement:
      `select 1 from public.calendar_feeds where id = '${feeds.paula}' and version = 1 and last_used_at = now()`,
    expected: "yes",
  },
  {
    rule: "a change of calendar_feeds is in the audit log",
    given: `update public.calendar_feeds set name = 'Other' where id = '${feeds.paula}'`,
    statement:
      `select 1 from audit.entries where row_id = '${feeds.paula}' and action = 'update' and changed_fields = '{name}'`,
    expected: "yes",
  },
  {
    rule: "reading a feed writes nothing into the audit log",
    given: read(feedTokens.paula),
    statement: `select 1 from audit.entries where row_id = '${feeds.paula}' and action = 'update'`,
    expected: "none",
  },
  {
    rule: "a token of a revoked feed is never that of another one",
    statement: `update private.calendar_feed_tokens t set token_hash = r.token_hash
      from private.calendar_feed_tokens r where t.feed_id = '${feeds.paula}' and r.feed_id = '${feeds.revoked}'`,
    expected: "23505",
  },
  {
    rule: "nobody has more than ten feeds",
    before: `insert into public.calendar_feeds (user_id, calendar, name)
      select '${people.paula}', 'patient', 'One' from generate_series(1, 9)`,
    as: "patient",
    statement: `select public.create_calendar_feed('{"calendar": "patient", "name": "Mine", "token_hash": "${
      "d".repeat(64)
    }"}')`,
    expected: "PT409",
  },
  {
    rule: "a feed that is read too often is refused for a while",
    given: `${read(feedTokens.paula)}; update private.attempts set count = 120 where action = 'calendar_feed'`,
    as: "anonymous",
    statement: read(feedTokens.paula),
    expected: "PT429",
  },
  {
    rule: "a token that opens nothing leaves no trace",
    before: "delete from private.attempts where action = 'calendar_feed'",
    given: read("rls-token-of-nobody"),
    statement: "select 1 from private.attempts where action = 'calendar_feed'",
    expected: "none",
  },
];

/** What the database makes sure of about calendar feeds. */
export const calendarFeedRules: Rule[] = [...ends, ...contents, past(29, "yes"), past(31, "none"), ...changes];

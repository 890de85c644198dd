import { callLines, tableLines } from "../../matrix.ts";
import { feeds, feedTokens } from "./rows.ts";

const row = (id: string) => () => `id = '${id}'`;

const table = tableLines({
  relation: "public.calendar_feeds",
  rows: {
    "Paula's": row(feeds.paula),
    "Pavel's": row(feeds.pavel),
    "the doctor's": row(feeds.doctor),
    "the suspended one's": row(feeds.suspended),
  },
  expected: `
    verb    row                  anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    select  Paula's              deny       yes      none    none   none        none   none       yes
    select  Pavel's              deny       none     none    none   none        none   none       yes
    select  the doctor's         deny       none     yes     none   none        none   none       yes
    select  the suspended one's  deny       none     none    none   none        none   yes        yes
    closed  insert, update, delete
  `,
});

const make = (calendar: string) => () =>
  `select public.create_calendar_feed('{"calendar": "${calendar}", "name": "Mine", "token_hash": "${
    "d".repeat(64)
  }"}')`;
const revoke = (id: string) => () => `select public.revoke_calendar_feed('${id}')`;
const read = (token: string) => () => `select public.read_calendar_feed('${token}')`;

const functions = callLines(
  {
    "create_calendar_feed of a patient": make("patient"),
    "create_calendar_feed of a practitioner": make("practitioner"),
    "revoke_calendar_feed Paula's": revoke(feeds.paula),
    "revoke_calendar_feed the doctor's": revoke(feeds.doctor),
    "revoke_calendar_feed a revoked one": revoke(feeds.revoked),
    "read_calendar_feed Paula's": read(feedTokens.paula),
    "read_calendar_feed the doctor's": read(feedTokens.doctor),
    "read_calendar_feed the suspended one's": read(feedTokens.suspended),
    "read_calendar_feed a revoked one": read(feedTokens.revoked),
    "read_calendar_feed with no token": read("rls-token-of-nobody"),
  },
  `
    function                                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    create_calendar_feed of a patient       deny       yes      PT403   PT403  PT403       PT403  PT403      deny
    create_calendar_feed of a practitioner  deny       PT403    yes     yes    PT403       PT403  PT403      deny
    revoke_calendar_feed Paula's            deny       yes      PT404   PT404  PT404       PT404  PT404      deny
    revoke_calendar_feed the doctor's       deny       PT404    yes     PT404  PT404       PT404  PT404      deny
    revoke_calendar_feed a revoked one      deny       PT409    PT404   PT404  PT404       PT404  PT404      deny
    read_calendar_feed Paula's              yes        deny     deny    deny   deny        deny   deny       deny
    read_calendar_feed the doctor's         yes        deny     deny    deny   deny        deny   deny       deny
    read_calendar_feed the suspended one's  none       deny     deny    deny   deny        deny   deny       deny
    read_calendar_feed a revoked one        none       deny     deny    deny   deny        deny   deny       deny
    read_calendar_feed with no token        none       deny     deny    deny   deny        deny   deny       deny
  `,
);

export const calendarFeeds = [...table, ...functions];

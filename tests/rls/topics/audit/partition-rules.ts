import type { Rule } from "../../rule.ts";
import type { ActorName } from "../../actors.ts";

/** Ends the seals that the transaction still owes: a table with such a debt could not be emptied anyway. */
const SEALED = "set constraints all immediate";

const month = (ahead: number) =>
  `(date_trunc('month', now() at time zone 'UTC') + interval '${ahead} months') at time zone 'UTC'`;

/** The partitions that there always are: a time that falls into each, and its name. */
const partitions: [what: string, time: string, name: string][] = [
  ["the default partition", "timestamptz '1990-01-15'", "'entries_default'"],
  ...[0, 1, 2].map((ahead): [string, string, string] => [
    `the partition ${ahead} months ahead`,
    month(ahead),
    `to_char(${month(ahead)} at time zone 'UTC', '"entries_"YYYY_MM')`,
  ]),
];

const entry = (time: string) =>
  `insert into audit.entries (id, occurred_at, actor_role, table_name, row_id, action, changed_fields) overriding system value
   values (-10, ${time}, 'x', 'patients', gen_random_uuid(), 'update', '{}'); ${SEALED}`;

const inside = (statement: string, name: string) => `do $do$ begin execute format('${statement}', ${name}); end $do$`;

/** What holds for the log as a whole holds for each of its months, whichever way they are reached. */
export const auditPartitionRules: Rule[] = partitions.flatMap(([what, time, name]): Rule[] => [
  {
    rule: `an entry goes into ${what} and is sealed`,
    given: entry(time),
    statement: `select 1 from audit.entries e join audit.links l on l.entry_id = e.id and l.occurred_at = e.occurred_at
      where e.id = -10 and e.tableoid = to_regclass('audit.' || ${name})`,
    expected: "yes",
  },
  {
    rule: `an entry in ${what} is not changed`,
    given: entry(time),
    statement: "update audit.entries set request_id = 'x' where id = -10",
    expected: "PT403",
  },
  {
    rule: `an entry in ${what} is not removed, past the whole neither`,
    given: entry(time),
    statement: inside("delete from audit.%I where id = -10", name),
    expected: "PT403",
  },
  { rule: `${what} is not emptied`, given: SEALED, statement: inside("truncate audit.%I", name), expected: "PT403" },
  ...(["anonymous", "doctor", "admin", "officer", "service"] satisfies ActorName[]).flatMap((as) =>
    [
      "select from audit.%I",
      "insert into audit.%I default values",
      "update audit.%I set request_id = null",
      "delete from audit.%I",
    ].map((statement): Rule => ({
      rule: `${as} may not reach ${what}: ${statement}`,
      as,
      statement: inside(statement, name),
      expected: "deny",
    }))
  ),
]);

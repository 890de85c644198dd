import { actorNames } from "../../actors.ts";
import type { Line } from "../../matrix.ts";
import type { Rule } from "../../rule.ts";

/** What is not bound: tables that all others point to, for a circle has another table too, and views of tables outside of the data API. */
const EXEMPT = ["organizations", "profiles", "patients", "audit_anchors", "audit_entries"];

/** The tables that a request may embed no circle of, and the views of them: those of which somebody in the matrix reads a row. */
export function boundTables(lines: readonly Line[]): string[] {
  const read = lines.filter(({ verb, expected }) =>
    verb === "select" && actorNames.some((actor) => actor !== "service" && expected[actor] === "yes")
  );
  const tables = read.flatMap(({ relation }) => /^public\.(\w+)$/.exec(relation)?.[1] ?? []);
  return [...new Set(tables)].filter((table) => !EXEMPT.includes(table)).sort();
}

/** What the text of a request looks like that embeds three tables, and one of them twice. */
const LATERAL = "LEFT JOIN LATERAL ( SELECT FROM";
const CIRCLE = `/* FROM "public"."a" ${LATERAL} "public"."b" ${LATERAL} "public"."a" ${LATERAL} "public"."b" */`;

/** A rule for each of these tables, as the first caller of the matrix who reads rows of it. */
export const embedRules = (lines: readonly Line[]): Rule[] =>
  boundTables(lines).map((table) => ({
    rule: `a request that embeds a table twice is refused where it reads ${table}`,
    as: actorNames.find((actor) =>
      lines.some(({ relation, verb, expected }) =>
        relation === `public.${table}` && verb === "select" && expected[actor] === "yes"
      )
    ),
    statement: `select from public.${table} ${CIRCLE}`,
    expected: "PT400",
  }));

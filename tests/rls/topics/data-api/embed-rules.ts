import type { Rule } from "../../rule.ts";

/** The tables that a request may embed no circle of; the three that all others point to are in no circle without one of these. */
export const boundTables = [
  "allergies",
  "appointment_series",
  "appointments",
  "availability_exceptions",
  "availability_rules",
  "break_glass_reviews",
  "calendar_feeds",
  "care_relationships",
  "chart_accesses",
  "conditions",
  "consents",
  "correction_requests",
  "documents",
  "encounters",
  "immunizations",
  "invitations",
  "memberships",
  "notes",
  "notification_preferences",
  "notifications",
  "patient_contacts",
  "patient_duplicates",
  "patient_identifiers",
  "patient_link_codes",
  "patient_merges",
  "practitioners",
  "record_versions",
  "rooms",
  "service_resources",
  "services",
  "vital_signs",
  "waitlist_entries",
  "waitlist_offers",
];

/** What the text of a request looks like that embeds three tables, and one of them twice. */
const LATERAL = "LEFT JOIN LATERAL ( SELECT FROM";
const CIRCLE = `/* FROM "public"."a" ${LATERAL} "public"."b" ${LATERAL} "public"."a" ${LATERAL} "public"."b" */`;

/** Tables whose rows a doctor's query does not even come by. */
const OF_ADMINS = ["break_glass_reviews", "invitations"];

export const embedRules: Rule[] = boundTables.map((table) => ({
  rule: `a request that embeds a table twice is refused where it reads ${table}`,
  as: OF_ADMINS.includes(table) ? "admin" : "doctor",
  statement: `select from public.${table} ${CIRCLE}`,
  expected: "PT400",
}));

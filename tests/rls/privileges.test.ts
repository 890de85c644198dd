import { expect, test } from "vitest";
import { sql } from "../support/database.ts";

/** Privileges that go with `grant all` on a table; MAINTAIN exists from Postgres 17 on and is left out. */
const ALL = "delete insert references select trigger truncate update";

/** What the roles of the API may do with whole tables, views and sequences. What is not listed, nobody may. */
const TABLES = `
  appointment_series   authenticated  select
  appointment_series   service_role   ${ALL}
  appointments         authenticated  select
  appointments         service_role   ${ALL}
  availability_exceptions  authenticated  delete select
  availability_exceptions  service_role   ${ALL}
  availability_rules   authenticated  delete select
  availability_rules   service_role   ${ALL}
  practitioners        authenticated  select
  practitioners        service_role   ${ALL}
  rooms                authenticated  select
  rooms                service_role   ${ALL}
  service_resources    authenticated  delete select
  service_resources    service_role   ${ALL}
  services             authenticated  select
  services             service_role   ${ALL}
  audit.anchors        authenticated  select
  audit.anchors        service_role   select
  audit.retirements    authenticated  select
  audit.retirements    service_role   select
  audit_anchors        authenticated  select
  audit_anchors        service_role   select
  audit_entries        authenticated  select
  audit_entries        service_role   select
  allergies            authenticated  select
  allergies            service_role   insert select update
  break_glass          authenticated  select
  break_glass          service_role   select
  break_glass_reviews  authenticated  select
  break_glass_reviews  service_role   select
  care_relationships   authenticated  select
  care_relationships   service_role   ${ALL}
  chart_accesses       authenticated  select
  chart_accesses       service_role   select
  chart_records        authenticated  select
  chart_records        service_role   select
  conditions           authenticated  select
  conditions           service_role   insert select update
  consents             authenticated  select
  consents             service_role   insert select update
  correction_requests  authenticated  select
  correction_requests  service_role   select
  documents            authenticated  select
  documents            service_role   insert select update
  encounters           authenticated  select
  encounters           service_role   insert select update
  immunizations        authenticated  select
  immunizations        service_role   insert select update
  invitations          authenticated  select
  invitations          service_role   ${ALL}
  memberships          authenticated  select
  memberships          service_role   ${ALL}
  notes                authenticated  select
  notes                service_role   insert select update
  notification_preferences  authenticated  select
  notification_preferences  service_role   ${ALL}
  notifications        authenticated  select
  notifications        service_role   ${ALL}
  organizations        authenticated  select
  organizations        service_role   ${ALL}
  patient_contacts     authenticated  delete select
  patient_contacts     service_role   ${ALL}
  patient_duplicates   authenticated  select
  patient_duplicates   service_role   select
  patient_identifiers  authenticated  select
  patient_identifiers  service_role   ${ALL}
  patient_merges       authenticated  select
  patient_merges       service_role   select
  patients             authenticated  select
  patients             service_role   ${ALL}
  private.patients     service_role   ${ALL}
  calendar_feeds       authenticated  select
  calendar_feeds       service_role   select
  patient_link_codes   authenticated  select
  patient_link_codes   service_role   select
  private.attempt_policies  service_role  select
  private.attempts     service_role   delete insert select update
  private.counted_sign_ins  service_role  delete insert select update
  private.known_clients  service_role  delete insert select update
  profiles             authenticated  select
  profiles             service_role   ${ALL}
  record_versions      authenticated  select
  record_versions      service_role   select
  vital_signs          authenticated  select
  vital_signs          service_role   insert select update
  waitlist_entries     authenticated  select
  waitlist_entries     service_role   ${ALL}
  waitlist_offers      authenticated  select
  waitlist_offers      service_role   ${ALL}
`;

const SERVICE_SETTINGS =
  "bookable_by buffer_after_minutes buffer_before_minutes cutoff_minutes duration_minutes horizon_days name needs_confirmation notice_minutes " +
  "patient_limit slot_minutes waitlist_offer_minutes";

const AUDIT_COLUMNS =
  "action actor_id actor_role changed_fields id occurred_at organization_id parts patient_id reason request_id row_id table_name";
const PATIENT_DETAILS =
  "address_line birth_date blood_type city country email family_name given_name language phone postal_code region sex";

/** What they may do with single columns only. */
const COLUMNS = `
  allergies  authenticated  insert  ${
  "category code code_system is_class kind occurred_at " +
  "organization_id patient_id reaction severity status substance verification"
}
  allergies  authenticated  update  ${
  "category code code_system error_reason is_class kind " +
  "occurred_at reaction severity status substance verification"
}
  chart_accesses  authenticated  update  closed_at
  conditions  authenticated  insert  ${
  "code code_system encounter_id name occurred_at onset_on " +
  "organization_id patient_id resolved_on sensitivity severity status verification"
}
  conditions  authenticated  update  ${
  "code code_system error_reason name occurred_at " +
  "onset_on resolved_on sensitivity severity status verification"
}
  consents  authenticated  insert  organization_id patient_id scope valid_until
  consents  authenticated  update  status
  correction_requests  authenticated  insert  field organization_id patient_id record_id record_kind text
  correction_requests  authenticated  update  decision_reason status
  documents  authenticated  insert  ${
  "category encounter_id media_type occurred_at organization_id patient_id " +
  "sensitivity sha256 size_bytes status title url"
}
  documents  authenticated  update  ${
  "category error_reason media_type occurred_at sensitivity " +
  "sha256 size_bytes status title url"
}
  encounters  authenticated  insert  ended_at kind occurred_at organization_id patient_id reason sensitivity status
  encounters  authenticated  update  ended_at error_reason kind occurred_at reason sensitivity status
  immunizations  authenticated  insert  ${
  "code code_system dose_number encounter_id lot_number not_done_reason " +
  "occurred_at organization_id patient_id site status vaccine"
}
  immunizations  authenticated  update  ${
  "code code_system dose_number error_reason lot_number " +
  "not_done_reason occurred_at site status vaccine"
}
  notes  authenticated  insert  encounter_id kind occurred_at organization_id patient_id sensitivity text
  notes  authenticated  update  amendment_reason error_reason sensitivity status text
  vital_signs  authenticated  insert  diastolic encounter_id measure occurred_at organization_id patient_id unit value
  vital_signs  authenticated  update  error_reason occurred_at status
  availability_exceptions  authenticated  insert  end_time from_day kind organization_id practitioner_id reason start_time to_day
  availability_rules  authenticated  insert  end_time organization_id practitioner_id start_time valid_from valid_to weekday
  availability_rules  authenticated  update  end_time start_time valid_from valid_to weekday
  practitioners       authenticated  insert  display_name membership_id organization_id specialty
  practitioners       authenticated  update  active display_name specialty
  rooms               authenticated  insert  name organization_id
  rooms               authenticated  update  active name
  service_resources   authenticated  insert  organization_id practitioner_id room_id service_id
  services            authenticated  insert  ${
  SERVICE_SETTINGS.replace(" patient_limit", " organization_id patient_limit")
}
  services            authenticated  update  active ${SERVICE_SETTINGS}
  audit.entries       authenticated  select  ${AUDIT_COLUMNS}
  audit.entries       service_role   select  ${AUDIT_COLUMNS}
  care_relationships  authenticated  insert  organization_id patient_id
  care_relationships  authenticated  update  status
  invitations         authenticated  update  revoked_at
  memberships         authenticated  update  is_prescriber licence_number may_overbook may_schedule position status
  notification_preferences  authenticated  update  choices quiet_from quiet_until reminder_minutes
  notifications       authenticated  update  read_at
  organizations       authenticated  update  active address_line city country email name phone postal_code region time_zone
  patient_contacts    authenticated  insert  email kind name patient_id phone priority relationship
  patient_contacts    authenticated  update  email kind name phone priority relationship
  private.patients    authenticated  select  ${
  "address_line birth_date blood_type city country created_at deleted_at deletion_reason email family_name given_name id language " +
  "merged_into phone postal_code region sex sort_name updated_at user_id version"
}
  private.patients    authenticated  update  ${PATIENT_DETAILS}
  patients            authenticated  update  ${PATIENT_DETAILS}
  profiles            authenticated  update  family_name given_name language phone time_zone
`;

/** What even a caller without a token runs into: the check before each request, what constraints and refusals need, and calendar feeds. */
const ANONYMOUS_HELPERS = [
  "private.check_request",
  "private.normalise",
  "private.read_calendar_feed",
  "private.refuse",
  "private.request_header",
  "private.require_length",
  "public.read_calendar_feed",
];

const linesOf = (table: string) =>
  table.trim().split("\n").map((line) => line.trim().split(/\s{2,}/).join(" | ").replace(/^(?!\w+\.)/, "public."))
    .sort();

const OUR_SCHEMAS = "n.nspname in ('public', 'private', 'audit')";
const API_ROLES = "coalesce(g.rolname, 'public') in ('public', 'anon', 'authenticated', 'service_role')";

test("the roles of the API have the privileges on tables that they need, and no other", async () => {
  const { rows } = await sql().query<{ line: string }>(`
    select format('%s.%s | %s | %s', n.nspname, c.relname, coalesce(g.rolname, 'public'),
      string_agg(lower(a.privilege_type), ' ' order by lower(a.privilege_type))) as line
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral aclexplode(c.relacl) as a
    left join pg_roles g on g.oid = a.grantee
    where ${OUR_SCHEMAS} and ${API_ROLES} and a.privilege_type <> 'MAINTAIN'
    group by n.nspname, c.relname, g.rolname`);
  expect(rows.map(({ line }) => line).sort()).toEqual(linesOf(TABLES));
});

test("the roles of the API have the privileges on columns that they need, and no other", async () => {
  const { rows } = await sql().query<{ line: string }>(`
    select format('%s.%s | %s | %s | %s', n.nspname, c.relname, coalesce(g.rolname, 'public'), lower(a.privilege_type),
      string_agg(t.attname, ' ' order by t.attname)) as line
    from pg_attribute t
    join pg_class c on c.oid = t.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral aclexplode(t.attacl) as a
    left join pg_roles g on g.oid = a.grantee
    where ${OUR_SCHEMAS} and ${API_ROLES} and not t.attisdropped
    group by n.nspname, c.relname, g.rolname, a.privilege_type`);
  expect(rows.map(({ line }) => line).sort()).toEqual(linesOf(COLUMNS));
});

test("functions are granted one by one, never to everybody", async () => {
  const { rows } = await sql().query<{ name: string }>(`
    select distinct format('%I.%I', n.nspname, p.proname) as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
    where ${OUR_SCHEMAS} and a.grantee = 0`);
  expect(rows).toEqual([]);
});

test("a caller without a token may read a calendar feed by its own token, and else execute only harmless helpers", async () => {
  const { rows } = await sql().query<{ name: string }>(`
    select distinct format('%I.%I', n.nspname, p.proname) as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where ${OUR_SCHEMAS} and has_function_privilege('anon', p.oid, 'execute') order by 1`);
  expect(rows.map(({ name }) => name)).toEqual(ANONYMOUS_HELPERS);
});

test("who may select from a table of the API may select all of its columns: clients ask for * and for what they wrote", async () => {
  const { rows } = await sql().query<{ name: string }>(
    `
    select distinct format('%I.%I for %s', n.nspname, c.relname, r.rolname) as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join pg_roles r
    where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f') and r.rolname in ('anon', 'authenticated', 'service_role')
      and has_any_column_privilege(r.oid, c.oid, 'select') and not has_table_privilege(r.oid, c.oid, 'select')`,
  );
  expect(rows).toEqual([]);
});

test("nobody of the API reads the values in the audit log, what opens an invitation, a feed or a chart, or whose login a practitioner has", async () => {
  const { rows } = await sql().query<{ role: string; columns: string[] }>(`
    select r.rolname as role, array_agg(format('%s.%s', c.attrelid::regclass, c.attname)) as columns
    from pg_roles r cross join pg_attribute c
    where r.rolname in ('anon', 'authenticated', 'service_role') and has_column_privilege(r.oid, c.attrelid, c.attnum, 'select')
      and (c.attrelid = 'audit.entries'::regclass and c.attname in ('before', 'after')
        or c.attrelid = any ('{private.invitation_tokens, private.calendar_feed_tokens, private.link_code_hashes, private.practitioner_keys}'::regclass[])
        or c.attrelid = 'private.patients'::regclass and c.attname in ('hospital_ids', 'related_changes') and r.rolname <> 'service_role')
    group by 1`);
  expect(rows).toEqual([]);
});

test("tables under row-level security, views with the rights of the caller", async () => {
  const { rows } = await sql().query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where (n.nspname in ('public', 'audit') or c.oid = 'private.patients'::regclass) and (
      c.relkind in ('r', 'p') and not c.relrowsecurity
      or c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false)
      or c.relkind in ('m', 'f'))`);
  expect(rows).toEqual([]);
});

test("no table is published: its rows would go out whole to whoever follows it", async () => {
  const { rows } = await sql().query<{ name: string }>(`
    select format('%I.%I', schemaname, tablename) as name from pg_publication_tables
    where not (pubname = 'supabase_realtime_messages_publication' and schemaname = 'realtime')`);
  expect(rows).toEqual([]);
});

import type { ClientBase } from "pg";
import * as charts from "./worlds/charts.ts";
import * as identity from "./worlds/identity.ts";
import { demoHospital, northHospital, people } from "./people.ts";
import * as appointments from "./worlds/appointments.ts";
import * as calendarFeeds from "./worlds/calendar-feeds.ts";
import * as notifications from "./worlds/notifications.ts";
import * as series from "./worlds/series.ts";
import * as waitlist from "./worlds/waitlist.ts";

const made = (number: number) => `a0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Rows that the seeds lack, under ids of their own. */
export const extra = {
  suspendedMembership: made(2),
  closedPharmacy: made(3),
  demoInvitation: made(4),
  northInvitation: made(5),
  hiddenPatient: made(6),
  lonePatient: made(7),
  paulaHere: made(8),
  paulaElsewhere: made(9),
  paulaNational: made(10),
  pavelHere: made(11),
  priyaElsewhere: made(12),
  paulaContact: made(13),
  pavelContact: made(14),
  priyaContact: made(15),
} as const;

/** Audit entries have numbers; negative ones are never given by the sequence. */
export const auditEntries = { demo: -1, north: -2, none: -3, paulas: -5, priyas: -6 } as const;

const arrangement = `
  insert into public.profiles (id, email, given_name, family_name) values ('${people.suspended}', 'suspended@rls.example', 'Sven', 'Holm');
  insert into public.memberships (id, user_id, organization_id, role, status)
    values ('${extra.suspendedMembership}', '${people.suspended}', '${demoHospital}', 'hospital_staff', 'suspended');
  insert into public.organizations (id, kind, name, active) values ('${extra.closedPharmacy}', 'pharmacy', 'Closed Pharmacy', false);
  insert into public.invitations (id, organization_id, email, role) values
    ('${extra.demoInvitation}', '${demoHospital}', 'new@rls.example', 'hospital_staff'),
    ('${extra.northInvitation}', '${northHospital}', 'new@rls.example', 'hospital_staff');
  insert into private.invitation_tokens (invitation_id, token_hash) values
    ('${extra.demoInvitation}', repeat('a', 64)), ('${extra.northInvitation}', repeat('b', 64));
  insert into public.patients (id, given_name, family_name, deleted_at, deletion_reason) values
    ('${extra.hiddenPatient}', 'Hilde', 'Hidden', now(), 'entered twice'), ('${extra.lonePatient}', 'Lone', 'Larsen', null, null);
  insert into public.care_relationships (patient_id, organization_id) values ('${extra.hiddenPatient}', '${demoHospital}');
  delete from public.patient_identifiers i using public.patients p
    where p.id = i.patient_id and p.user_id in ('${people.paula}', '${people.pavel}', '${people.priya}');
  insert into public.patient_identifiers (id, patient_id, system, organization_id, country, value)
    select i.id::uuid, p.id, i.system::public.identifier_system, i.organization_id::uuid, i.country, i.value
    from (values
      ('${extra.paulaHere}', '${people.paula}', 'mrn', '${demoHospital}', null, 'RLS-1'),
      ('${extra.paulaElsewhere}', '${people.paula}', 'mrn', '${northHospital}', null, 'RLS-2'),
      ('${extra.paulaNational}', '${people.paula}', 'national_id', null, 'DE', 'RLS-3'),
      ('${extra.pavelHere}', '${people.pavel}', 'mrn', '${demoHospital}', null, 'RLS-4'),
      ('${extra.priyaElsewhere}', '${people.priya}', 'mrn', '${northHospital}', null, 'RLS-5')
    ) as i (id, user_id, system, organization_id, country, value)
    join public.patients p on p.user_id = i.user_id::uuid;
  insert into public.patient_contacts (id, patient_id, kind, name, phone)
    select c.id::uuid, p.id, 'emergency', 'Somebody', '+4930123456'
    from (values ('${extra.paulaContact}', '${people.paula}'), ('${extra.pavelContact}', '${people.pavel}'),
      ('${extra.priyaContact}', '${people.priya}')) as c (id, user_id)
    join public.patients p on p.user_id = c.user_id::uuid;
  ${charts.arrangement}
  ${identity.arrangement}
  ${appointments.arrangement}
  ${series.arrangement}
  ${waitlist.arrangement}
  ${calendarFeeds.arrangement}
  set local session_replication_role = replica;
  insert into auth.sessions (id, user_id) select id, id from public.profiles;
  insert into audit.anchors (id, chain, position, hash) overriding system value values (-1, 1, 0, 'x');
  insert into audit.retirements (id, month, entries, ranges, retention) values (-4, '1980-01-01', 0, '[]', interval '6 years');
  insert into audit.entries (id, actor_role, organization_id, table_name, row_id, action, changed_fields, after) overriding system value values
    (${auditEntries.demo}, 'authenticated', '${demoHospital}', 'patients', gen_random_uuid(), 'insert', '{phone}', '{"phone": "+4930123456"}'),
    (${auditEntries.north}, 'authenticated', '${northHospital}', 'patients', gen_random_uuid(), 'insert', '{phone}', '{"phone": "+15185550100"}'),
    (${auditEntries.none}, 'authenticated', null, 'profiles', gen_random_uuid(), 'insert', '{phone}', '{"phone": "+4930123456"}');
  insert into audit.entries (id, actor_role, patient_id, table_name, row_id, action, changed_fields) overriding system value
    select e.id, 'authenticated', p.id, 'patients', p.id, 'update', '{phone}'
    from (values (${auditEntries.paulas}, '${people.paula}'), (${auditEntries.priyas}, '${people.priya}')) as e (id, user_id)
    join public.patients p on p.user_id = e.user_id::uuid;
  set local session_replication_role = origin;
`;

/**
 * Removes what the arrangement made, past every trigger: the log is append-only and an organization keeps its rows. Its own entries of the log were
 * never sealed; what the log says of the rest stays, because the chain would break.
 */
const removal = `
  set local session_replication_role = replica;
  ${waitlist.removal}
  ${series.removal}
  ${calendarFeeds.removal}
  ${appointments.removal}
  delete from auth.sessions where id = user_id;
  delete from audit.anchors where id = -1;
  delete from audit.retirements where id = -4;
  delete from audit.entries where id between -6 and -1;
  ${charts.removal}
  ${identity.removal}
  delete from public.patient_contacts where id::text like 'a0000000-0000-4000-8000-%';
  delete from public.patient_identifiers where id::text like 'a0000000-0000-4000-8000-%' or patient_id = '${extra.hiddenPatient}';
  delete from public.care_relationships where patient_id = '${extra.hiddenPatient}';
  insert into public.patient_identifiers (patient_id, system, organization_id, value)
    select c.patient_id, 'mrn', c.organization_id, 'H' || nextval('private.mrn_seq') from public.care_relationships c
    where c.status = 'active'
      and not exists (select from public.patient_identifiers i where i.patient_id = c.patient_id and i.organization_id = c.organization_id);
  delete from private.patient_words where patient_id in ('${extra.hiddenPatient}', '${extra.lonePatient}');
  delete from public.patients where id in ('${extra.hiddenPatient}', '${extra.lonePatient}');
  delete from private.invitation_tokens where invitation_id::text like 'a0000000-0000-4000-8000-%';
  delete from public.invitations where id::text like 'a0000000-0000-4000-8000-%';
  delete from public.memberships where id = '${extra.suspendedMembership}';
  delete from public.organizations where id = '${extra.closedPharmacy}';
  delete from public.profiles where id = '${people.suspended}';
`;

/** Ids that the seeds leave to chance, for statements of the matrix: readable by everybody, gone with the transaction. */
const lookups = `
  create temporary table rls_patients on commit drop as select id, user_id from public.patients where user_id is not null;
  create temporary table rls_memberships on commit drop as select id, user_id from public.memberships;
  create temporary table rls_care on commit drop as
    select c.id, p.user_id from public.care_relationships c join public.patients p on p.id = c.patient_id where p.user_id is not null;
  ${appointments.lookups}
  create temporary table rls_seen (id bigint) on commit drop;
  grant select on rls_patients, rls_memberships, rls_care to anon, authenticated, service_role;
`;

/** Makes the lookups alone, where the rows are there already. */
export async function lookUp(client: ClientBase): Promise<void> {
  await client.query(lookups);
}

/** Adds to the seeds what the matrix needs; as the superuser, in a transaction that the caller ends. */
export async function arrange(client: ClientBase): Promise<void> {
  await client.query(arrangement);
  await client.query(notifications.arrangement);
}

/** Takes the arrangement back where it was committed. */
export async function clear(client: ClientBase): Promise<void> {
  await client.query(notifications.removal);
  await client.query(removal);
}

import { auditEntries } from "../../extra.ts";
import { demoHospital, northHospital, people } from "../../people.ts";

/** Past every trigger: an entry that was sealed could not go again. */
export const arrangement = `
  set local session_replication_role = replica;
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

/** Runs past every trigger: the log is append-only. These entries were never sealed; what the log says of other rows stays, or the chain would break. */
export const removal = `
  delete from audit.anchors where id = -1;
  delete from audit.retirements where id = -4;
  delete from audit.entries where id between -6 and -1;
`;

export const lookups = "create temporary table rls_seen (id bigint) on commit drop;";

-- The audit log: every change leaves an entry, and no entry can be changed, by anyone.

begin;
create extension if not exists pgtap with schema extensions;
select plan(8);

insert into public.organizations (id, kind, name, time_zone, country)
values ('99999999-0000-4000-8000-000000000001', 'hospital', 'Audited Hospital', 'Europe/Berlin', 'DE');
update public.organizations set name = 'Renamed Hospital' where id = '99999999-0000-4000-8000-000000000001';
update public.organizations set name = 'Renamed Hospital' where id = '99999999-0000-4000-8000-000000000001';
delete from public.organizations where id = '99999999-0000-4000-8000-000000000001';

select results_eq(
  $$ select action::text from audit.entries where row_id = '99999999-0000-4000-8000-000000000001' order by id $$,
  array['insert', 'update', 'delete'],
  'each change leaves one entry, a change of nothing leaves none'
);
select results_eq(
  $$ select changed_fields, before, after from audit.entries
     where row_id = '99999999-0000-4000-8000-000000000001' and action = 'update' $$,
  $$ values (array['name'], '{"name": "Audited Hospital"}'::jsonb, '{"name": "Renamed Hospital"}'::jsonb) $$,
  'an entry names the changed fields and keeps what they said'
);

select throws_ok('update audit.entries set actor_role = ''nobody''', 'PT403', null, 'no entry is changed');
select throws_ok('delete from audit.entries', 'PT403', null, 'no entry is deleted');
-- A table with pending seals cannot be truncated anyway; this is about all others.
set constraints all immediate;
select throws_ok('truncate audit.entries', 'PT403', null, 'the log is not emptied');

select is_empty(
  $$ select r, v from unnest(array['anon', 'authenticated', 'service_role']) as r, unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) as v
     where has_table_privilege(r, 'audit.entries', v)
       or v in ('INSERT', 'UPDATE') and has_any_column_privilege(r, 'audit.entries', v) $$,
  'nobody who comes over the API may write the log'
);
select is_empty(
  $$ select r, c from unnest(array['anon', 'authenticated', 'service_role']) as r, unnest(array['before', 'after']) as c
     where has_column_privilege(r, 'audit.entries', c, 'select') $$,
  'nobody who comes over the API may read the former values'
);
select is_empty(
  $$ select p.relid, g.type from pg_partition_tree('audit.entries') as p
     cross join (values ('update or delete', 24), ('truncate', 32)) as g(type, bits)
     where p.isleaf and not exists (select from pg_trigger t
       where t.tgrelid = p.relid and t.tgfoid = 'private.refuse_audit_change'::regproc and t.tgenabled in ('O', 'A') and t.tgtype & g.bits = g.bits) $$,
  'the guards against update, delete and truncation are on, for every month'
);

select * from finish();
rollback;

-- What every table, view and function of the project must be, asked of the catalog: a migration of a later day is held to it
-- as well. Each rule lists what breaks it.

begin;
create extension if not exists pgtap with schema extensions;
select plan(15);

select is_empty(
  $$ select c.oid::regclass from pg_class c
     where (c.relnamespace in ('public'::regnamespace, 'audit'::regnamespace) or c.oid = 'private.patients'::regclass) and c.relkind in ('r', 'p')
       and not c.relrowsecurity $$,
  'every table of public and audit has row-level security, and so have patients behind their view'
);

select is_empty(
  $$ select c.relname, w.attname from pg_class c
     cross join (values ('id', 'uuid'), ('version', 'integer'), ('created_at', 'timestamp with time zone'),
       ('updated_at', 'timestamp with time zone')) as w(attname, type)
     left join pg_attribute a on a.attrelid = c.oid and a.attname = w.attname and not a.attisdropped and a.attnotnull
       and format_type(a.atttypid, null) = w.type
     where (c.relnamespace = 'public'::regnamespace or c.oid = 'private.patients'::regclass) and c.relkind in ('r', 'p') and a.attname is null
       -- Former versions are copies that never change.
       and c.relname <> 'record_versions' $$,
  'every table of public has id, version, created_at and updated_at'
);

select is_empty(
  $$ select c.relname, f.function from pg_class c
     cross join (values ('private.touch_row'), ('private.audit_change')) as f(function)
     where (c.relnamespace = 'public'::regnamespace or c.oid = 'private.patients'::regclass) and c.relkind in ('r', 'p')
       and c.relname <> 'record_versions' and not exists (
       select from pg_trigger t where t.tgrelid = c.oid and t.tgenabled <> 'D' and (t.tgfoid = to_regproc(f.function)
         or f.function = 'private.touch_row' and t.tgfoid = to_regproc('private.change_record'))) $$,
  'every table of public counts its version and is under audit'
);

select is_empty(
  $$ select c.relname from pg_class c
     where (c.relnamespace = 'public'::regnamespace or c.oid = 'private.patients'::regclass) and c.relkind in ('r', 'p')
       and c.relname <> 'record_versions'
       and (select bit_or(t.tgtype) & 28 from pg_trigger t
         where t.tgrelid = c.oid and t.tgfoid = to_regproc('private.audit_change') and t.tgenabled <> 'D') is distinct from 28 $$,
  'the audit of a table covers inserts, updates and deletions'
);

select is_empty(
  $$ select c.conrelid::regclass, c.conname from pg_constraint c join pg_class t on t.oid = c.conrelid
     where c.contype = 'f' and c.confrelid = 'auth.users'::regclass and c.confdeltype = 'c'
       and t.relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'audit'::regnamespace) $$,
  'deleting a login deletes no row of the project'
);

select is_empty(
  $$ select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
       and not coalesce(c.reloptions @> '{security_invoker=true}' or c.reloptions @> '{security_invoker=on}', false) $$,
  'views of public read with the rights of the caller'
);

select is_empty(
  $$ select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('m', 'f') $$,
  'public has no materialized view and no foreign table, which row-level security does not protect'
);

select is_empty(
  $$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef $$,
  'functions of public run with the rights of the caller'
);

select is_empty(
  $$ select p.oid::regprocedure from pg_proc p
     where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace, 'audit'::regnamespace)
       -- Names in a body of standard SQL are bound when it is created.
       and p.prosqlbody is null
       and not exists (select from unnest(p.proconfig) as s where s ~ '^search_path=("")?$') $$,
  'functions have an empty search path'
);

select is_empty(
  $$ select extname from pg_extension where extnamespace = 'public'::regnamespace $$,
  'no extension lives in public'
);

select is_empty(
  $$ select nspname from pg_namespace n, unnest(array['anon', 'authenticated', 'service_role']) as r
     where n.nspname in ('public', 'private', 'audit', 'auth', 'extensions', 'vault') and has_schema_privilege(r, n.oid, 'create') $$,
  'nobody who comes over the API can make objects'
);

select is_empty(
  $$ select s from pg_db_role_setting d, unnest(d.setconfig) as s
     where s ~ '^pgrst\.db_(schemas|extra_search_path)=.*\m(private|audit|auth|vault|cron|net)\M' $$,
  'the data API exposes no schema but public'
);

select is_empty(
  $$ select c.oid::regclass, r from pg_class c, unnest(array['anon', 'authenticated']) as r
     where c.relnamespace = 'private'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and c.oid <> 'private.patients'::regclass
       and (has_table_privilege(r, c.oid, 'select, insert, update, delete') or has_any_column_privilege(r, c.oid, 'select, insert, update')) $$,
  'tables of private are closed to people, but for patients, which stand behind a view'
);

create table public.made_later (id int);
create function public.made_later() returns int language sql as 'select 1';
select is_empty(
  $$ select r from unnest(array['anon', 'authenticated', 'service_role']) as r
     where has_table_privilege(r, 'public.made_later', 'select, insert, update, delete') $$,
  'a new table is granted to nobody'
);
select is_empty(
  $$ select r from unnest(array['anon', 'authenticated', 'service_role']) as r
     where has_function_privilege(r, 'public.made_later()', 'execute') $$,
  'a new function is granted to nobody'
);

select * from finish();
rollback;

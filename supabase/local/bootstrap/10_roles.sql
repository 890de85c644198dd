-- The roles a Supabase database has before the first migration.
--
-- Every file of this folder runs in name order as the superuser supabase_admin, in the database `postgres`, over the
-- wire protocol (no psql commands), and may run again at any time. PostgreSQL 15 and 17.
-- Files 10 to 70 come first; then the tables of Auth are made, as supabase_auth_admin (getAuthSchemaSql of
-- @supabase/lite); then 90_after_auth.sql; then the migrations, as postgres.
--
-- No role gets a password here. The stack sets them afterwards for those that log in:
--   alter role postgres | authenticator | supabase_auth_admin password '...';

do $$
declare
  v_role text;
begin
  foreach v_role in array array[
    'postgres', 'anon', 'authenticated', 'service_role', 'authenticator', 'dashboard_user', 'pgbouncer',
    'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin'
  ] loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
      execute format('create role %I', v_role);
    end if;
  end loop;
end
$$;

-- Not a superuser, as on the platform: a migration that hosted Supabase would refuse fails here too.
alter role postgres with nosuperuser login createrole createdb replication bypassrls inherit;
alter role anon with nologin noinherit;
alter role authenticated with nologin noinherit;
alter role service_role with nologin noinherit bypassrls;
alter role authenticator with login noinherit;
alter role dashboard_user with nologin createrole createdb replication;
alter role pgbouncer with login;
alter role supabase_auth_admin with login noinherit createrole;
alter role supabase_storage_admin with login noinherit createrole;
alter role supabase_realtime_admin with nologin noinherit;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to supabase_storage_admin;

-- The admin option lets a migration write `alter role authenticator set pgrst....`: since version 16 CREATEROLE alone does not.
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres with admin option;

-- The platform lets postgres make policies and triggers on realtime.messages through an extension of its own (supautils).
-- Membership in the owner is the nearest plain Postgres has; 50_realtime.sql keeps CREATE on the schema away.
grant supabase_realtime_admin to postgres;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role supabase_auth_admin set search_path = 'auth';
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
alter role supabase_storage_admin set search_path = 'storage';
alter role postgres set search_path = "$user", public, extensions;
alter role supabase_admin set search_path = "$user", public, auth, extensions;

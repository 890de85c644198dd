-- Owner, settings and schemas of the database.

alter database postgres owner to postgres;
alter database postgres set search_path = "$user", public, extensions;
-- realtime.messages keeps its instants without a zone and pg_cron counts in UTC.
alter database postgres set timezone = 'UTC';

-- `create schema if not exists auth`, with which Auth's own script begins, asks for CREATE even when the schema is there.
grant create on database postgres to supabase_auth_admin, supabase_storage_admin;

create schema if not exists extensions;
alter schema extensions owner to postgres;
grant usage on schema extensions to anon, authenticated, service_role, dashboard_user, supabase_auth_admin;

create schema if not exists auth;
alter schema auth owner to supabase_auth_admin;
grant usage on schema auth to postgres, anon, authenticated, service_role, dashboard_user;

create schema if not exists storage;
alter schema storage owner to supabase_storage_admin;
grant usage on schema storage to postgres, anon, authenticated, service_role, dashboard_user;

create schema if not exists vault;
grant usage on schema vault to postgres with grant option;
grant usage on schema vault to service_role;

grant usage on schema public to postgres, anon, authenticated, service_role;

-- Since 2026-10-30 a new table, view or sequence of `public` reaches nobody until a migration grants it
-- (Supabase changelog 45329). Only a database made before needs these two statements.
alter default privileges for role postgres in schema public
  revoke all on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  revoke all on sequences from anon, authenticated, service_role;

-- The settings of the Data API that the platform lets postgres store on the role authenticator.
do $$
declare
  v_name text;
begin
  foreach v_name in array array[
    'db_aggregates_enabled', 'db_anon_role', 'db_extra_search_path', 'db_hoisted_tx_settings', 'db_max_rows',
    'db_plan_enabled', 'db_pre_request', 'db_root_spec', 'db_schemas', 'db_tx_end', 'jwt_aud', 'jwt_role_claim_key',
    'log_level', 'openapi_mode', 'openapi_security_active', 'server_cors_allowed_origins', 'server_timing_enabled',
    'server_trace_header'
  ] loop
    execute format('grant set on parameter %I to postgres', 'pgrst.' || v_name);
  end loop;
end
$$;
grant set on parameter session_replication_role, log_min_messages to postgres;

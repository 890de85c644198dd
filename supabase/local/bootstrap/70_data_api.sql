-- Tells PostgREST to read the schema again after a change of it, as on the platform. The notification is sent when the
-- transaction commits, and only once per transaction. Temporary tables are no reason.

create or replace function extensions.notify_data_api() returns event_trigger language plpgsql set search_path = '' as $$
begin
  if tg_event = 'sql_drop' then
    if not exists (select from pg_catalog.pg_event_trigger_dropped_objects() where not is_temporary) then
      return;
    end if;
  elsif not exists (
    select from pg_catalog.pg_event_trigger_ddl_commands() where schema_name is distinct from 'pg_temp'
  ) then
    return;
  end if;
  notify pgrst, 'reload schema';
end
$$;

do $$
begin
  if not exists (select from pg_catalog.pg_event_trigger where evtname = 'notify_data_api_of_change') then
    create event trigger notify_data_api_of_change on ddl_command_end
      when tag in (
        'CREATE SCHEMA', 'ALTER SCHEMA', 'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE',
        'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE', 'CREATE VIEW', 'ALTER VIEW', 'CREATE MATERIALIZED VIEW',
        'ALTER MATERIALIZED VIEW', 'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE TYPE', 'ALTER TYPE', 'CREATE RULE',
        'CREATE TRIGGER', 'COMMENT'
      )
      execute function extensions.notify_data_api();
  end if;
  if not exists (select from pg_catalog.pg_event_trigger where evtname = 'notify_data_api_of_drop') then
    create event trigger notify_data_api_of_drop on sql_drop execute function extensions.notify_data_api();
  end if;
end
$$;

-- Extensions that every Supabase database has from the start.

create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;

-- Those a server may lack. The real pg_cron may only be created by a superuser and only where it is preloaded; the
-- platform does that on behalf of postgres, here it is done ahead, and the migration's `create extension if not exists`
-- finds it. The stand-in of ../extensions is left to the migration, which may create it itself.
do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_stat_statements') then
    create extension if not exists pg_stat_statements with schema extensions;
    grant execute on all functions in schema extensions to postgres;
  end if;

  -- Vault is there from the start; its stand-in gives its rights to the role that creates it.
  if exists (select from pg_catalog.pg_available_extension_versions where name = 'supabase_vault' and trusted) then
    set local role postgres;
    create extension if not exists supabase_vault with schema vault;
    reset role;
  end if;

  if current_setting('shared_preload_libraries') ~ '\mpg_cron\M' then
    create extension if not exists pg_cron with schema pg_catalog;
    grant usage on schema cron to postgres with grant option;
    grant execute on all functions in schema cron to postgres with grant option;
    grant all on all sequences in schema cron to postgres with grant option;
    grant all on all tables in schema cron to postgres with grant option;
    -- Jobs change through the functions alone.
    revoke all on cron.job from postgres;
    grant select on cron.job to postgres with grant option;
  end if;
end
$$;

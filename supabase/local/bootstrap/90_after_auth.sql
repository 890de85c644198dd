-- Runs after Auth's tables exist (see 10_roles.sql) and before the first migration. They belong to supabase_auth_admin,
-- whoever made them; postgres may read and write their rows, refer to them and put triggers on them, but not alter them,
-- as on the platform. RLS without policies keeps everyone else out, should a grant ever slip through.

-- How a session was opened, which @supabase/lite does not keep: the local Auth writes 'otp' for one that the code of a mail opened.
create table if not exists auth.mfa_amr_claims (
  id uuid primary key,
  session_id uuid not null references auth.sessions (id) on delete cascade,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  authentication_method text not null,
  constraint mfa_amr_claims_session_id_authentication_method_pkey unique (session_id, authentication_method)
);

do $$
declare
  v_table regclass;
begin
  for v_table in
    select c.oid from pg_catalog.pg_class c
    where c.relnamespace = 'auth'::regnamespace and c.relkind in ('r', 'p')
  loop
    execute format('alter table %s owner to supabase_auth_admin', v_table);
    execute format('alter table %s enable row level security', v_table);
    execute format('grant all on table %s to postgres, dashboard_user', v_table);
  end loop;
end
$$;

grant all on all sequences in schema auth to postgres, dashboard_user;

-- What the platform's tables have and @supabase/lite's lack, so that the same insert makes a login on both: GoTrue finds people
-- by instance_id.
alter table auth.users add column if not exists instance_id uuid default '00000000-0000-0000-0000-000000000000';
alter table auth.users add column if not exists is_super_admin boolean;
alter table auth.identities alter column id set default gen_random_uuid();

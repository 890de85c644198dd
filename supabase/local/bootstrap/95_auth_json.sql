-- @supabase/lite writes its JSON columns as JSON strings ('"{\"given_name\": …}"'). The platform's Auth writes objects, and that
-- is what triggers on auth.users read: without this everybody would be without a name and every invitation without effect.

-- The object that a JSON string contains; anything else as it is.
create or replace function auth.json_object_of(p_value jsonb) returns jsonb
language sql immutable
set search_path = ''
as $$
  select case jsonb_typeof(p_value) when 'string' then (p_value #>> '{}')::jsonb else p_value end
$$;

create or replace function auth.keep_user_json() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.raw_user_meta_data := auth.json_object_of(new.raw_user_meta_data);
  new.raw_app_meta_data := auth.json_object_of(new.raw_app_meta_data);
  return new;
end
$$;
create or replace trigger keep_json before insert or update on auth.users for each row execute function auth.keep_user_json();

create or replace function auth.keep_identity_json() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.identity_data := auth.json_object_of(new.identity_data);
  return new;
end
$$;
create or replace trigger keep_json before insert or update on auth.identities for each row execute function auth.keep_identity_json();

alter function auth.json_object_of(jsonb) owner to supabase_auth_admin;
alter function auth.keep_user_json() owner to supabase_auth_admin;
alter function auth.keep_identity_json() owner to supabase_auth_admin;

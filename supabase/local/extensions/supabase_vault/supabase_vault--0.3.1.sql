-- A stand-in for Supabase Vault where the server lacks the real one. Secrets are encrypted with pgcrypto under a key kept in
-- this same database, so whoever holds a full copy of it can read them: good enough for the made-up secrets of a local
-- stack, and for nothing else. On the platform the key lies outside of the database.

create table vault._local_key (
  one boolean primary key default true check (one),
  key text not null default pg_catalog.encode(extensions.gen_random_bytes(32), 'base64')
);
insert into vault._local_key default values;

create table vault.secrets (
  id uuid primary key default pg_catalog.gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
comment on table vault.secrets is 'Encrypted secrets. Written through vault.create_secret and vault.update_secret alone.';
create unique index secrets_name_idx on vault.secrets (name) where name is not null;

create function vault._encrypt(p_secret text) returns text language sql set search_path = '' as $$
  select pg_catalog.encode(extensions.pgp_sym_encrypt(p_secret, (select key from vault._local_key)), 'base64')
$$;

create function vault._decrypt(p_secret text) returns text language sql stable security definer set search_path = '' as $$
  select extensions.pgp_sym_decrypt(pg_catalog.decode(p_secret, 'base64'), (select key from vault._local_key))
$$;

create view vault.decrypted_secrets as
  select id, name, description, secret, vault._decrypt(secret) as decrypted_secret, key_id, nonce, created_at, updated_at
  from vault.secrets;

-- Stores a secret and returns its id. A name is unique.
create function vault.create_secret(
  new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null
) returns uuid language sql security definer set search_path = '' as $$
  insert into vault.secrets (secret, name, description, key_id)
  values (vault._encrypt(new_secret), new_name, new_description, new_key_id)
  returning id
$$;

-- Changes what is not null.
create function vault.update_secret(
  secret_id uuid,
  new_secret text default null,
  new_name text default null,
  new_description text default null,
  new_key_id uuid default null
) returns void language sql security definer set search_path = '' as $$
  update vault.secrets
  set secret = coalesce(vault._encrypt(new_secret), secret),
    name = coalesce(new_name, name),
    description = coalesce(new_description, description),
    key_id = coalesce(new_key_id, key_id),
    updated_at = now()
  where id = secret_id
$$;

revoke execute on all functions in schema vault from public;
grant select, delete on vault.secrets, vault.decrypted_secrets to @extowner@ with grant option;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;
grant execute on function
  vault._decrypt(text), vault.create_secret(text, text, text, uuid), vault.update_secret(uuid, text, text, text, uuid)
  to @extowner@, service_role;

select pg_catalog.pg_extension_config_dump('vault._local_key', '');
select pg_catalog.pg_extension_config_dump('vault.secrets', '');

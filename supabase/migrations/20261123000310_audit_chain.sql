-- Audit chain: every entry is sealed into a chain of hashes, so that an entry that was changed, inserted or removed
-- past the triggers, by a superuser even, is found and named. It cannot be prevented in the database that the superuser
-- owns; anchors kept elsewhere show it.
--
-- Entries are sealed when their transaction commits, by a deferred trigger: the chain is locked for the moment of the
-- commit alone, when the transaction waits for nothing else any more. There are 16 chains, and a transaction takes one
-- that is free, so that commits do not queue.

create table audit.chain_heads (
  chain smallint primary key,
  position bigint not null default 0,
  hash bytea not null
) with (fillfactor = 50);
comment on table audit.chain_heads is
  'The end of each chain: how many links it has, and the hash of the last one. Chains start with the hash of their '
  'name.';
insert into audit.chain_heads (chain, hash) select n, sha256(convert_to('audit chain ' || n, 'UTF8'))
from generate_series(1, 16) as n;

create table audit.links (
  chain smallint not null,
  position bigint not null,
  entry_id bigint not null,
  occurred_at timestamptz not null,
  digest bytea not null,
  hash bytea not null,
  primary key (chain, position)
);
comment on table audit.links is
  'A sealed entry: its place in a chain, its number and time, the SHA-256 of its content (`digest`), and the SHA-256 '
  'of the hash before it and of these three (`hash`). So the chain can be walked without the entries, which are '
  'retired one day: links stay.';
create index links_entry on audit.links (entry_id);

-- Heads and links are nobody's to read or write; the functions below do it.
alter table audit.chain_heads enable row level security;
alter table audit.links enable row level security;

create table audit.anchors (
  id bigint generated always as identity primary key,
  made_at timestamptz not null default now(),
  chain smallint not null references audit.chain_heads (chain),
  position bigint not null,
  hash bytea not null
);
comment on table audit.anchors is
  'The heads of all chains at a moment, made daily. Exported and kept elsewhere, they show a chain that was rewritten '
  'as a whole.';
create index anchors_chain on audit.anchors (chain, made_at desc);

alter table audit.anchors enable row level security;
grant select on audit.anchors to authenticated, service_role;
create policy "Admins and privacy officers read the anchors of the audit log" on audit.anchors
  for select to authenticated
  using ((select exists (select private.my_audited_organizations())));

-- The anchors as the API shows them, hashes in hexadecimal.
create view public.audit_anchors with (security_invoker = true) as
  select id, made_at, chain, position, encode(hash, 'hex') as hash from audit.anchors;
grant select on public.audit_anchors to authenticated, service_role;

create trigger links_are_append_only before update or delete on audit.links
  for each row execute function private.refuse_audit_change();
create trigger links_are_never_truncated before truncate on audit.links
  for each statement execute function private.refuse_audit_change();
create trigger anchors_are_append_only before update or delete on audit.anchors
  for each row execute function private.refuse_audit_change();
create trigger anchors_are_never_truncated before truncate on audit.anchors
  for each statement execute function private.refuse_audit_change();

-- The digest of an entry: of every column, in an order and form that no setting changes.
create function private.entry_digest(p_entry audit.entries) returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
  return sha256(convert_to(jsonb_build_array(
    p_entry.id, (extract(epoch from p_entry.occurred_at) * 1000000)::bigint, p_entry.actor_id, p_entry.actor_role,
      p_entry.organization_id,
    p_entry.patient_id, p_entry.request_id, p_entry.table_name, p_entry.row_id, p_entry.action, p_entry.changed_fields,
      p_entry.reason,
    p_entry.parts, p_entry.before, p_entry.after)::text, 'UTF8'));
end;
$$;

-- The hash of a link: of the one before it, and of what the link says of its entry.
create function private.link_hash(p_former bytea, p_entry_id bigint, p_occurred_at timestamptz, p_digest bytea)
returns bytea
language plpgsql immutable
set search_path = ''
as $$
begin
  return sha256(p_former || int8send(p_entry_id) || int8send((extract(epoch from p_occurred_at) * 1000000)::bigint)
    || p_digest);
end;
$$;

-- Adds a link to a chain. All links of a transaction go into one chain; it takes the first that nobody holds, beginning
-- at its own, and waits only when all are held. Until the last link the end of the chain is kept in the setting
-- `audit.head` of the transaction, because a row that one transaction changes a thousand times gets slower each time;
-- the change of the head at the first link asks for private.settle_chain_head, which comes after all links.
create function private.seal(p_entry_id bigint, p_occurred_at timestamptz, p_digest bytea) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_kept text := current_setting('audit.head', true);
  v_own int;
  v_head audit.chain_heads;
begin
  if v_kept <> '' then
    v_head.chain := split_part(v_kept, ' ', 1);
    v_head.position := split_part(v_kept, ' ', 2);
    v_head.hash := decode(split_part(v_kept, ' ', 3), 'hex');
  else
    v_own := pg_backend_pid() % 16 + 1;
    select * into v_head from audit.chain_heads where chain = v_own for update skip locked;
    if not found then
      select * into v_head from audit.chain_heads order by (chain - v_own + 16) % 16 limit 1 for update skip locked;
    end if;
    if not found then
      select * into v_head from audit.chain_heads where chain = v_own for update;
    end if;
  end if;
  v_head.position := v_head.position + 1;
  v_head.hash := private.link_hash(v_head.hash, p_entry_id, p_occurred_at, p_digest);
  insert into audit.links (chain, position, entry_id, occurred_at, digest, hash)
  values (v_head.chain, v_head.position, p_entry_id, p_occurred_at, p_digest, v_head.hash);
  -- An assignment is no statement, which costs more than what it sets.
  v_kept := set_config(
    'audit.head', v_head.chain || ' ' || v_head.position || ' ' || encode(v_head.hash, 'hex'), true);
  if current_setting('audit.head_is_settled', true) is distinct from 'no' then
    v_kept := set_config('audit.head_is_settled', 'no', true);
    update audit.chain_heads set position = v_head.position, hash = v_head.hash where chain = v_head.chain;
  end if;
end;
$$;

-- Writes the end of the chain of a transaction when all its links are made. One link alone has written it already.
create function private.settle_chain_head() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_kept text := current_setting('audit.head', true);
begin
  perform set_config('audit.head_is_settled', 'yes', true);
  if split_part(v_kept, ' ', 2)::bigint <> new.position then
    update audit.chain_heads
    set position = split_part(v_kept, ' ', 2)::bigint, hash = decode(split_part(v_kept, ' ', 3), 'hex')
    where chain = new.chain;
  end if;
  return null;
end;
$$;
create constraint trigger chain_heads_are_settled after update on audit.chain_heads
  deferrable initially deferred
  for each row execute function private.settle_chain_head();

-- Seals an entry at the end of its transaction.
create function private.seal_entry() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.seal(new.id, new.occurred_at, private.entry_digest(new));
  return null;
end;
$$;
create constraint trigger entries_are_sealed after insert on audit.entries
  deferrable initially deferred
  for each row execute function private.seal_entry();

-- Writes down the heads of all chains; cron calls it every night.
create function private.anchor_audit() returns void
language sql
set search_path = ''
as $$
  insert into audit.anchors (chain, position, hash) select chain, position, hash from audit.chain_heads order by chain;
$$;

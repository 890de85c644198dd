-- Audit chain: every entry is sealed into a chain of hashes, so that an entry that was changed, inserted or removed past the triggers, by
-- a superuser even, is found and named. It cannot be prevented in the database that the superuser owns; anchors kept elsewhere show it.
--
-- Entries are sealed when their transaction commits, by a deferred trigger: the chain is locked for the moment of the commit alone, when the
-- transaction waits for nothing else any more. There are 16 chains, and a transaction takes one that is free, so that commits do not queue.

-- The end of each chain: how many links it has, and the hash of the last one. Chains start with the hash of their name.
create table audit.chain_heads (
  chain smallint primary key,
  position bigint not null default 0,
  hash bytea not null
) with (fillfactor = 50);
insert into audit.chain_heads (chain, hash) select n, sha256(convert_to('audit chain ' || n, 'UTF8')) from generate_series(1, 16) as n;

-- A sealed entry: its place in a chain, and the SHA-256 of the hash before it and of the entry.
create table audit.links (
  chain smallint not null references audit.chain_heads (chain),
  position bigint not null,
  entry_id bigint not null,
  hash bytea not null,
  primary key (chain, position)
);
create index links_entry on audit.links (entry_id);

-- Heads and links are nobody's to read or write; the functions below do it.
alter table audit.chain_heads enable row level security;
alter table audit.links enable row level security;

-- The heads of all chains at a moment, made daily. Exported and kept elsewhere, they show a chain that was rewritten as a whole.
create table audit.anchors (
  id bigint generated always as identity primary key,
  made_at timestamptz not null default now(),
  chain smallint not null references audit.chain_heads (chain),
  position bigint not null,
  hash bytea not null
);
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

-- What of an entry is sealed: every column, in an order and form that no setting changes.
create function private.sealed_form(p_entry audit.entries) returns bytea
language sql immutable
set search_path = ''
as $$
  select convert_to(jsonb_build_array(
    p_entry.id, (extract(epoch from p_entry.occurred_at) * 1000000)::bigint, p_entry.actor_id, p_entry.actor_role, p_entry.organization_id,
    p_entry.patient_id, p_entry.request_id, p_entry.table_name, p_entry.row_id, p_entry.action, p_entry.changed_fields, p_entry.reason,
    p_entry.before, p_entry.after)::text, 'UTF8');
$$;

-- Seals an entry at the end of its transaction. All entries of a transaction go into one chain; it takes the first that nobody holds,
-- beginning at its own, and waits only when all are held.
create function private.seal_entry() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_own int := pg_backend_pid() % 16;
  v_taken smallint := nullif(current_setting('audit.chain', true), '')::smallint;
  v_head audit.chain_heads;
begin
  if v_taken is not null then
    select * into v_head from audit.chain_heads where chain = v_taken;
  else
    select * into v_head from audit.chain_heads order by (chain + v_own) % 16 limit 1 for update skip locked;
    if v_head.chain is null then
      select * into v_head from audit.chain_heads where chain = v_own + 1 for update;
    end if;
    perform set_config('audit.chain', v_head.chain::text, true);
  end if;
  v_head.hash := sha256(v_head.hash || private.sealed_form(new));
  insert into audit.links (chain, position, entry_id, hash) values (v_head.chain, v_head.position + 1, new.id, v_head.hash);
  update audit.chain_heads set position = v_head.position + 1, hash = v_head.hash where chain = v_head.chain;
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

-- Walks the chains and names the first entry that is not as it was sealed. p_since begins at the newest anchors made before it, for the
-- daily check; null walks everything. p_anchors are exported ones, [{chain, position, hash}], which the chains must still pass through.
-- The answer: {checked, broken: null | {entry_id, chain, position, problem}}.
create function private.verify_audit(p_since timestamptz, p_anchors jsonb) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_checked bigint;
  v_broken jsonb;
begin
  with bases as (
    select h.chain, h.position as head_position, h.hash as head_hash, coalesce(a.position, 0) as position,
      coalesce(a.hash, sha256(convert_to('audit chain ' || h.chain, 'UTF8'))) as hash
    from audit.chain_heads h
    left join lateral (
      select n.position, n.hash from audit.anchors n where n.chain = h.chain and n.made_at <= p_since order by n.made_at desc, n.id desc limit 1
    ) as a on true
  ), walked as (
    select l.chain, l.position, l.entry_id, l.hash, b.head_position, b.head_hash,
      lag(l.position, 1, b.position) over w as former_position, lag(l.hash, 1, b.hash) over w as former_hash, lead(l.position) over w as next_position
    from bases b join audit.links l on l.chain = b.chain and l.position > b.position
    window w as (partition by l.chain order by l.position)
  ), judged as (
    select w.entry_id, w.chain, w.position, case
      when w.position <> w.former_position + 1 then 'sealed entries before this one were removed'
      when e.id is null then 'the entry was removed'
      when w.hash <> sha256(w.former_hash || private.sealed_form(e)) then 'the entry, or the one sealed before it, was changed'
      when w.next_position is null and (w.position <> w.head_position or w.hash <> w.head_hash) then 'sealed entries after this one were removed'
      end as problem
    from walked w left join audit.entries e on e.id = w.entry_id
  ), others as (
    select e.id as entry_id, null::smallint as chain, null::bigint as position, 'the entry was inserted past the chain' as problem
    from audit.entries e
    where (p_since is null or e.occurred_at >= p_since) and not exists (select from audit.links l where l.entry_id = e.id)
    union all
    select null, b.chain, b.head_position, 'all sealed entries were removed'
    from bases b where b.head_position > b.position and not exists (select from audit.links l where l.chain = b.chain and l.position > b.position)
    union all
    select l.entry_id, a.chain, a.position, 'the chain does not pass through an anchor'
    from (
      select n.chain, n.position, n.hash from audit.anchors n where p_since is null
      union all
      select g.chain, g.position, decode(g.hash, 'hex') from jsonb_to_recordset(p_anchors) as g (chain smallint, position bigint, hash text)
    ) as a
    left join audit.links l on l.chain = a.chain and l.position = a.position
    where a.position > 0 and l.hash is distinct from a.hash
  ), broken as (
    select entry_id, chain, position, problem from judged where problem is not null
    union all
    select entry_id, chain, position, problem from others
  )
  select (select count(*) from judged), (
    select jsonb_build_object('entry_id', b.entry_id, 'chain', b.chain, 'position', b.position, 'problem', b.problem)
    from broken b order by b.entry_id nulls last, b.chain, b.position limit 1)
  into v_checked, v_broken;
  return jsonb_build_object('checked', v_checked, 'broken', v_broken);
end;
$$;
grant execute on function private.verify_audit to authenticated, service_role;

-- The check of the audit log, for admins, privacy officers and the secret key; it reads the entries of all organizations and shows none of
-- them. Volatile, because a denied check is recorded.
create function public.verify_audit(p_since timestamptz default null, p_anchors jsonb default '[]') returns jsonb
language plpgsql
set search_path = ''
set statement_timeout = '60s'
as $$
begin
  if auth.role() is distinct from 'service_role' then
    if not exists (select from private.my_audited_organizations()) then
      perform private.record_denial(null, null, 'audit_not_allowed');
      return private.refuse_committed(403, 'forbidden', 'The audit log is verified by administrators and privacy officers.');
    end if;
  end if;
  return private.verify_audit(p_since, p_anchors);
end;
$$;
grant execute on function public.verify_audit to authenticated, service_role;

-- Audit verification: walks the chains and names the first entry that is not as it was sealed.

-- Where the check of each chain begins: at the newest anchor made until p_since, else at the start of the chain.
-- The chains are counted out, so that one whose end was removed is checked as well.
create function private.audit_bases(p_since timestamptz)
returns table (
  chain smallint,
  head_position bigint,
  head_hash bytea,
  "position" bigint,
  hash bytea,
  made_at timestamptz
)
language sql stable
set search_path = ''
as $$
  select c.chain, h.position, h.hash, coalesce(a.position, 0),
    coalesce(a.hash, sha256(convert_to('audit chain ' || c.chain, 'UTF8'))), a.made_at
  from (select n::smallint as chain from generate_series(1, 16) as n) as c
  left join audit.chain_heads h on h.chain = c.chain
  left join lateral (
    select n.position, n.hash, n.made_at from audit.anchors n
    where n.chain = c.chain and n.made_at <= p_since order by n.made_at desc, n.id desc limit 1
  ) as a on true;
$$;

-- From which time on a check looks for entries: everything that was written since the bases, and what began before but
-- was sealed after.
create function private.audit_check_start(p_since timestamptz) returns timestamptz
language sql stable
set search_path = ''
as $$
  select case when p_since is null or bool_or(b.made_at is null) then '-infinity'
    else least(min(b.made_at), (
      select min(t.occurred_at)
      from private.audit_bases(p_since) n
      cross join lateral (select l.occurred_at from audit.links l where l.chain = n.chain
        and l.position > n.position) as t)) end
  from private.audit_bases(p_since) b;
$$;

-- Finds single links that are broken, in the chains from the bases on. Entries of a retired month are not looked for,
-- but must be gone: a month is retired as a whole or not at all.
create function private.audit_broken_links(p_since timestamptz)
returns table (entry_id bigint, chain smallint, "position" bigint, problem text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_from timestamptz := private.audit_check_start(p_since);
begin
  return query
  with walked as (
    select l.*, b.head_position, b.head_hash, lag(l.position, 1, b.position) over w as former_position,
      lag(l.hash, 1, b.hash) over w as former_hash, lead(l.position) over w as next_position
    from private.audit_bases(p_since) b join audit.links l on l.chain = b.chain and l.position > b.position
    window w as (partition by l.chain order by l.position)
  )
  select w.entry_id, w.chain, w.position, j.problem
  from walked w
  left join audit.entries e on e.id = w.entry_id and e.occurred_at = w.occurred_at and e.occurred_at >= v_from
  left join audit.retirements t on t.id = w.entry_id and t.retired_at = w.occurred_at
  left join audit.retirements m on m.month = private.audit_month(w.occurred_at)
  cross join lateral (select case
    when w.position <> w.former_position + 1 then 'sealed entries before this one were removed'
    when w.hash <> private.link_hash(w.former_hash, w.entry_id, w.occurred_at, w.digest)
      then 'the seal of the entry, or of the one before it, was changed'
    when t.id is not null and w.digest <> private.retirement_digest(t) then 'the record of a retired month was changed'
    when t.id is null and m.id is null and e.id is null then 'the entry was removed'
    when e.id is not null and w.digest <> private.entry_digest(e) then 'the entry was changed'
    when e.id is not null and m.id is not null then 'the month of the entry was called retired, but was not'
    when w.next_position is null and (w.position <> w.head_position or w.hash <> w.head_hash)
      then 'sealed entries after this one were removed'
    end as problem) as j
  where j.problem is not null;
end;
$$;

-- Finds what is wrong with the log as a whole: rows that bypassed the chain, chains without their links, impossible
-- retirements.
create function private.audit_broken_rest(p_since timestamptz, p_anchors jsonb)
returns table (entry_id bigint, chain smallint, "position" bigint, problem text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_from timestamptz := private.audit_check_start(p_since);
begin
  return query
  select e.id, null::smallint, null::bigint, 'the entry was inserted past the chain'
  from audit.entries e
  where e.occurred_at >= v_from and not exists (select from audit.links l where l.entry_id = e.id
    and l.occurred_at = e.occurred_at)
  union all
  select r.id, null, null, 'the record of a retired month was inserted past the chain'
  from audit.retirements r
  where not exists (select from audit.links l where l.entry_id = r.id and l.occurred_at = r.retired_at)
  union all
  select r.id, null, null, 'a month was retired before its time'
  from audit.retirements r
  where private.audit_month_start((r.month + interval '1 month')::date) > r.retired_at - r.retention
  union all
  select l.entry_id, l.chain, l.position, 'the entry was sealed into a chain that is none'
  from audit.links l where l.chain < 1 or l.chain > 16
  union all
  select null, b.chain, null, 'the end of the chain was removed'
  from private.audit_bases(p_since) b where b.head_position is null
  union all
  select null, b.chain, b.head_position, 'all sealed entries were removed'
  from private.audit_bases(p_since) b
  where b.head_position > b.position and not exists (select from audit.links l where l.chain = b.chain
    and l.position > b.position)
  union all
  select l.entry_id, a.chain, a.position, 'the chain does not pass through an anchor'
  from (
    select n.chain, n.position, n.hash from audit.anchors n where p_since is null
    union all
    select g.chain, g.position, decode(g.hash, 'hex')
    from jsonb_to_recordset(p_anchors) as g (chain smallint, position bigint, hash text)
  ) as a
  left join audit.links l on l.chain = a.chain and l.position = a.position
  where a.position > 0 and l.hash is distinct from a.hash;
end;
$$;

-- p_since begins at the newest anchors made until then, for the daily check; null walks everything. p_anchors are
-- exported ones, [{chain, position, hash}], which the chains must still pass through. The answer: {checked, broken:
-- null | {entry_id, chain, position, problem}}.
create function private.verify_audit(p_since timestamptz, p_anchors jsonb) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  with broken as (
    select * from private.audit_broken_links(p_since) union all select *
    from private.audit_broken_rest(p_since, p_anchors)
  )
  select jsonb_build_object(
    'checked', (select count(*) from private.audit_bases(p_since) b join audit.links l on l.chain = b.chain
      and l.position > b.position),
    'broken', (select to_jsonb(f) from (
      select b.entry_id, b.chain, b.position, b.problem from broken b
      order by b.entry_id nulls last, b.chain, b.position limit 1) as f));
$$;
grant execute on function private.verify_audit to authenticated, service_role;

create function public.verify_audit(p_since timestamptz default null, p_anchors jsonb default '[]') returns jsonb
language plpgsql
set search_path = ''
set statement_timeout = '55s'
as $$
begin
  if pg_column_size(p_anchors) > 1000000 or jsonb_typeof(p_anchors) <> 'array'
    or jsonb_array_length(p_anchors) > 16 * 366 then
    perform private.refuse(422, 'invalid_input', 'Anchors are a list that covers at most a year.',
      '{"pointer": "/anchors"}');
  end if;
  if auth.role() is distinct from 'service_role' then
    if not exists (select from private.my_audited_organizations()) then
      perform private.record_denial(null, null, 'audit_not_allowed');
      return private.refuse_committed(403, 'forbidden',
        'The audit log is verified by administrators and privacy officers.');
    end if;
  end if;
  return private.verify_audit(p_since, p_anchors);
end;
$$;
comment on function public.verify_audit is
  'The check of the audit log, for admins, privacy officers and the secret key; it reads the entries of all '
  'organizations and shows none of them. Volatile, because a denied check is recorded. The data API sets the time '
  'limit before it calls; it is below the minute that the platform waits for an answer. A log that takes longer is '
  'checked in part with p_since, and as a whole by the database owner with private.verify_audit.';
grant execute on function public.verify_audit to authenticated, service_role;

-- Who may see a change of a table, and what of it.

-- The columns under a key of a change, and what a role may read of them.
create or replace function _realtime.wal_columns(p_wal jsonb, p_key text, p_entity regclass, p_role regrole)
returns realtime.wal_column[] language sql stable set search_path = '' as $$
  select array_agg((
    x.name, x.type, x.typeoid, realtime.cast(x.value, x.typeoid::regtype),
    p_wal -> 'pk' @> jsonb_build_array(jsonb_build_object('name', x.name)),
    pg_catalog.has_column_privilege(p_role, p_entity, x.name, 'select')
  )::realtime.wal_column)
  from jsonb_to_recordset(p_wal -> p_key) as x(name text, type text, typeoid oid, value text)
$$;

-- Names and values of the columns that are selected, or part of the key. p_longest: bytes of the longest value to be shown.
create or replace function _realtime.wal_record(p_columns realtime.wal_column[], p_selected text[], p_longest integer)
returns jsonb language sql stable set search_path = '' as $$
  select jsonb_object_agg(c.name, c.value) from unnest(p_columns) as c
  where c.is_selectable and (p_selected is null or c.is_pkey or c.name = any (p_selected))
    and (p_longest is null or octet_length(c.value::text) <= p_longest)
$$;

-- Judges a change, given as wal2json (format version 2) writes it: one row for each role and choice of columns that somebody
-- has subscribed with. The row is looked for as each subscriber, as it is now: what is gone cannot be seen. Deleted rows
-- cannot be judged: all who subscribed hear of them, under row-level security by their primary key alone. A policy that
-- fails shows nothing. errors: 'Error 400: …' without a primary key, 'Error 401: …' where the role may not read it,
-- 'Error 413: …' with the long values left out, where the change exceeds max_record_bytes.
create or replace function realtime.apply_rls(wal jsonb, max_record_bytes integer default 1024 * 1024)
returns setof realtime.wal_rls language plpgsql as $$
declare
  v_entity regclass := format('%I.%I', wal ->> 'schema', wal ->> 'table')::regclass;
  v_action realtime.action := case wal ->> 'action'
    when 'I' then 'INSERT' when 'U' then 'UPDATE' when 'D' then 'DELETE' else 'ERROR'
  end;
  v_rls boolean := (select c.relrowsecurity from pg_catalog.pg_class c where c.oid = v_entity);
  v_longest integer := case when octet_length(wal::text) > max_record_bytes then 64 end;
  v_subscriptions realtime.subscription[] := array(
    select s from realtime.subscription s where s.entity = v_entity and s.action_filter in ('*', v_action::text)
  );
  v_head jsonb := jsonb_build_object('schema', wal -> 'schema', 'table', wal -> 'table', 'type', v_action);
  v_role record;
  v_new realtime.wal_column[];
  v_old realtime.wal_column[];
  v_error text;
  v_subscription realtime.subscription;
  v_visible boolean;
  v_asking realtime.subscription[];
  v_seeing realtime.subscription[];
begin
  for v_role in
    select distinct r.oid::regrole as id, r.rolname as name
    from unnest(v_subscriptions) as s join pg_catalog.pg_roles r on r.oid = s.claims_role
  loop
    v_new := _realtime.wal_columns(wal, 'columns', v_entity, v_role.id);
    v_old := _realtime.wal_columns(wal, 'identity', v_entity, v_role.id);
    v_error := (
      select case
        when v_action = 'DELETE' then null
        when not coalesce(bool_or(c.is_pkey), false) then 'Error 400: Bad Request, no primary key'
        when not bool_and(c.is_selectable) filter (where c.is_pkey) then 'Error 401: Unauthorized'
      end
      from unnest(v_new) as c
    );
    if v_error is not null then
      return query
        select v_head, v_rls, array_agg(s.subscription_id), array[v_error]
        from unnest(v_subscriptions) as s where s.claims_role = v_role.id;
      continue;
    end if;

    v_asking := array(
      select s from unnest(v_subscriptions) as s
      where s.claims_role = v_role.id
        and realtime.is_visible_through_filters(case when v_action = 'DELETE' then v_old else v_new end, s.filters)
    );
    v_seeing := v_asking;
    if v_rls and v_action <> 'DELETE' then
      v_seeing := '{}';
      if exists (select from pg_catalog.pg_prepared_statements where name = 'walrus_rls_stmt') then
        deallocate walrus_rls_stmt;
      end if;
      execute realtime.build_prepared_statement_sql('walrus_rls_stmt', v_entity, v_new);
      foreach v_subscription in array v_asking loop
        begin
          perform set_config('role', v_role.name, true),
            set_config('request.jwt.claims', v_subscription.claims::text, true);
          execute 'execute walrus_rls_stmt' into v_visible;
        exception when others then
          v_visible := false;
        end;
        perform set_config('role', null, true);
        if v_visible then
          v_seeing := v_seeing || v_subscription;
        end if;
      end loop;
    end if;

    return query
      select
        v_head || jsonb_build_object(
          'commit_timestamp',
          to_char((wal ->> 'timestamp')::timestamptz at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
          'columns', (
            select jsonb_agg(jsonb_build_object('name', a.attname, 'type', t.typname) order by a.attnum)
            from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
            where a.attrelid = v_entity and a.attnum > 0
              and pg_catalog.has_column_privilege(v_role.id, v_entity, a.attnum, 'select')
              and (
                s.selected_columns is null or a.attname = any (s.selected_columns)
                or wal -> 'pk' @> jsonb_build_array(jsonb_build_object('name', a.attname))
              )
          )
        ) || case when v_action = 'DELETE' then '{}' else jsonb_build_object('record',
          -- A long value that an update left alone is known from the old row, if at all.
          _realtime.wal_record(
            v_new || array(select o from unnest(v_old) as o where o.name not in (select n.name from unnest(v_new) as n)),
            s.selected_columns, v_longest
          )
        ) end || case when v_action = 'INSERT' then '{}' else jsonb_build_object('old_record',
          _realtime.wal_record(
            case when v_action = 'DELETE' and v_rls then array(select o from unnest(v_old) as o where o.is_pkey) else v_old end,
            s.selected_columns, v_longest
          )
        ) end,
        v_rls,
        array_agg(s.subscription_id),
        case when v_longest is null then '{}' else array['Error 413: Payload Too Large'] end
      from unnest(v_seeing) as s
      group by s.selected_columns;
  end loop;
end
$$;

-- Waits until others can see what a transaction has written: the stream may bring it a moment earlier. p_xid: its number in
-- the stream, which lacks the epoch.
create or replace function _realtime.await_visible(p_xid bigint)
returns void language plpgsql set search_path = '' as $$
declare
  v_epoch bigint := 4294967296;
  v_latest bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
  v_xid bigint := p_xid + round((v_latest - p_xid) / v_epoch::numeric) * v_epoch;
begin
  while pg_xact_status(v_xid::text::xid8) = 'in progress' loop
    perform pg_sleep(0.001);
  end loop;
end
$$;
revoke execute on function _realtime.await_visible from public;

-- The same as the local server sends it, and to whom. p_table: what pgoutput calls it; the stream does not say what the
-- primary key is. p_xid: number of the transaction, without which a row just written would count as gone.
create or replace function _realtime.judge_change(p_wal jsonb, p_table oid, p_xid bigint, p_max_bytes integer)
returns table (data jsonb, keys uuid[]) language plpgsql set search_path = '' as $$
begin
  perform _realtime.await_visible(p_xid);
  return query
    select
      r.wal || jsonb_build_object(
        'commit_timestamp', r.wal -> 'commit_timestamp',
        'columns', coalesce(r.wal -> 'columns', '[]'),
        'errors', nullif(to_jsonb(r.errors), '[]')
      )
      || case when r.wal ->> 'type' = 'DELETE' then '{}'
        else jsonb_build_object('record', coalesce(nullif(r.wal -> 'record', 'null'), '{}')) end
      || case when r.wal ->> 'type' = 'INSERT' then '{}'
        else jsonb_build_object('old_record', coalesce(nullif(r.wal -> 'old_record', 'null'), '{}')) end,
      r.subscription_ids
    from realtime.apply_rls(
      p_wal || jsonb_build_object('pk', (
        select jsonb_agg(jsonb_build_object('name', a.attname))
        from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
        where i.indrelid = p_table and i.indisprimary
      )),
      p_max_bytes
    ) as r;
end
$$;

-- The part of Realtime that follows tables (`postgres_changes`): who has subscribed to what, and who may see a change. Same
-- types, columns, signatures and semantics as on the platform, written anew. What only its polling of wal2json needs
-- (list_changes, quote_wal2json) is left out: the local server reads pgoutput.

do $$
begin
  if to_regtype('realtime.wal_rls') is null then
    create type realtime.action as enum ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'ERROR');
    create type realtime.equality_op as enum (
      'eq', 'neq', 'lt', 'lte', 'gt', 'gte', 'in', 'like', 'ilike', 'is', 'match', 'imatch', 'isdistinct'
    );
    create type realtime.user_defined_filter as (column_name text, op realtime.equality_op, value text, negate boolean);
    create type realtime.wal_column as (
      name text, type_name text, type_oid oid, value jsonb, is_pkey boolean, is_selectable boolean
    );
    create type realtime.wal_rls as (wal jsonb, is_rls_enabled boolean, subscription_ids uuid[], errors text[]);
  end if;
end
$$;

create or replace function realtime.to_regrole(role_name text) returns regrole language sql immutable as $$
  select role_name::regrole
$$;

-- One row per subscription and table. The claims are those of the subscriber's token, so nobody of the API reads it.
create table if not exists realtime.subscription (
  id bigint generated always as identity primary key,
  subscription_id uuid not null,
  entity regclass not null,
  filters realtime.user_defined_filter[] not null default '{}',
  claims jsonb not null,
  claims_role regrole not null generated always as (realtime.to_regrole(claims ->> 'role')) stored,
  created_at timestamp without time zone not null default (now() at time zone 'utc'),
  action_filter text default '*' check (action_filter in ('*', 'INSERT', 'UPDATE', 'DELETE')),
  -- Null: all columns.
  selected_columns text[]
);
create index if not exists ix_realtime_subscription_entity on realtime.subscription (entity);
create unique index if not exists subscription_once
  on realtime.subscription (subscription_id, entity, filters, action_filter, coalesce(selected_columns, '{}'));
grant select on realtime.subscription to postgres, dashboard_user;

-- The text of a value as JSON, by the rules of its type; bytes stay the text they are.
create or replace function realtime.cast(val text, type_ regtype) returns jsonb
language plpgsql immutable as $$
declare
  v_json jsonb;
begin
  if type_ = 'bytea'::regtype then
    return to_jsonb(val);
  end if;
  execute format('select to_jsonb(%L::%s)', val, type_) into v_json;
  return v_json;
end
$$;

-- Whether a value passes one filter; null when SQL says so. Fails for an operator that the type does not have, and for a
-- filter's value that is none of the type.
create or replace function realtime.check_equality_op(
  op realtime.equality_op, type_ regtype, val_1 text, val_2 text, negate boolean default false
) returns boolean language plpgsql stable as $$
declare
  v_operator text := case op
    when 'eq' then '=' when 'neq' then '<>' when 'lt' then '<' when 'lte' then '<=' when 'gt' then '>' when 'gte' then '>='
    when 'in' then '= any' when 'like' then '~~' when 'ilike' then '~~*' when 'match' then '~' when 'imatch' then '~*'
    when 'isdistinct' then 'is distinct from' when 'is' then 'is'
  end;
  v_value text := format('(%L::%s%s)', val_2, type_, case when op = 'in' then '[]' else '' end);
  v_passes boolean;
begin
  if op = 'is' then
    if val_2 not in ('null', 'true', 'false', 'unknown') then
      raise exception 'invalid value for is filter: must be null, true, false, or unknown';
    end if;
    v_value := val_2;
  end if;
  execute format('select %L::%s %s %s', val_1, type_, v_operator, v_value) into v_passes;
  return v_passes <> coalesce(negate, false);
end
$$;

-- Whether a row passes all filters. A column that the row lacks passes none.
create or replace function realtime.is_visible_through_filters(
  columns realtime.wal_column[], filters realtime.user_defined_filter[]
) returns boolean language sql stable as $$
  select not exists (
    select from unnest(filters) as f left join unnest(columns) as c on c.name = f.column_name
    where case
      when c.name is null then true
      else realtime.check_equality_op(f.op, c.type_oid::regtype, c.value #>> '{}', f.value, f.negate) is not true
    end
  )
$$;

-- A statement that prepares the question whether the row with this primary key can be seen.
create or replace function realtime.build_prepared_statement_sql(
  prepared_statement_name text, entity regclass, columns realtime.wal_column[]
) returns text language sql stable as $$
  select format(
    'prepare %I as select exists (select from %s where %s)', prepared_statement_name, entity,
    string_agg(format('%I = %L', c.name, c.value #>> '{}'), ' and ')
  )
  from unnest(columns) as c where c.is_pkey
$$;

-- Refuses filters and columns that the subscriber may not read or that would fail at the first change, and puts them in order.
create or replace function realtime.subscription_check_filters() returns trigger
language plpgsql as $$
declare
  v_readable text[] := array(
    select a.attname from pg_catalog.pg_attribute a
    where a.attrelid = new.entity and a.attnum > 0 and not a.attisdropped
      and pg_catalog.has_column_privilege(new.claims ->> 'role', a.attrelid, a.attnum, 'select')
  );
  v_filter realtime.user_defined_filter;
  v_type regtype;
  v_column text;
begin
  foreach v_filter in array new.filters loop
    if v_filter.column_name <> all (v_readable) then
      raise exception 'invalid column for filter %', v_filter.column_name;
    end if;
    v_type := (
      select a.atttypid from pg_catalog.pg_attribute a
      where a.attrelid = new.entity and a.attname = v_filter.column_name
    );
    if v_filter.op = 'in' and jsonb_array_length(realtime.cast(v_filter.value, format('%s[]', v_type)::regtype)) > 100 then
      raise exception 'too many values for `in` filter. Maximum 100';
    end if;
    perform realtime.check_equality_op(v_filter.op, v_type, null, v_filter.value);
    if v_filter.op in ('match', 'imatch') then
      -- Null matches nothing without the pattern being looked at.
      perform '' ~ v_filter.value;
    end if;
  end loop;
  foreach v_column in array coalesce(new.selected_columns, '{}') loop
    if v_column <> all (v_readable) then
      raise exception 'invalid column for select %', v_column;
    end if;
  end loop;
  new.filters := array(select f from unnest(new.filters) as f order by f.column_name, f.op, f.value, f.negate);
  if new.selected_columns is not null then
    new.selected_columns := array(select c from unnest(new.selected_columns) as c order by c);
  end if;
  return new;
end
$$;
create or replace trigger tr_check_filters before insert or update on realtime.subscription
  for each row execute function realtime.subscription_check_filters();

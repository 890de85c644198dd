-- The part of Realtime that SQL sees: messages, the functions that send them, the publications. Same columns, signatures
-- and semantics as on the platform, written anew.

create schema if not exists realtime;
alter schema realtime owner to supabase_admin;
grant usage on schema realtime to postgres with grant option;
-- No CREATE for the owner of the table: postgres is a member of it and must not make objects here, as on the platform.
grant usage on schema realtime to supabase_realtime_admin, anon, authenticated, service_role, dashboard_user;

-- One row per message, kept for 72 hours. Instants are UTC without a zone. Policies on this table decide who may join a
-- private topic (select) and send to it (insert); Realtime probes them with rows that have no payload.
create table if not exists realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp without time zone not null default now(),
  inserted_at timestamp without time zone not null default now(),
  id uuid not null default gen_random_uuid(),
  binary_payload bytea,
  primary key (id, inserted_at),
  constraint messages_payload_exclusive check (payload is null or binary_payload is null)
) partition by range (inserted_at);
alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages enable row level security;
create index if not exists messages_inserted_at_topic_index on realtime.messages (inserted_at desc, topic)
  where extension = 'broadcast' and private is true;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;
grant all on realtime.messages to postgres, dashboard_user;

-- The topic of the running probe or message, null outside of one. For policies.
create or replace function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;

-- Sends a JSON object to everyone on a topic once the transaction commits. Adds the message's id to the payload unless it
-- has one. Never fails: an error becomes a warning and the message is lost.
create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void language plpgsql set search_path = '' as $$
declare
  v_id uuid := gen_random_uuid();
  v_payload jsonb;
begin
  v_payload := case when payload ? 'id' then payload else jsonb_set(payload, '{id}', to_jsonb(v_id)) end;
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (v_id, v_payload, event, topic, private, 'broadcast');
exception when others then
  raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;

-- The same for bytes, sent as they are.
create or replace function realtime.send_binary(payload bytea, event text, topic text, private boolean default true)
returns void language plpgsql set search_path = '' as $$
begin
  perform set_config('realtime.topic', topic, true);
  insert into realtime.messages (id, binary_payload, event, topic, private, extension)
  values (gen_random_uuid(), payload, event, topic, private, 'broadcast');
exception when others then
  raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
end
$$;

-- For row triggers: sends the whole old and new row to a private topic. Unlike realtime.send it raises, and so aborts the
-- write, when called for a statement or with an operation other than INSERT, UPDATE or DELETE.
create or replace function realtime.broadcast_changes(
  topic_name text,
  event_name text,
  operation text,
  table_name text,
  table_schema text,
  new record,
  old record,
  level text default 'ROW'
) returns void language plpgsql as $$
begin
  if level = 'STATEMENT' then
    raise exception 'function can only be triggered for each row, not for each statement';
  end if;
  if operation not in ('INSERT', 'UPDATE', 'DELETE') then
    raise exception 'Failed to process the row: Unexpected operation type: %', operation;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema', table_schema
    ),
    event_name,
    topic_name
  );
end
$$;

-- The bookkeeping of the Realtime server, which has this schema on the platform too.
create schema if not exists _realtime;

-- Makes the partitions of yesterday to three days ahead and drops those older than 72 hours. The platform's server does
-- it when a client connects; so does the local one, and every hour. p_now: instant to reckon from.
create or replace function _realtime.maintain_messages(p_now timestamptz default now())
returns void language plpgsql set search_path = '' as $$
declare
  v_today date := (p_now at time zone 'UTC')::date;
  v_day date;
  v_partition record;
begin
  perform pg_advisory_xact_lock(hashtext('_realtime.maintain_messages'));
  for v_day in select v_today + n from generate_series(-1, 3) as n loop
    continue when to_regclass('realtime.messages_' || to_char(v_day, 'YYYY_MM_DD')) is not null;
    execute format(
      'create table realtime.%I partition of realtime.messages for values from (%L) to (%L)',
      'messages_' || to_char(v_day, 'YYYY_MM_DD'), v_day, v_day + 1
    );
    execute format('alter table realtime.%I owner to supabase_realtime_admin', 'messages_' || to_char(v_day, 'YYYY_MM_DD'));
  end loop;
  for v_partition in
    select c.relname
    from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'realtime.messages'::regclass
      and to_date(right(c.relname, 10), 'YYYY_MM_DD') < ((p_now - interval '72 hours') at time zone 'UTC')::date
  loop
    execute format('drop table realtime.%I', v_partition.relname);
  end loop;
end
$$;
revoke execute on function _realtime.maintain_messages(timestamptz) from public;
select _realtime.maintain_messages();

-- The first one feeds broadcasts; the second one lists the tables whose changes clients may follow, and is the project's.
do $$
begin
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime_messages_publication') then
    create publication supabase_realtime_messages_publication for table realtime.messages;
  end if;
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
    alter publication supabase_realtime owner to postgres;
  end if;
end
$$;

-- Once: the shell of every function of the API that creates or moves something. A request that carries an
-- Idempotency-Key happens once, and a repetition is answered from what is there now. Claim, work and note are one
-- transaction, so there is no moment in which half of it is true.

create table private.idempotency_keys (
  user_id uuid not null,
  key text not null check (char_length(key) between 1 and 255),
  fingerprint bytea not null,
  done boolean not null default false,
  answer_id uuid,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
comment on table private.idempotency_keys is
  'One key of one person: what was asked (SHA-256 of operation and input) and the id of what came of it; no answer is '
  'kept, because an answer holds what its reader may lose the right to see. Kept for 24 hours.';
create index idempotency_keys_created_at on private.idempotency_keys (created_at);

-- Claims the Idempotency-Key of the request, if it has one: `claimed` says that it has, `replayed` that the same
-- request was done before; `answer_id` is what came of it. A parallel request with the same key waits here for the
-- first to commit or roll back. Another input under a used key is 422.
create function private.claim_key(
  p_operation text,
  p_input jsonb,
  out claimed boolean,
  out replayed boolean,
  out answer_id uuid
)
language plpgsql security definer
set search_path = ''
as $$
declare
  v_key text := private.request_header('idempotency-key');
  v_user_id uuid := coalesce(auth.uid(), '00000000-0000-0000-0000-000000000000');
  v_fingerprint bytea;
  v_stored private.idempotency_keys;
begin
  claimed := v_key is not null;
  replayed := false;
  if not claimed then
    return;
  end if;
  v_fingerprint := extensions.digest(p_operation || ' ' || p_input::text, 'sha256');
  insert into private.idempotency_keys (user_id, key, fingerprint) values (v_user_id, v_key, v_fingerprint)
  on conflict do nothing;
  if found then
    return;
  end if;
  select * into v_stored from private.idempotency_keys k where k.user_id = v_user_id and k.key = v_key;
  if v_stored.fingerprint <> v_fingerprint then
    perform private.refuse(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another request.');
  end if;
  replayed := true;
  answer_id := v_stored.answer_id;
end;
$$;
grant execute on function private.claim_key to authenticated, service_role;

-- Notes under the key of the request, if it has one, what came of it.
create function private.settle_key(p_answer_id uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_key text := private.request_header('idempotency-key');
begin
  if v_key is not null then
    update private.idempotency_keys set done = true, answer_id = p_answer_id
    where user_id = coalesce(auth.uid(), '00000000-0000-0000-0000-000000000000') and key = v_key;
  end if;
end;
$$;
grant execute on function private.settle_key to authenticated, service_role;

-- Runs private.<p_operation>(p_input), or with the expected version where there is one, and answers what it answers.
-- The error for a violated constraint names table, column and constraint but no values; the error for a malformed value
-- names nothing. Postgres would print the whole row, with columns that nobody may read, because the boundary functions
-- bypass the policies; the log keeps nothing of it either. Costs 7 µs.
create function private.guarded(p_operation text, p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_answer jsonb;
  v_state text;
  v_message text;
  v_detail text;
  v_column text;
  v_constraint text;
  v_table text;
begin
  execute format(case when p_expected_version is null then 'select private.%I($1)' else 'select private.%I($1, $2)' end,
    p_operation)
  into v_answer using p_input, p_expected_version;
  return v_answer;
exception when integrity_constraint_violation or data_exception then
  get stacked diagnostics v_state = returned_sqlstate, v_message = message_text, v_detail = pg_exception_detail,
    v_column = column_name,
    v_constraint = constraint_name, v_table = table_name;
  raise exception using errcode = v_state, column = v_column, constraint = v_constraint, table = v_table,
    message = case when v_state like '23%' then v_message else 'A value has a form that cannot be stored.' end,
    detail = coalesce(substring(v_detail from '^(Key \([^=]*\))='), '');
end;
$$;
grant execute on function private.guarded to authenticated, service_role;

-- Does once what a request asks for, and answers it: checks that the keys of the input are known, claims the
-- Idempotency-Key, runs private.<p_operation>(p_input [, p_expected_version]), which answers {id} or a refusal as
-- private.refuse_committed words it, and reads the answer. `p_answer` is the SQL that reads it under the caller's
-- policies, with the id as $1 and the input as $2. A repetition reads it anew and carries `Idempotency-Replayed: true`:
-- it shows the object as it is now, and is 404 to a caller who may no longer see it.
create function private.once(
  p_operation text,
  p_input jsonb,
  p_known text[],
  p_answer text,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_claim record;
  v_made jsonb;
  v_answer jsonb;
begin
  perform private.require_known_keys(p_input, p_known);
  v_claim := private.claim_key(p_operation, p_input);
  if v_claim.replayed then
    execute 'select ' || p_answer into v_answer using v_claim.answer_id, p_input;
    if v_answer is null then
      perform private.require_version(null, null);
    end if;
    perform set_config('response.headers', '[{"Idempotency-Replayed": "true"}]', true);
    return v_answer;
  end if;
  v_made := private.guarded(p_operation, p_input, p_expected_version);
  if not v_made ? 'id' then
    return v_made;
  end if;
  if v_claim.claimed then
    perform private.settle_key((v_made ->> 'id')::uuid);
  end if;
  execute 'select ' || p_answer into v_answer using (v_made ->> 'id')::uuid, p_input;
  return v_answer;
end;
$$;
grant execute on function private.once to authenticated, service_role;

-- The answer of a function that private.once runs: the id of what it made.
create function private.made(p_id uuid) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_build_object('id', p_id);
end;
$$;
grant execute on function private.made to authenticated, service_role;

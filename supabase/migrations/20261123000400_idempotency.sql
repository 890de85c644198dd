-- Idempotency: a POST that carries an Idempotency-Key happens once, and every repetition gets the first answer.
-- The key is claimed, the work done and the answer kept in one transaction, so there is no moment in which only half of it is true.

-- One key of one person: what was asked (SHA-256 of operation and input) and what was answered. Kept for 24 hours.
create table private.idempotency_keys (
  user_id uuid not null,
  key text not null check (char_length(key) between 1 and 255),
  fingerprint bytea not null,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_created_at on private.idempotency_keys (created_at);

-- The first line of an idempotent RPC. Null means: do the work, then return private.idempotent_answer(...). Otherwise the stored answer of
-- the same request, to be returned as it is; the data API then carries the header `Idempotency-Replayed: true`. An answer that not everybody
-- may read for as long as it is kept is not kept itself: what finds it again is, and a replay reads it anew (private.replay_record).
-- A parallel request with the same key waits here for the first to commit or roll back. Another input under a used key is 422.
create function private.idempotent_replay(p_operation text, p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_key text := private.request_header('idempotency-key');
  v_user_id uuid := coalesce(auth.uid(), '00000000-0000-0000-0000-000000000000');
  v_fingerprint bytea := extensions.digest(p_operation || ' ' || coalesce(p_input::text, ''), 'sha256');
  v_stored private.idempotency_keys;
begin
  if v_key is null then
    return null;
  end if;
  insert into private.idempotency_keys (user_id, key, fingerprint) values (v_user_id, v_key, v_fingerprint) on conflict do nothing;
  if found then
    return null;
  end if;
  select * into v_stored from private.idempotency_keys where user_id = v_user_id and key = v_key;
  if v_stored.fingerprint <> v_fingerprint then
    perform private.refuse(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another request.');
  end if;
  perform set_config('response.headers', '[{"Idempotency-Replayed": "true"}]', true);
  return v_stored.answer;
end;
$$;
grant execute on function private.idempotent_replay to authenticated, service_role;

-- The last line of an idempotent RPC: keeps the answer under the request's key, if it has one, and returns it. The claim of a refusal
-- that committed is gone by then, so nothing is kept of it.
create function private.idempotent_answer(p_answer jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_key text := private.request_header('idempotency-key');
begin
  if v_key is not null then
    update private.idempotency_keys set answer = p_answer
    where user_id = coalesce(auth.uid(), '00000000-0000-0000-0000-000000000000') and key = v_key and answer is null;
  end if;
  return p_answer;
end;
$$;
grant execute on function private.idempotent_answer to authenticated, service_role;

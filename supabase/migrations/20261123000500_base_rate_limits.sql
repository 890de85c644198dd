-- Rate limits: token buckets for everyday requests. Sign-in and its like are counted strictly, in the next file.

create table private.rate_limit_policies (
  bucket text primary key,
  capacity int not null check (capacity > 0),
  refill_per_second double precision not null check (refill_per_second > 0)
);
comment on table private.rate_limit_policies is
  'How many requests one caller may make: `capacity` at once, `refill_per_second` in the long run.';
insert into private.rate_limit_policies (bucket, capacity, refill_per_second) values ('api', 1200, 20);

create unlogged table private.rate_limits (
  user_id uuid not null,
  bucket text not null references private.rate_limit_policies (bucket) on delete cascade,
  tokens double precision not null,
  refilled_at timestamptz not null default now(),
  primary key (user_id, bucket)
);
comment on table private.rate_limits is
  'The bucket of one caller. Unlogged: losing it in a crash means full buckets, not lost work.';
create index rate_limits_bucket on private.rate_limits (bucket);
create index rate_limits_refilled_at on private.rate_limits (refilled_at);

-- Takes up to p_tokens out of the caller's bucket; a function's isolate spends them without asking again.
create function private.lease_rate_limit(p_bucket text, p_tokens int)
returns table (granted int, remaining int, capacity int, retry_after_seconds int)
language plpgsql security definer
set search_path = ''
as $$
declare
  v_policy private.rate_limit_policies;
  v_tokens double precision;
begin
  select * into v_policy from private.rate_limit_policies p where p.bucket = p_bucket;
  if v_policy.bucket is null or p_tokens not between 1 and 10000 then
    perform private.refuse(422, 'invalid_input', 'A known bucket and 1 to 10000 tokens are needed.');
  end if;
  insert into private.rate_limits as r (user_id, bucket, tokens)
  values (auth.uid(), p_bucket, v_policy.capacity)
  on conflict (user_id, bucket) do update
    set tokens = least(v_policy.capacity,
      r.tokens + extract(epoch from now() - r.refilled_at) * v_policy.refill_per_second), refilled_at = now()
  returning r.tokens into v_tokens;
  granted := least(p_tokens, floor(v_tokens)::int);
  update private.rate_limits r set tokens = r.tokens - granted where r.user_id = auth.uid() and r.bucket = p_bucket;
  remaining := floor(v_tokens)::int - granted;
  capacity := v_policy.capacity;
  retry_after_seconds := case when granted > 0 then 0 else ceil((1 - v_tokens) / v_policy.refill_per_second)::int end;
  return next;
end;
$$;
grant execute on function private.lease_rate_limit to authenticated;

create function public.lease_rate_limit(p_bucket text, p_tokens int)
returns table (granted int, remaining int, capacity int, retry_after_seconds int)
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_length(p_bucket, 40, '/bucket');
  return query select * from private.lease_rate_limit(p_bucket, p_tokens);
end;
$$;
comment on function public.lease_rate_limit is
  'Takes up to p_tokens requests out of the bucket of the caller, who makes them without asking again.';
grant execute on function public.lease_rate_limit to authenticated;

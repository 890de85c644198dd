-- Foundation: extensions, the private schema, closed defaults and the functions every table shares.

create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists unaccent with schema extensions;
create extension if not exists fuzzystrmatch with schema extensions;
create extension if not exists btree_gin with schema extensions;

-- Helpers live here: never exposed by the data API, callable by policies and by RPCs of `public`.
create schema if not exists private;
grant usage on schema private to anon, authenticated, service_role;

-- A function is callable by nobody until its migration says by whom.
alter default privileges revoke execute on functions from public;
alter default privileges in schema public revoke execute on functions from anon, authenticated, service_role;
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;

-- Raises a refusal that the data API answers as HTTP `p_status` and the functions as problem+json. `p_code` is a code
-- of the closed list: a general one of shared/core/problem.ts, or one of a domain's problems.ts. `p_detail` is an
-- object that points at what was refused, {"pointer": "/birth_date"}, and carries the members that the code has there.
create function private.refuse(p_status int, p_code text, p_message text, p_detail jsonb default null) returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'PT' || p_status,
    message = p_message,
    hint = p_code,
    detail = coalesce(p_detail::text, '');
end;
$$;
grant execute on function private.refuse to anon, authenticated, service_role;

-- One header of the current data API request, lower-case name; null outside of a request.
create function private.request_header(p_name text) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return nullif(current_setting('request.headers', true), '')::jsonb ->> p_name;
end;
$$;
grant execute on function private.request_header to anon, authenticated, service_role;

-- The id of the current request, as the log and the audit name it: the X-Request-Id header when it has the form that
-- the functions accept, else null. A bounded repetition such as {1,255} in the pattern would cost 75 µs.
create function private.request_id() returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_id text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id';
begin
  return case when length(v_id) <= 255 and v_id ~ '^[A-Za-z0-9_=-]+$' then v_id end;
end;
$$;
grant execute on function private.request_id to authenticated, service_role;

-- Says as a sentence what is wrong with a field of an RPC's input; null when nothing is. Lists have at most 400
-- elements. A field whose name says that it is a time is written in digits: Postgres would accept words such as `now`
-- and `infinity`, which no client means. Objects nest three deep at most, which is more than any input needs; each
-- level costs a call.
create function private.field_fault(p_name text, p_value jsonb, p_depth int default 0) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  if jsonb_typeof(p_value) = 'object' and p_depth < 3 then
    return (
      select f from jsonb_each(p_value) as n (name, value), private.field_fault(n.name, n.value, p_depth + 1) as f
      where f is not null limit 1);
  end if;
  return case jsonb_typeof(p_value)
    when 'array' then case when jsonb_array_length(p_value) > 400 then 'This list has at most 400 elements.' end
    when 'string' then case when p_name ~ '(^|_)(at|on|day|date|from|to|until|time)$'
      and p_value #>> '{}' !~ '^\d[\dT:. Z+-]*$'
      then 'This must be a date or a time such as 2026-03-01T09:30:00Z.' end
    when 'object' then 'Objects lie in each other too deep.' end;
end;
$$;
grant execute on function private.field_fault to authenticated, service_role;

-- Checks the input of an RPC before anything else looks at it (422, pointer to the field): its size, because 128 KB are
-- more than the longest note needs and megabytes keep a processor busy; that it has no unknown keys, so that a
-- misspelt field is an error instead of a silent loss; and what private.field_fault says of each field that it judges.
create function private.require_known_keys(p_input jsonb, p_known text[]) returns void
language plpgsql immutable
set search_path = ''
as $$
declare
  v_name text;
  v_fault text;
begin
  if p_input is null or jsonb_typeof(p_input) <> 'object' then
    perform private.refuse(422, 'invalid_input', 'The input must be a JSON object.', '{"pointer": ""}');
  end if;
  if pg_column_size(p_input) > 131072 then
    perform private.refuse(422, 'invalid_input', 'The input has at most 128 KB.', '{"pointer": ""}');
  end if;
  for v_name, v_fault in
    select
      f.name,
      case when f.name <> all (p_known) then 'This field is not known.' else private.field_fault(f.name, f.value) end
    from jsonb_each(p_input) as f (name, value)
    where f.name <> all (p_known) or jsonb_typeof(f.value) in ('array', 'object')
      or f.name ~ '(^|_)(at|on|day|date|from|to|until|time)$'
    order by f.name
  loop
    if v_fault is not null then
      perform private.refuse(422, 'invalid_input', v_fault, jsonb_build_object('pointer', '/' || v_name));
    end if;
  end loop;
end;
$$;
grant execute on function private.require_known_keys to authenticated, service_role;

-- Refuses text that is longer than what it names can be (422, pointer to the field): the first line of whatever
-- compares or searches text, because trigrams, edit distances and patterns over long text run for minutes and cannot be
-- cancelled.
create function private.require_length(p_text text, p_max int, p_pointer text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if octet_length(p_text) > 4 * p_max or char_length(p_text) > p_max then
    perform private.refuse(422, 'invalid_input', format('This has at most %s characters.', p_max),
      jsonb_build_object('pointer', p_pointer));
  end if;
end;
$$;
grant execute on function private.require_length to anon, authenticated, service_role;

-- The same for a list: at most p_max elements.
create function private.require_count(p_list anyarray, p_max int, p_pointer text) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if cardinality(p_list) > p_max then
    perform private.refuse(422, 'invalid_input', format('This list has at most %s elements.', p_max),
      jsonb_build_object('pointer', p_pointer));
  end if;
end;
$$;
grant execute on function private.require_count to authenticated, service_role;

-- Lower case without accents: what names are sorted and searched by. Immutable because the dictionary is named.
create function private.normalise(p_text text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return lower(extensions.unaccent('extensions.unaccent'::regdictionary, p_text));
end;
$$;
grant execute on function private.normalise to anon, authenticated, service_role;

-- The words of a name, normalised and distinct: "Anna-Lena O'Néill" gives {anna, lena, neill, o}.
create function private.name_tokens(p_text text) returns text[]
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(distinct w order by w), '{}')
    from regexp_split_to_table(private.normalise(p_text), '[^[:alnum:]]+') as w
    where w <> ''
  );
end;
$$;
grant execute on function private.name_tokens to authenticated, service_role;

-- Single-line text a person typed: not blank, at most p_max characters, no control characters, no markup and no
-- statement punctuation. The same rule as `plainText` in shared/schema/fields.ts.
create function private.is_plain_text(p_text text, p_max int) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return p_text is null
    or (octet_length(p_text) <= 4 * p_max and char_length(p_text) <= p_max
      and p_text = btrim(p_text)
      and p_text <> ''
      and p_text !~ '[[:cntrl:]<>;{}\\|=$^~`]'
      and p_text !~ '--|/\*');
end;
$$;
grant execute on function private.is_plain_text to authenticated, service_role;

-- An e-mail address: plausible form, at most 254 characters (RFC 5321), lower case.
create function private.is_email(p_text text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return p_text is null
    or (octet_length(p_text) <= 254 and p_text = lower(p_text)
      and p_text ~ '^[a-z0-9.!#%&''*+/_-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$');
end;
$$;
grant execute on function private.is_email to authenticated, service_role;

-- A telephone number in E.164: "+", country code, at most 15 digits.
create function private.is_phone(p_text text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return p_text is null or octet_length(p_text) <= 16 and p_text ~ '^\+[1-9][0-9]{6,14}$';
end;
$$;
grant execute on function private.is_phone to authenticated, service_role;

-- A language tag of BCP 47 in the short form we use: "de", "pt-BR", "zh-Hant".
create function private.is_language(p_text text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return p_text is null or octet_length(p_text) <= 35
    and p_text ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$';
end;
$$;
grant execute on function private.is_language to authenticated, service_role;

-- An IANA time zone by name ("Europe/Berlin"); abbreviations and offsets are refused because they do not know daylight
-- saving.
create function private.is_time_zone(p_text text) returns boolean
language plpgsql stable parallel safe
set search_path = ''
as $$
begin
  if p_text is null then
    return true;
  end if;
  if octet_length(p_text) > 64 or p_text <> 'UTC' and p_text !~ '^[A-Z][A-Za-z_-]+(/[A-Z][A-Za-z0-9_+-]+)+$' then
    return false;
  end if;
  perform timezone(p_text, now());
  return true;
exception when invalid_parameter_value then
  return false;
end;
$$;
grant execute on function private.is_time_zone to authenticated, service_role;

-- Trigger for every versioned table: counts the version, stamps the change and keeps what never changes.
-- A statement that changes nothing leaves the version alone.
create function private.touch_row() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.id := old.id;
  new.created_at := old.created_at;
  new.version := old.version;
  new.updated_at := old.updated_at;
  if new is distinct from old then
    new.version := old.version + 1;
    new.updated_at := now();
  end if;
  return new;
end;
$$;

-- The check behind If-Match and behind every transition: 404 when the row was not found under the caller's policies
-- (its version is null), 412 when the caller expected another version.
create function private.require_version(p_version int, p_expected_version int) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if p_version is null then
    perform private.refuse(404, 'not_found', 'There is no such object, or it is not visible to you.');
  end if;
  if p_version <> p_expected_version then
    perform private.refuse(412, 'stale_version', 'The object was changed in the meantime. Read it again.');
  end if;
end;
$$;
grant execute on function private.require_version to authenticated, service_role;

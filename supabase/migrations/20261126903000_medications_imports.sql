-- Imports: files of the knowledge or the catalogue come in chunks below the limit of a body, are judged as a whole, and
-- take effect in one transaction or not at all.

create table private.medication_imports (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('knowledge', 'catalogue')),
  source text not null check (octet_length(source) <= 60 and source ~ '^[a-z0-9]+([_.-][a-z0-9]+)*$'),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  staged int not null default 0,
  made_by uuid references public.profiles (id) on delete restrict,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  knowledge_version int references public.knowledge_versions (number) on delete restrict,
  counts jsonb
);
comment on table private.medication_imports is
  'Imports by the file that they came from: its SHA-256, and the `source`, which is a name for the file through all of '
  'its editions: a new one takes the place of the one before. `made_by` is null for the secret key. `staged` is how '
  'many lines were handed in: fewer are left after a crash. `counts` says by section what was added, changed and '
  'ended, once it took effect.';
create index medication_imports_source on private.medication_imports (kind, source, finished_at);
create index medication_imports_made_by on private.medication_imports (made_by);
create index medication_imports_knowledge_version on private.medication_imports (knowledge_version);

create unlogged table private.import_lines (
  import_id uuid not null references private.medication_imports (id) on delete cascade,
  number int not null,
  section text not null,
  place text not null check (private.is_plain_text(place, 300)),
  key text not null,
  hash text not null,
  content jsonb not null,
  faults jsonb,
  change text check (change in ('new', 'changed', 'same', 'gone')),
  row_id uuid not null default gen_random_uuid(),
  primary key (import_id, number)
);
comment on table private.import_lines is
  'What an import has brought so far, until it takes effect or a newer one of its source begins. `place` is where it '
  'stands in the file, `key` what it is about within its section, `hash` what it says, `faults` what is wrong with it '
  'by itself. `change` is how it compares with what its source said before; what is gone gets a line of its own. Not '
  'logged: after a crash an import starts over.';
create index import_lines_key on private.import_lines (import_id, section, key);
create index import_lines_changes on private.import_lines (import_id, section, change) where change <> 'same';

create table private.imported_rows (
  kind text not null,
  source text not null,
  section text not null,
  key text not null,
  hash text not null,
  row_id uuid,
  primary key (kind, source, section, key)
);
comment on table private.imported_rows is
  'What the newest file of each source says, as hashes: a later one is compared with it and not with the tables, so '
  'that what a curator changed meanwhile stays. An empty hash is of what the newest file no longer says. `row_id` is '
  'the product.';

-- Whether what a key is about was brought by this source and no other one says it: then the source may take it back.
create function private.is_only_source(p_kind text, p_source text, p_section text, p_key text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce((
    select bool_and(r.source = p_source) from private.imported_rows r
    where r.kind = p_kind and r.section = p_section and r.key = p_key and r.hash <> ''), false);
end;
$$;

-- Whether the caller may import: the secret key and curators; others 403.
create function private.require_importer() returns void
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if auth.role() is distinct from 'service_role' then
    perform private.require_curator();
  end if;
end;
$$;
grant execute on function private.require_importer to authenticated, service_role;

create function public.start_medication_import(p_kind text, p_source text, p_sha256 text) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_length(p_kind, 20, '/kind'), private.require_length(p_source, 60, '/source'),
    private.require_length(p_sha256, 64, '/sha256');
  return private.start_medication_import(p_kind, p_source, p_sha256);
end;
$$;
comment on function public.start_medication_import is
  'Begins an import of a file of `knowledge` or of the `catalogue`, for the secret key and for curators: its source, a '
  'name that stays through all editions of the file, and its SHA-256 in hexadecimal digits -> {id, status}. Status '
  '`unchanged`, without an id: the newest file of this source is this one. Else `open`: hand the lines to '
  'stage_medication_import, then call run_medication_import. An import of the same source that the caller had begun is '
  'forgotten.';
grant execute on function public.start_medication_import to authenticated, service_role;

create function private.start_medication_import(p_kind text, p_source text, p_sha256 text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  perform private.require_importer();
  perform private.refuse(422, 'invalid_input', f.message, jsonb_build_object('pointer', f.pointer))
  from (values
    ('/kind', 'The kind is knowledge or catalogue.', p_kind in ('knowledge', 'catalogue')),
    ('/source', 'A source is named in small letters, digits, and - _ . between them.',
      p_source ~ '^[a-z0-9]+([_.-][a-z0-9]+)*$'),
    ('/sha256', 'A SHA-256 has 64 hexadecimal digits in small letters.', p_sha256 ~ '^[0-9a-f]{64}$')
  ) as f (pointer, message, holds)
  where f.holds is not true;
  if p_sha256 = (
    select i.sha256 from private.medication_imports i
    where i.kind = p_kind and i.source = p_source and i.finished_at is not null
    order by i.finished_at desc limit 1
  ) then
    return '{"status": "unchanged"}';
  end if;
  delete from private.medication_imports i
  where i.finished_at is null
    and (i.created_at < now() - interval '1 day'
      or i.kind = p_kind and i.source = p_source and i.made_by is not distinct from auth.uid());
  if (select count(*) from private.medication_imports i
    where i.finished_at is null and i.made_by is not distinct from auth.uid()) >= 5 then
    perform private.refuse(409, 'limit_reached', 'Five imports of yours are open. Run them, or wait for a day.');
  end if;
  insert into private.medication_imports (kind, source, sha256, made_by) values (p_kind, p_source, p_sha256, auth.uid())
  returning id into v_id;
  return jsonb_build_object('status', 'open', 'id', v_id);
end;
$$;
grant execute on function private.start_medication_import to authenticated, service_role;

-- What a line is about within its section: two lines of a file with one key contradict each other. No name has a bar.
create function private.import_key(p_section text, p_content jsonb) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return left(case p_section
    when 'control_schedules' then p_content ->> 'code'
    when 'classes' then p_content ->> 'name'
    when 'ingredients' then lower(p_content ->> 'name')
    when 'allergy_groups' then lower(p_content ->> 'name')
    when 'ingredient_classes' then concat_ws('|', p_content ->> 'class', lower(p_content ->> 'ingredient'))
    when 'rules' then p_content ->> 'rule_key'
    when 'dose_limits' then concat(lower(p_content ->> 'ingredient'), '|', p_content ->> 'route', '|',
      coalesce(p_content ->> 'age_from_months', '0'), '|', p_content ->> 'egfr_below')
    when 'allergy_cross_reactions' then concat(lower(p_content ->> 'group'), '|', lower(p_content ->> 'target'))
    when 'duplicate_exceptions' then concat(p_content ->> 'class', '|', p_content ->> 'other_class', '|',
      p_content ->> 'description')
    when 'codes' then concat(p_content ->> 'system', '|', p_content ->> 'code')
    when 'products' then coalesce(p_content ->> 'key', concat(p_content ->> 'name', '|', p_content ->> 'brand'))
    end, 1000);
end;
$$;

create function public.stage_medication_import(p_import_id uuid, p_rows jsonb) returns int
language plpgsql
set search_path = ''
as $$
begin
  if pg_column_size(p_rows) > 131072 or jsonb_typeof(p_rows) <> 'array' or jsonb_array_length(p_rows) > 400 then
    perform private.refuse(422, 'invalid_input', 'Rows come in lists of at most 400 and 128 KB.',
      '{"pointer": "/rows"}');
  end if;
  return private.stage_medication_import(p_import_id, p_rows);
end;
$$;
comment on function public.stage_medication_import is
  'Adds lines to an import that the caller has begun: [{section, place, row}] or, for a line that could not be read, '
  '[{section, place, fault: {pointer, message}}], at most 400 and 128 KB at once -> how many lines it has by now. '
  'Nothing takes effect. 404 for an import that is not open.';
grant execute on function public.stage_medication_import to authenticated, service_role;

create function private.stage_medication_import(p_import_id uuid, p_rows jsonb) returns int
language plpgsql security definer
set search_path = ''
as $$
declare
  v_lines int;
begin
  perform private.require_importer();
  perform from private.medication_imports i
  where i.id = p_import_id and i.finished_at is null and i.made_by is not distinct from auth.uid() for update;
  perform private.require_version(case when found then 1 end, 1);
  v_lines := (select coalesce(max(l.number), 0) from private.import_lines l where l.import_id = p_import_id);
  if v_lines + jsonb_array_length(p_rows) > 1000000 then
    perform private.refuse(409, 'limit_reached', 'An import has at most 1,000,000 lines.');
  end if;
  if exists (
    select from jsonb_array_elements(p_rows) as r
    where jsonb_typeof(r -> 'section') is distinct from 'string' or jsonb_typeof(r -> 'place') is distinct from 'string'
      or not private.is_plain_text(r ->> 'place', 300) or octet_length(r ->> 'section') > 60
      or jsonb_typeof(coalesce(r -> 'row', r -> 'fault')) is distinct from 'object'
  ) then
    perform private.refuse(422, 'invalid_input', 'A line has a section, a place, and a row or a fault.',
      '{"pointer": "/rows"}');
  end if;
  insert into private.import_lines (import_id, number, section, place, key, hash, content, faults)
  select p_import_id, v_lines + n.place, n.line ->> 'section', n.line ->> 'place',
    case when n.line -> 'row' is null then ''
      else coalesce(private.import_key(n.line ->> 'section', n.line -> 'row'), '') end,
    coalesce(md5(n.line ->> 'row'), ''),
    coalesce(n.line -> 'row', '{}'), f.faults
  from jsonb_array_elements(p_rows) with ordinality as n (line, place)
  left join private.import_line_faults(p_rows) f on f.place = n.place;
  update private.medication_imports i set staged = i.staged + jsonb_array_length(p_rows) where i.id = p_import_id;
  return v_lines + jsonb_array_length(p_rows);
end;
$$;
grant execute on function private.stage_medication_import to authenticated, service_role;

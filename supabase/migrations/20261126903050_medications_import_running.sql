-- Imports: the whole, in one transaction.

-- Compares the lines of an import with what its source said before, and adds a line for each that is gone from a
-- section that the file has. The planner does not know yet how much has come, so it is told.
create function private.compare_import(p_import private.medication_imports) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_lines int := (select coalesce(max(l.number), 0) from private.import_lines l where l.import_id = p_import.id);
begin
  analyze private.import_lines, private.imported_rows;
  update private.import_lines l
  set change = case when coalesce(r.hash, '') = '' and r.row_id is null then 'new' when r.hash = l.hash then 'same'
      else 'changed' end,
    row_id = coalesce(r.row_id, l.row_id)
  from private.import_lines n
  left join private.imported_rows r
    on r.kind = p_import.kind and r.source = p_import.source and r.section = n.section and r.key = n.key
  where n.import_id = p_import.id and l.import_id = n.import_id and l.number = n.number;
  insert into private.import_lines (import_id, number, section, place, key, hash, content, change, row_id)
  select p_import.id, v_lines + row_number() over (order by r.section, r.key), r.section, 'before', r.key, '', '{}',
    'gone', coalesce(r.row_id, gen_random_uuid())
  from private.imported_rows r
  where r.kind = p_import.kind and r.source = p_import.source and r.hash <> ''
    and r.section in (select l.section from private.import_lines l where l.import_id = p_import.id)
    and not exists (
      select from private.import_lines l where l.import_id = p_import.id and l.section = r.section and l.key = r.key);
end;
$$;

-- What an import changes: by section how many rows are added, changed and ended.
create function private.import_counts(p_import_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(n.section, jsonb_build_object(
      'added', n.added, 'changed', n.changed, 'unchanged', n.same, 'ended', n.gone)), '{}')
    from (
      select l.section, count(*) filter (where l.change = 'new') as added,
        count(*) filter (where l.change = 'changed') as changed, count(*) filter (where l.change = 'same') as same,
        count(*) filter (where l.change = 'gone') as gone
      from private.import_lines l
      where l.import_id = p_import_id
      group by l.section
    ) as n);
end;
$$;

-- Refuses an import with lines at fault (422): the first 200 of them in the order of the file, as {place, pointer,
-- message}, and how many there are.
create function private.refuse_faulty_import(p_import_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_faults jsonb;
  v_lines int;
begin
  with faults as materialized (
    select f.* from private.import_common_faults(p_import_id) f
    union all select f.* from private.import_reference_faults(p_import_id) f
    union all select f.* from private.import_rule_faults(p_import_id) f
    union all select f.* from private.import_name_faults(p_import_id) f
    union all select f.* from private.import_code_faults(p_import_id) f
    union all select f.* from private.import_product_faults(p_import_id) f
  )
  select (select count(distinct f.number) from faults f), (
    select jsonb_agg(jsonb_build_object('place', n.place, 'pointer', n.pointer, 'message', n.message) order by n.number)
    from (
      select f.*, l.place from faults f
      join private.import_lines l on l.import_id = p_import_id and l.number = f.number
      order by f.number, f.pointer limit 200
    ) as n)
  into v_lines, v_faults;
  if v_lines > 0 then
    perform private.refuse(422, 'invalid_input',
      format('%s lines of the file are at fault, the first at %s: %s', v_lines, v_faults #>> '{0,place}',
        v_faults #>> '{0,message}'),
      jsonb_build_object('pointer', v_faults #>> '{0,pointer}', 'rejected', v_lines, 'faults', v_faults));
  end if;
end;
$$;

-- Refuses an import of which lines were lost, and one that would end more than half of what its source said of a
-- section, unless that is meant: a file that was cut off, or another one under the same name, would take rules away,
-- and a check that no longer knows them looks like an all-clear. A few rows are nobody's slip.
create function private.refuse_shrunken_import(p_import private.medication_imports, p_counts jsonb, p_replace boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_lost text;
begin
  if p_import.staged <> (
    select count(*) from private.import_lines l where l.import_id = p_import.id and l.change <> 'gone') then
    perform private.refuse(409, 'conflict', 'Lines of this import were lost. Start over.',
      '{"pointer": "/import_id"}');
  end if;
  select format('%s of the %s %s', n.ended, n.said, replace(n.section, '_', ' ')) into v_lost
  from (
    select c.key as section, (c.value ->> 'ended')::int as ended,
      (c.value ->> 'ended')::int + (c.value ->> 'changed')::int + (c.value ->> 'unchanged')::int as said
    from jsonb_each(p_counts) as c) as n
  where n.ended >= 10 and n.ended * 2 > n.said
  order by n.ended desc limit 1;
  if found and p_replace is not true then
    perform private.refuse(409, 'conflict', format('This file would end %s that its source said before. Is it '
      'whole, and of this source? If so, import it with replace.', v_lost), '{"pointer": "/replace"}');
  end if;
end;
$$;

create function public.run_medication_import(
  p_import_id uuid,
  p_dry_run boolean default false,
  p_replace boolean default false
) returns jsonb
language plpgsql
set search_path = ''
set statement_timeout = '10min'
set lock_timeout = '10min'
as $$
begin
  return private.run_medication_import(p_import_id, p_dry_run, p_replace);
end;
$$;
comment on function public.run_medication_import is
  'Judges an import that the caller has begun, and lets it take effect as a whole or not at all -> {status: imported | '
  'unchanged | dry_run, knowledge_version, counts: {section: {added, changed, unchanged, ended}}, unmapped}. A file of '
  'the knowledge that changes something is one new version of it; what it no longer says ends with the version before. '
  'With p_dry_run nothing takes effect, and the import is over. A file that would end more than half of a section of '
  'what its source said takes effect with p_replace alone, else 409. 422 with `rejected` (how many lines are at fault) '
  'and `faults` (the first 200: {place, pointer, message}), and nothing has taken effect; 404 for an import that is '
  'not open.';
grant execute on function public.run_medication_import to authenticated, service_role;

create function private.run_medication_import(p_import_id uuid, p_dry_run boolean, p_replace boolean) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_import private.medication_imports;
  v_counts jsonb;
  v_changes int;
  v_version int;
begin
  perform private.require_importer();
  if (select i.kind from private.medication_imports i where i.id = p_import_id) = 'knowledge' then
    perform private.lock_knowledge();
  end if;
  perform pg_advisory_xact_lock(hashtextextended('medication imports', 0));
  select * into v_import from private.medication_imports i
  where i.id = p_import_id and i.finished_at is null and i.made_by is not distinct from auth.uid() for update;
  perform private.require_version(case when found then 1 end, 1);
  perform private.compare_import(v_import), private.refuse_faulty_import(p_import_id);
  v_counts := private.import_counts(p_import_id);
  select coalesce(sum((c.value ->> 'added')::int + (c.value ->> 'changed')::int + (c.value ->> 'ended')::int), 0)
  into v_changes from jsonb_each(v_counts) as c;
  if p_dry_run then
    delete from private.medication_imports where id = p_import_id;
    return private.import_report('dry_run', private.knowledge_version(), v_counts);
  end if;
  perform private.refuse_shrunken_import(v_import, v_counts, p_replace);
  if v_changes > 0 then
    v_version := private.take_import_over(v_import, v_counts);
  end if;
  update private.medication_imports
  set finished_at = now(), counts = v_counts, knowledge_version = v_version where id = p_import_id;
  delete from private.import_lines where import_id = p_import_id;
  delete from private.import_substances where import_id = p_import_id;
  return private.import_report(case when v_changes > 0 then 'imported' else 'unchanged' end,
    private.knowledge_version(), v_counts);
end;
$$;
grant execute on function private.run_medication_import to authenticated, service_role;

create function private.import_report(p_status text, p_version int, p_counts jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('status', p_status, 'knowledge_version', p_version, 'counts', p_counts, 'unmapped',
    private.unmapped_substances());
end;
$$;

-- Lets an import that was judged take effect, and remembers what its source says now. One entry of the audit log stands
-- for all rows that are added: with the source, the SHA-256 and the counts. Answers the version of the knowledge that
-- it made; null for the catalogue.
create function private.take_import_over(p_import private.medication_imports, p_counts jsonb) returns int
language plpgsql
set search_path = ''
as $$
declare
  v_version int;
begin
  perform private.begin_act('knowledge_versions', 'control_schedules', 'medication_classes', 'ingredients',
    'ingredient_classes', 'interaction_rules', 'dose_limits', 'allergy_groups', 'allergy_cross_reactions',
    'duplicate_exceptions', 'products', 'product_ingredients', 'packs', 'medication_codes');
  if p_import.kind = 'knowledge' then
    v_version := private.open_knowledge_version(
      format('Import of %s, SHA-256 %s', p_import.source, p_import.sha256), p_import.id);
    perform private.import_terms(p_import.id, v_version);
    perform private.import_rules(p_import.id, v_version);
    perform private.import_allergies(p_import.id);
  else
    perform private.import_products(p_import.id);
  end if;
  perform private.import_codes(p_import.id);
  update private.imported_rows r
  set hash = ''
  from private.import_lines g
  where g.import_id = p_import.id and g.change = 'gone' and r.kind = p_import.kind and r.source = p_import.source
    and r.section = g.section and r.key = g.key;
  insert into private.imported_rows as r (kind, source, section, key, hash, row_id)
  select p_import.kind, p_import.source, l.section, l.key, l.hash, case when l.section = 'products' then l.row_id end
  from private.import_lines l
  where l.import_id = p_import.id and l.change in ('new', 'changed')
  on conflict (kind, source, section, key) do update set hash = excluded.hash;
  perform private.end_act('medication_imports',
    jsonb_build_object('id', p_import.id, 'kind', p_import.kind, 'source', p_import.source, 'sha256', p_import.sha256,
      'counts', p_counts, 'knowledge_version', v_version),
    null, null, null);
  return v_version;
end;
$$;

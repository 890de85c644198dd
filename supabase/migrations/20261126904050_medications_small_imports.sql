-- Imports by the API: a file of at most 400 rows in one call. Larger files come in parts, as the importers send them.

create function public.import_medications(
  p_kind text,
  p_source text,
  p_rows jsonb,
  p_dry_run boolean default false
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_length(p_kind, 20, '/kind'), private.require_length(p_source, 60, '/source');
  if pg_column_size(p_rows) > 131072 or jsonb_typeof(p_rows) is distinct from 'array'
    or jsonb_array_length(p_rows) not between 1 and 400 then
    perform private.refuse(422, 'invalid_input', 'A file has 1 to 400 rows and 128 KB here.', '{"pointer": "/rows"}');
  end if;
  return private.import_medications(p_kind, p_source, p_rows, p_dry_run);
end;
$$;
comment on function public.import_medications is
  'Imports a small file of the `knowledge` or the `catalogue`, for curators: the source, which is a name that stays '
  'through all editions of the file, and its rows [{section, row}], at most 400 and 128 KB -> what '
  'run_medication_import answers. What the edition before said and this one does not ends. 422 with `errors` that '
  'point at the rows, and nothing has taken effect; 409 for a source that came with more rows.';
grant execute on function public.import_medications to authenticated;

create function private.import_medications(p_kind text, p_source text, p_rows jsonb, p_dry_run boolean) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_begun jsonb;
  v_wrong int;
  v_message text;
  v_detail text;
begin
  perform private.require_importer();
  if (select count(*) from private.imported_rows r where r.kind = p_kind and r.source = p_source and r.hash <> '') > 400
    then
    perform private.refuse(409, 'conflict',
      'The file of this source has more than 400 rows: what is left out here would end. Import it as a file.');
  end if;
  select min(n.place) into v_wrong from jsonb_array_elements(p_rows) with ordinality as n (line, place)
  where jsonb_typeof(n.line) <> 'object' or jsonb_typeof(n.line -> 'section') is distinct from 'string'
    or jsonb_typeof(n.line -> 'row') is distinct from 'object' or n.line - '{section, row}'::text[] <> '{}';
  if v_wrong is not null then
    perform private.refuse(422, 'invalid_input', 'A row has a section and what it says.',
      jsonb_build_object('pointer', '/rows/' || v_wrong - 1));
  end if;
  v_begun := private.start_medication_import(
    p_kind, p_source, encode(extensions.digest(p_rows::text, 'sha256'), 'hex'));
  if v_begun ->> 'status' = 'unchanged' then
    return private.import_report('unchanged', private.knowledge_version(), '{}');
  end if;
  perform private.stage_medication_import((v_begun ->> 'id')::uuid, (
    select jsonb_agg(n.line || jsonb_build_object('place', format('/rows/%s/row', n.place - 1)) order by n.place)
    from jsonb_array_elements(p_rows) with ordinality as n (line, place)));
  return private.run_medication_import((v_begun ->> 'id')::uuid, p_dry_run, false);
exception when sqlstate 'PT422' then
  get stacked diagnostics v_message = message_text, v_detail = pg_exception_detail;
  if v_detail not like '%"faults"%' then
    raise;
  end if;
  perform private.refuse(422, 'invalid_input', v_message, jsonb_build_object('errors', (
    select jsonb_agg(jsonb_build_object('pointer', concat(f ->> 'place', f ->> 'pointer'), 'message', f -> 'message'))
    from jsonb_array_elements(v_detail::jsonb -> 'faults') as f)));
end;
$$;
grant execute on function private.import_medications to authenticated;

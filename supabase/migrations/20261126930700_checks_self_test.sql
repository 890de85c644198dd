-- The self-test: each part of the check is asked about something that it has to find, with the knowledge in force. A
-- check that has stopped to find things looks like one that has nothing to say.

-- {knowledge_version, rebuilding, tried, failed}: the parts that did not find what they are asked about, by name. An
-- error inside is told as `error` with its SQLSTATE. Patients do not come into it.
create function private.medicine_check_report() returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_well jsonb := '{"scope": "everything", "age_months": 420, "sex": "female", "weight_kg": 70, "allergies": [],
    "allergy_state": "no_known_allergies", "conditions": [], "pregnancy": "not_pregnant", "lactation": "not_lactating",
    "medicines": []}';
  v_tried int;
  v_failed text[];
begin
  with probes (part, names, how, facts, kind, rule_key) as (
    values
      ('interactions', '{fluoxetine, phenelzine}'::text[], '{}'::jsonb, '{}'::jsonb, 'drug', 'onc-8'),
      ('conditions', '{bupropion}', '{}', '{"conditions": [{"id": "00000000-0000-4000-8000-000000000001",
        "name": "Epilepsy", "code": "G40.9"}]}', 'condition', null),
      ('pregnancy', '{isotretinoin}', '{}', '{"pregnancy": "pregnant"}', 'pregnancy', null),
      ('lactation', '{codeine}', '{}', '{"lactation": "lactating"}', 'lactation', null),
      ('food', '{simvastatin}', '{}', '{}', 'food', null),
      ('allergies', '{cephalexin}', '{}', '{"allergies": [{"id": "00000000-0000-4000-8000-000000000001", "substance":
        "Amoxicillin", "category": "medication", "kind": "allergy", "is_class": false}]}', 'allergy', null),
      ('duplicates', '{ibuprofen, ibuprofen}', '{}', '{}', 'duplicate_ingredient', null),
      ('classes', '{simvastatin, atorvastatin}', '{}', '{}', 'duplicate_class', null),
      ('doses', '{acetaminophen}', '{"dose": 1000, "dose_unit": "mg", "times_per_day": 5}', '{}', 'dose', null)
  ), answers as (
    select p.*, private.judge_medicines((
        select coalesce(jsonb_agg(p.how || jsonb_build_object('ingredient_id', i.id)), '[]')
        from unnest(p.names) as n
        join public.ingredients i on lower(i.name) = n), v_well || p.facts, null) as answer
    from probes p
    union all
    select 'free text', null, null, null, null, null, private.judge_medicines('[{"text": "Tea"}]', v_well, null)
  )
  select count(*), coalesce(array_agg(a.part order by a.part) filter (where not case
    when a.kind is null then a.answer @> '{"status": "incomplete", "reasons": [{"reason": "free_text_medicine"}]}'
    else exists (
      select from jsonb_array_elements(a.answer -> 'findings') as f
      where f ->> 'kind' = a.kind
        and (f ->> 'rule_key' = a.rule_key or a.rule_key is null
          or f -> 'also' @> jsonb_build_array(jsonb_build_object('rule_key', a.rule_key)))) end), '{}')
  into v_tried, v_failed
  from answers a;
  return jsonb_build_object('knowledge_version', private.knowledge_version(),
    'rebuilding', (select k.rebuilding from private.knowledge k), 'tried', v_tried, 'failed', v_failed);
exception when others then
  return jsonb_build_object('knowledge_version', private.knowledge_version(), 'rebuilding', false, 'tried', 0,
    'failed', array['error ' || sqlstate]);
end;
$$;

-- Terms of the check of medicines: what it can find, what it may have to say that it did not look at, and the form of a
-- finding.

-- What was not looked at, and makes a check incomplete. A closed list.
create type public.check_gap as enum (
  'uncoded_allergy', 'unmapped_allergy_code', 'allergies_never_asked', 'unmapped_product', 'ingredient_not_reviewed',
  'free_text_medicine', 'records_withheld', 'pregnancy_unknown', 'weight_unknown', 'knowledge_rebuilding',
  'dose_unknown', 'uncoded_condition');
create type public.finding_kind as enum ('drug', 'allergy', 'condition', 'pregnancy', 'lactation', 'dose',
  'duplicate_ingredient', 'duplicate_class', 'food');

-- The severity of an allergy for a drug that it reaches: of what the patient is allergic to, or of its group, nothing
-- is given; of what may cross-react, `warning` weighs more where the reaction was severe. An intolerance is one level
-- milder than an allergy. Inlined.
create function private.allergy_severity(
  p_level public.cross_reactivity,
  p_is_severe boolean,
  p_is_intolerance boolean
) returns public.interaction_severity
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return (enum_range(null::public.interaction_severity))[least(4,
    case p_level when 'critical' then 1 when 'warning' then case when p_is_severe then 2 else 3 end else 4 end
    + p_is_intolerance::int)];
end;
$$;

-- The codes of ICD-10 that a code lies below, itself included: E11.9 gives {E11.9, E11, E1, E}.
create function private.code_prefixes(p_code text) returns text[]
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return array(
    select left(p_code, n) from generate_series(length(p_code), 1, -1) as n where left(p_code, n) !~ '\.$');
end;
$$;

-- What a prescriber may answer to a finding that interrupts, as CDS Hooks has it: Codings with `code` and `display`.
-- `other`, and everything that is contraindicated, needs a comment. The codes are those that studies of overrides found
-- people to mean (JMIR Med Inform 2020;8(7):e15653); of a duplicate there are reasons of its own.
create function private.override_reasons(p_kind public.finding_kind) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case when p_kind::text like 'duplicate%' then '[
      {"code": "two-strengths", "display": "Two strengths make up one dose"},
      {"code": "long-and-short-form", "display": "A long-acting and a short-acting form"},
      {"code": "taper", "display": "One is being replaced by the other"}]'::jsonb else '[]' end
    || '[{"code": "will-monitor", "display": "Will be monitored"},
      {"code": "dose-adjusted", "display": "The dose was adjusted"},
      {"code": "previously-tolerated", "display": "Was tolerated before"},
      {"code": "benefit-outweighs-risk", "display": "The benefit outweighs the risk"},
      {"code": "no-alternative", "display": "There is no alternative"},
      {"code": "specialist-advised", "display": "A specialist advised it"},
      {"code": "alert-not-applicable", "display": "Does not apply to this patient"},
      {"code": "patient-not-taking", "display": "The patient does not take the other one"},
      {"code": "other", "display": "Another reason, in the comment"}]'::jsonb;
end;
$$;

-- A text cut to fewer than p_length characters.
create function private.shortened(p_text text, p_length int) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case when length(p_text) < p_length then p_text else left(p_text, p_length - 2) || U&'\2026' end;
end;
$$;

-- A finding as a card of CDS Hooks: `summary` (fewer than 140 characters), `detail` (Markdown), `indicator`, `source`,
-- `overrideReasons` and a `uuid` that stays the same for the same pair and the same content of the rule, with the
-- structured fields beside them. `p_names` are the two things that meet, `p_identity` tells the pair, `p_more` is what
-- only this kind of finding has. Built in one expression: a check may have dozens.
create function private.finding_card(
  p_kind public.finding_kind,
  p_severity public.interaction_severity,
  p_display public.display_mode,
  p_verification public.rule_verification,
  p_rule_key text,
  p_content_hash text,
  p_effect text,
  p_mechanism text,
  p_management text,
  p_alternatives text,
  p_evidence text,
  p_source jsonb,
  p_also jsonb,
  p_drugs jsonb,
  p_names text,
  p_identity text,
  p_more jsonb default null
) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'uuid', md5(concat_ws('|', p_kind, p_identity, p_rule_key, p_content_hash))::uuid,
    'summary', private.shortened(concat_ws(': ', p_names, p_effect), 140),
    'detail', concat_ws(E'\n\n',
      '**' || initcap(p_severity::text) || '.** ' || p_effect,
      '**Why:** ' || p_mechanism,
      '**What to do:** ' || p_management,
      '**Instead:** ' || p_alternatives,
      case when p_verification = 'unverified'
        then '**Not verified:** nobody has compared this with its source yet.' end,
      case when p_severity = 'contraindicated'
        then '**To continue, choose a reason and explain it in a comment.**' end),
    'indicator', case p_severity when 'contraindicated' then 'critical' when 'minor' then 'info' else 'warning' end,
    'source', p_source, 'overrideReasons', private.override_reasons(p_kind),
    'comment_required', p_severity = 'contraindicated',
    'kind', p_kind, 'severity', p_severity, 'display', p_display, 'verification', p_verification,
    'rule_key', p_rule_key, 'content_hash', p_content_hash, 'effect', p_effect, 'mechanism', p_mechanism,
    'management', p_management, 'alternatives', p_alternatives, 'evidence', p_evidence, 'also', p_also,
    'drugs', p_drugs) || coalesce(p_more, '{}');
end;
$$;

-- Where a finding comes from, as the `source` of a card.
create function private.finding_source(
  p_label text,
  p_section text,
  p_url text,
  p_date date,
  p_set_id text,
  p_quote text,
  p_verification public.rule_verification,
  p_knowledge_version int
) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_build_object('label', p_label, 'section', p_section, 'url', p_url, 'date', p_date, 'set_id', p_set_id,
    'quote', p_quote, 'verification', p_verification, 'knowledge_version', p_knowledge_version);
end;
$$;

-- A medicine that takes part in a check: a new one, with keys from 1, or one that the patient takes already, from 1001.
-- `times` is how often a day it is taken at most; `shown` how findings and reasons name it.
create type private.checked_medicine as (
  key int,
  name text,
  product_id uuid,
  ingredient_id uuid,
  text text,
  dose numeric,
  dose_unit text,
  route public.drug_route,
  routes public.drug_route[],
  base_unit text,
  times_per_day numeric,
  times numeric,
  shown jsonb
);

-- An ingredient of a medicine: `strength` in the first unit of its `dimension` for one base unit, over all salts of it
-- in there; without an `ingredient_id` what is unmapped. `is_only` says that nothing else is in it.
create type private.checked_part as (
  key int,
  ingredient_id uuid,
  substance text,
  strength numeric,
  dimension text,
  is_only boolean
);

-- An ingredient of all these medicines, with the keys of those that have it; `side` is how findings show it.
create type private.checked_drug as (
  number int,
  id uuid,
  name text,
  is_reviewed boolean,
  is_new boolean,
  keys int[],
  side jsonb
);

-- What a part of the check answers: a finding, or what it could not look at.
create type private.found as (card jsonb, gap jsonb);

-- A reason for an incomplete check: `reason`, and the item that it is about.
create function private.gap(p_reason public.check_gap, p_kind text, p_item jsonb, p_detail text) returns jsonb
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return jsonb_build_object('reason', p_reason, 'item', jsonb_build_object('kind', p_kind) || p_item, 'detail',
    p_detail);
end;
$$;

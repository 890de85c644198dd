-- Terms of the catalogue and the knowledge: their closed lists, and the form of codes and texts.

-- How bad an interaction is, the most severe first. How it is shown is another thing: see display_mode.
create type public.interaction_severity as enum ('contraindicated', 'major', 'moderate', 'minor');
-- What a drug interacts with: another drug, a condition of the patient, pregnancy, lactation, food.
create type public.rule_kind as enum ('drug', 'condition', 'pregnancy', 'lactation', 'food');
-- Whether the source of a row was opened and says it.
create type public.rule_verification as enum ('verified', 'unverified');
-- How a finding is shown: it stops the prescriber, stands beside the prescription, or does neither.
create type public.display_mode as enum ('interrupt', 'show', 'silent');
-- What an allergy to a group means for another drug, in the words of CDS Hooks.
create type public.cross_reactivity as enum ('critical', 'warning', 'info');
create type public.medication_code_system as enum ('rxnorm', 'atc', 'ndc', 'snomed_ct');

-- What stock counts, in whole numbers.
create type public.base_unit as enum (
  'tablet', 'capsule', 'mL', 'g', 'dose', 'patch', 'suppository', 'pessary', 'sachet', 'ampoule', 'vial', 'syringe',
  'pen', 'cartridge', 'bag', 'bottle', 'inhaler', 'lozenge', 'ring', 'implant', 'device', 'kit', 'unit');

create type public.dose_form as enum (
  'tablet', 'chewable_tablet', 'orodispersible_tablet', 'effervescent_tablet', 'sublingual_tablet', 'buccal_tablet',
  'gastro_resistant_tablet', 'prolonged_release_tablet', 'capsule', 'gastro_resistant_capsule',
  'prolonged_release_capsule', 'lozenge', 'chewing_gum', 'oral_solution', 'oral_suspension', 'oral_drops',
  'oral_powder', 'oral_granules', 'oral_gel', 'oral_film', 'oromucosal_spray', 'mouthwash', 'injection',
  'powder_for_injection', 'suspension_for_injection', 'infusion', 'implant', 'inhalation_powder', 'inhalation_spray',
  'nebuliser_solution',
  'inhalation_gas', 'nasal_spray', 'nasal_drops', 'nasal_gel', 'eye_drops', 'eye_ointment', 'eye_gel', 'ear_drops',
  'cream', 'ointment', 'gel', 'lotion', 'foam', 'paste', 'shampoo', 'cutaneous_solution', 'cutaneous_spray',
  'cutaneous_powder', 'transdermal_patch', 'medicated_dressing', 'suppository', 'enema', 'rectal_foam', 'pessary',
  'vaginal_cream', 'vaginal_gel', 'vaginal_ring', 'intrauterine_system', 'irrigation', 'dental_gel', 'kit', 'other');

create type public.drug_route as enum (
  'oral', 'sublingual', 'buccal', 'oromucosal', 'enteral', 'intravenous', 'intramuscular', 'subcutaneous',
  'intradermal', 'intra_arterial', 'intra_articular', 'intraosseous', 'intraperitoneal', 'intrapleural', 'intrathecal',
  'epidural', 'intravitreal', 'intravesical', 'intralesional', 'inhaled', 'nasal', 'topical', 'transdermal',
  'ophthalmic', 'otic', 'dental', 'rectal', 'vaginal', 'urethral', 'intrauterine', 'irrigation', 'other');

-- A GTIN of 8, 12, 13 or 14 digits whose check digit is right: counted from the right, every second digit weighs 3, and
-- the sum is a multiple of ten (GS1 General Specifications, 7.9).
create function private.is_gtin(p_text text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  if p_text is null then
    return true;
  end if;
  return octet_length(p_text) in (8, 12, 13, 14) and p_text ~ '^\d+$' and (
      select sum(substr(p_text, n, 1)::int * case when (length(p_text) - n) % 2 = 1 then 3 else 1 end) % 10
      from generate_series(1, length(p_text)) as n) = 0;
end;
$$;
grant execute on function private.is_gtin to authenticated, service_role;

-- Whether a code has the form of its system; NDC: labeller, product and, for a package, its size, or all digits.
create function private.is_medication_code(p_system public.medication_code_system, p_code text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case p_system
    when 'ndc' then octet_length(p_code) <= 20 and p_code ~ '^(\d{4,6}-\d{3,4}(-\d{1,2})?|\d{10,12})$'
    else private.is_code(p_system::text::public.code_system, p_code) end;
end;
$$;
grant execute on function private.is_medication_code to authenticated, service_role;

-- A list of at most p_most names of a line each, without gaps.
create function private.are_names(p_names text[], p_most int) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return p_names is null
    or (cardinality(p_names) <= p_most and coalesce(array_ndims(p_names), 1) = 1
      and array_position(p_names, null) is null
      and (select coalesce(bool_and(private.is_plain_text(n, 200)), true) from unnest(p_names) as n));
end;
$$;
grant execute on function private.are_names to authenticated, service_role;

-- The key of a rule, such as 'onc-3': how content names it, the same in every version.
create function private.is_rule_key(p_key text) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return p_key is null or octet_length(p_key) <= 60 and p_key ~ '^[a-z0-9]+([_.-][a-z0-9]+)*$';
end;
$$;
grant execute on function private.is_rule_key to authenticated, service_role;

-- A list of at most p_most keys of rules.
create function private.are_rule_keys(p_keys text[], p_most int) returns boolean
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return p_keys is null
    or (cardinality(p_keys) <= p_most and coalesce(array_ndims(p_keys), 1) = 1
      and array_position(p_keys, null) is null
      and (select coalesce(bool_and(private.is_rule_key(k)), true) from unnest(p_keys) as k));
end;
$$;
grant execute on function private.are_rule_keys to authenticated, service_role;

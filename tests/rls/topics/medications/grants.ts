export const grants = `
  allergy_cross_reactions  authenticated  select
  allergy_cross_reactions  service_role   all
  allergy_groups           authenticated  select
  allergy_groups           service_role   all
  control_schedules        authenticated  select
  control_schedules        service_role   all
  dose_limits              authenticated  select
  dose_limits              service_role   select
  duplicate_exceptions     authenticated  select
  duplicate_exceptions     service_role   all
  ingredient_classes       authenticated  delete select
  ingredient_classes       authenticated  insert  class_id ingredient_id
  ingredient_classes       service_role   all
  ingredients              authenticated  select
  ingredients              authenticated  insert  control_schedule_id name reviewed_version synonyms
  ingredients              authenticated  update  active control_schedule_id name reviewed_version synonyms
  ingredients              service_role   all
  interaction_rules        authenticated  select
  interaction_rules        service_role   select
  knowledge_versions       authenticated  select
  knowledge_versions       service_role   select
  medication_classes       authenticated  select
  medication_classes       authenticated  insert  duplicate_therapy name title
  medication_classes       authenticated  update  duplicate_therapy title
  medication_classes       service_role   all
  medication_codes         authenticated  delete select
  medication_codes         authenticated  insert  class_id code ingredient_id product_id system
  medication_codes         service_role   all
  medication_curators      authenticated  delete select
  medication_curators      authenticated  insert  user_id
  medication_curators      service_role   all
  packs                    authenticated  delete select
  packs                    authenticated  insert  description gtin product_id units
  packs                    authenticated  update  active description gtin
  packs                    service_role   all
  product_ingredients      authenticated  delete select
  product_ingredients      authenticated  insert  ingredient_id product_id strength strength_unit substance
  product_ingredients      authenticated  update  ingredient_id strength strength_unit
  product_ingredients      service_role   all
  products                 authenticated  select
  products                 authenticated  insert  base_unit brand dose_form name routes
  products                 authenticated  update  active brand dose_form name routes
  products                 service_role   all
`;

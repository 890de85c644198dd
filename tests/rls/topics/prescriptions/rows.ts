import { demoHospital, northHospital, people } from "../../people.ts";
import { ruleColumns, shelf, versions } from "../medications/rows.ts";

const id = (number: number) => `a5000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Prescriptions of patients, and policies of the Demo hospital, the North and the network. */
export const ordered = {
  paula: id(1),
  paulaSensitive: id(2),
  paulaOfNorth: id(3),
  pavel: id(4),
  priya: id(5),
  paulaDraft: id(6),
  demoPolicy: id(10),
  northPolicy: id(11),
  networkPolicy: id(12),
  moderateRule: id(20),
  contraindicatedRule: id(21),
  minorRule: id(22),
  foodRule: id(23),
  delta: id(40),
  epsilon: id(41),
} as const;

/** Rules of which no policy says anything, by their severity or kind. */
export const ruleKeys = {
  moderate: "rls-check-moderate",
  contraindicated: "rls-check-contraindicated",
  minor: "rls-check-minor",
  food: "rls-check-food",
} as const;

/** The columns of a rule between drugs and their values, but for the severity. */
export const rule = (ruleId: string, key: string, severity: string, since: number = versions.first) =>
  `insert into public.interaction_rules (id, rule_key, kind, ingredient_id, other_ingredient_id, since_version, ${ruleColumns})
   values ('${ruleId}', '${key}', 'drug', '${ordered.delta}', '${ordered.epsilon}', ${since}, '${severity}', 'Harm', 'A way', 'Do not', 'label', 'A label', '7');`;

/** What a signed prescription has, and values. */
export const signedColumns =
  "product_id, dose, dose_unit, route, times_per_day, status, prescriber_id, signed_at, valid_until";
export const signedValues = (status = "active") =>
  `'${shelf.product}', 1, 'tablet', 'oral', 2, '${status}', '${people.doctor}', now(), now() + interval '30 days'`;

const ofPerson = (person: string) => `(select id from public.patients where user_id = '${person}')`;
const signed = (rowId: string, person: string, hospital: string, sensitivity = "null") =>
  `insert into public.prescriptions (id, patient_id, organization_id, sensitivity, ${signedColumns})
   values ('${rowId}', ${ofPerson(person)}, '${hospital}', ${sensitivity}, ${signedValues()});`;

export const arrangement = [
  signed(ordered.paula, people.paula, demoHospital),
  signed(ordered.paulaSensitive, people.paula, demoHospital, "'hiv'"),
  signed(ordered.paulaOfNorth, people.paula, northHospital),
  signed(ordered.pavel, people.pavel, demoHospital),
  signed(ordered.priya, people.priya, northHospital),
  `insert into public.prescriptions (id, patient_id, organization_id, product_id)
   values ('${ordered.paulaDraft}', ${ofPerson(people.paula)}, '${demoHospital}', '${shelf.product}');`,
  `insert into public.ingredients (id, name) values ('${ordered.delta}', 'rlschecked'), ('${ordered.epsilon}', 'rlsbeside');`,
  rule(ordered.moderateRule, ruleKeys.moderate, "moderate"),
  rule(ordered.contraindicatedRule, ruleKeys.contraindicated, "contraindicated"),
  rule(ordered.minorRule, ruleKeys.minor, "minor"),
  `insert into public.interaction_rules (id, rule_key, kind, class_id, food, since_version, ${ruleColumns})
   values ('${ordered.foodRule}', '${ruleKeys.food}', 'food', '${shelf.alphas}', 'Rls juice', ${versions.first}, 'major',
     'Harm', 'A way', 'Do not', 'label', 'A label', '7');`,
  `insert into public.interaction_policies (id, organization_id, rule_key, display, reason) values
     ('${ordered.demoPolicy}', '${demoHospital}', 'rls-1', 'show', 'Seen too often'),
     ('${ordered.northPolicy}', '${northHospital}', 'rls-1', 'show', 'Seen too often'),
     ('${ordered.networkPolicy}', null, 'rls-1', 'show', 'Seen too often');`,
].join("\n");

const own = "where id::text like 'a5000000-0000-4000-8000-%'";

/** Runs with triggers and foreign keys off. */
export const removal = [
  "delete from private.interaction_pairs where rule_id::text like 'a5000000-0000-4000-8000-%';",
  "delete from private.ingredient_names where ingredient_id::text like 'a5000000-0000-4000-8000-%';",
  ...["prescriptions", "interaction_policies", "interaction_rules", "ingredients"].map((table) =>
    `delete from public.${table} ${own};`
  ),
].join("\n");

import { randomUUID } from "node:crypto";
import type { ClientBase, PoolClient } from "pg";
import type { z } from "zod";
import { checkAnswer } from "../../functions/prescriptions/check/schemas.ts";
import { actAs, type Actor, rolledBack } from "./database.ts";
import { HOSPITAL } from "./people.ts";

export type Answer = z.infer<typeof checkAnswer>;
export type Finding = Answer["findings"][number];
/** A medicine as the check takes it. */
export type Medicine = Record<string, string | number>;

export const DOCTOR: Actor = { role: "authenticated", userId: "30000000-0000-4000-8000-000000000002" };
export const NORTH = "20000000-0000-4000-8000-000000000001";

/** A version of the knowledge that no content reaches. */
const VERSION = 1_000_002;

/**
 * A man of 45 years and 80 kg of whom everything is known that a check asks for, and who has no known allergies. The
 * demo doctor has his chart open. Everything in the transaction of the client, as the superuser. `born` is SQL.
 */
export async function openPatient(
  client: ClientBase,
  more: { sex?: string | undefined; born?: string | undefined } = {},
): Promise<string> {
  const id = randomUUID();
  const { sex = "male", born = "current_date - interval '45 years'" } = more;
  await client.query(`
    reset role;
    insert into private.patients (id, given_name, family_name, birth_date, sex)
      values ('${id}', 'Max', 'Checked', ${born}, '${sex}');
    insert into public.care_relationships (patient_id, organization_id) values ('${id}', '${HOSPITAL}');
    insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, expires_at)
      values ('${id}', '${DOCTOR.userId}', '${HOSPITAL}', 'care_relationship', 'everything', 'treatment', now() + interval '1 hour');
    insert into public.allergy_reviews (patient_id, organization_id, statement) values ('${id}', '${HOSPITAL}', 'no_known_allergies');
    insert into public.vital_signs (patient_id, organization_id, measure, value, unit) values ('${id}', '${HOSPITAL}', 'body_weight', 80, 'kg');
    insert into public.knowledge_versions (number, note) values (${VERSION}, 'Of a test') on conflict do nothing;`);
  return id;
}

/** Adds one row as the superuser and answers its id. */
export async function add(client: ClientBase, table: string, values: Record<string, unknown>): Promise<string> {
  const names = Object.keys(values);
  await actAs(client, null);
  const { rows: [row] } = await client.query<{ id: string }>(
    `insert into public.${table} (${names.join(", ")}) values (${
      names.map((_, at) => `$${at + 1}`).join(", ")
    }) returning id`,
    Object.values(values),
  );
  if (row === undefined) throw new Error(`Nothing was added to ${table}`);
  return row.id;
}

/** An ingredient that somebody has reviewed, unless it says otherwise. */
export const addIngredient = (client: ClientBase, name: string, isReviewed = true): Promise<string> =>
  add(client, "ingredients", { name, reviewed_version: isReviewed ? VERSION : null });

/** A product of these ingredients with so many mg of each in one tablet; null is one that nobody has mapped. */
export async function addProduct(
  client: ClientBase,
  name: string,
  parts: (string | null)[],
  mg = 100,
): Promise<string> {
  const product_id = await add(client, "products", {
    name,
    dose_form: "tablet",
    routes: "{oral}",
    base_unit: "tablet",
  });
  for (const [at, ingredient_id] of parts.entries()) {
    const substance = `${name} ${at} of nobody's catalogue`;
    await add(client, "product_ingredients", {
      product_id,
      substance,
      ingredient_id,
      strength: mg,
      strength_unit: "mg",
    });
  }
  return product_id;
}

/** A rule in force between two ingredients, or about one of them with `kind`. */
export const addRule = (
  client: ClientBase,
  rule_key: string,
  ingredient_id: string,
  other_ingredient_id: string | null,
  more: Record<string, unknown> = {},
): Promise<string> =>
  add(client, "interaction_rules", {
    rule_key,
    kind: "drug",
    ingredient_id,
    other_ingredient_id,
    severity: "major",
    effect: `Effect of ${rule_key}`,
    mechanism: "A way",
    management: "Do not",
    evidence: "label",
    source_label: "A label",
    source_section: "7",
    since_version: VERSION,
    ...more,
  });

/** A limit of doses of an ingredient in mg. */
export const addLimit = (client: ClientBase, ingredient_id: string, limits: Record<string, unknown>): Promise<string> =>
  add(client, "dose_limits", {
    ingredient_id,
    unit: "mg",
    management: "Less",
    source_label: "A label",
    source_section: "2",
    since_version: VERSION,
    ...limits,
  });

/** An active prescription of a tablet twice a day, by the North unless it says otherwise. */
export const addPrescription = (
  client: ClientBase,
  patient_id: string,
  product_id: string,
  more: Record<string, unknown> = {},
): Promise<string> =>
  add(client, "prescriptions", {
    patient_id,
    organization_id: NORTH,
    product_id,
    dose: 1,
    dose_unit: "tablet",
    route: "oral",
    times_per_day: 2,
    status: "active",
    prescriber_id: DOCTOR.userId,
    signed_at: new Date(),
    valid_until: new Date(Date.now() + 864e5),
    ...more,
  });

/** What the patient says to take. */
export const addStatement = (
  client: ClientBase,
  patient_id: string,
  medicine: Record<string, unknown>,
): Promise<string> =>
  add(client, "medication_statements", {
    patient_id,
    organization_id: HOSPITAL,
    source: "patient",
    taking: "yes",
    ...medicine,
  });

/** Asks as the demo doctor, unless as somebody else. */
export async function check(
  client: ClientBase,
  patient: string,
  medicines: Medicine[],
  { actor = DOCTOR, organization = null }: { actor?: Actor; organization?: string | null } = {},
): Promise<Answer> {
  await actAs(client, actor);
  const { rows: [row] } = await client.query<{ answer: unknown }>(
    "select public.check_medicines($1, $2, $3) as answer",
    [patient, JSON.stringify(medicines), organization],
  );
  await actAs(client, null);
  return checkAnswer.parse(row?.answer);
}

/** The reasons as `reason: item`. */
export const reasonsOf = ({ reasons }: Answer): string[] =>
  reasons.map(({ reason, item }) => `${reason}: ${item.name}`);

/** The findings as `kind rule: drug, drug`. */
export const findingsOf = ({ findings }: Answer): string[] =>
  findings.map(({ kind, drugs }) => `${kind}: ${drugs.map(({ name }) => name).sort().join(", ")}`);

/** A class of these ingredients. */
export async function addClass(
  client: ClientBase,
  name: string,
  members: string[],
  more: Record<string, unknown> = {},
): Promise<string> {
  const class_id = await add(client, "medication_classes", { name, title: name.replaceAll("_", " "), ...more });
  for (const ingredient_id of members) await add(client, "ingredient_classes", { ingredient_id, class_id });
  return class_id;
}

/** Three ingredients that no content has, and a patient of whom all is known. */
export type Scene = { client: PoolClient; patient: string; alpha: string; beta: string; gamma: string };

/** Tries something out in a scene, of which nothing stays. */
export const inScene = (
  work: (scene: Scene) => Promise<void>,
  more: { sex?: string | undefined; born?: string | undefined } = {},
): Promise<void> =>
  rolledBack(async (client) => {
    const patient = await openPatient(client, more);
    const [alpha, beta, gamma] = [
      await addIngredient(client, "alphatestine"),
      await addIngredient(client, "betatestine"),
      await addIngredient(client, "gammatestine"),
    ];
    await work({ client, patient, alpha, beta, gamma });
  });

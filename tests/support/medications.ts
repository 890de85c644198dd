import { sqlValue } from "./database.ts";
import { newPerson, type Person } from "./people.ts";
import { call, textAt } from "./stack.ts";

/** Central Pharmacy of the seeds. */
const PHARMACY = "10000000-0000-4000-8000-000000000002";

/** A new pharmacist of the Central Pharmacy; a curator unless said otherwise. */
export async function newPharmacist({ curator = true } = {}): Promise<Person> {
  const person = await newPerson();
  await sqlValue(
    "insert into public.memberships (user_id, organization_id, role) values ($1, $2, 'pharmacy_staff') returning id",
    [person.id, PHARMACY],
  );
  if (curator) await sqlValue("select private.appoint_curator($1)", [person.email]);
  return person;
}

let made = 0;

/** A name of a medicine that no other test uses: letters alone, unlike every other one. */
export const uniqueDrug = (): string => {
  const letters = [...crypto.randomUUID().replaceAll("-", "")].map((digit) => "bcdfghjklmnpqrst"[parseInt(digit, 16)]);
  return `z${letters.slice(0, 14).join("")}${"aeiou"[made++ % 5]}`;
};

/** A new ingredient, by its id. */
export async function newIngredient(token: string, more: object = {}): Promise<string> {
  const answer = await call("/medications/ingredients", { token, body: { name: uniqueDrug(), ...more } });
  return textAt(answer.body, "/id");
}

/** A new class of some ingredients, by its id. */
export async function newClass(token: string, members: string[] = []): Promise<string> {
  const body = { name: uniqueDrug(), title: "Class of a test" };
  const id = textAt((await call("/medications/classes", { token, body })).body, "/id");
  for (const ingredient_id of members) {
    await call(`/medications/classes/${id}/members`, { token, body: { ingredient_id } });
  }
  return id;
}

/** A GTIN of 13 digits that no other test uses, with its check digit: one of the prefix that GS1 keeps for restricted use within a company. */
export function uniqueGtin(): string {
  const digits = `2${String(crypto.getRandomValues(new BigUint64Array(1))[0]).slice(-11).padStart(11, "0")}`;
  const sum = [...digits].reverse().reduce(
    (total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 3 : 1),
    0,
  );
  return `${digits}${(10 - sum % 10) % 10}`;
}

/** What a rule between two ingredients needs. */
export const ruleBetween = (ingredient_id: string, other_ingredient_id: string, more: object = {}) => ({
  rule_key: uniqueDrug(),
  kind: "drug",
  ingredient_id,
  other_ingredient_id,
  severity: "major",
  effect: "Bleeding",
  mechanism: "Both thin the blood",
  management: "Avoid; or watch closely if < 3 days",
  evidence: "label",
  source_label: "Label of a test",
  source_section: "7.1",
  verification: "unverified",
  ...more,
});

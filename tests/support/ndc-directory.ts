import { createWriteStream } from "node:fs";
import { once } from "node:events";

/** Substances as the directory writes them. Every fifth product has one of the last, which no ingredient is called. */
const KNOWN = [
  "METFORMIN HYDROCHLORIDE",
  "AMLODIPINE BESYLATE",
  "LISINOPRIL",
  "ATORVASTATIN CALCIUM TRIHYDRATE",
  "SERTRALINE HYDROCHLORIDE",
  "LOSARTAN POTASSIUM",
  "GABAPENTIN",
  "AMOXICILLIN",
  "ACETAMINOPHEN",
  "WARFARIN SODIUM",
];
const UNKNOWN = ["TITANIUM DIOXIDE", "OCTINOXATE", "BEMPEDOIC ACID", "SECUKINUMAB", "ARNICA MONTANA"];
const FORMS = ["TABLET", "TABLET, FILM COATED", "CAPSULE", "TABLET, EXTENDED RELEASE", "CAPSULE, DELAYED RELEASE"];

/** An entry of the NDC directory as openFDA publishes it, made up; the same number is always the same entry. */
export function ndcEntry(number: number): Record<string, unknown> {
  const substance = number % 5 === 4 ? UNKNOWN[Math.floor(number / 5) % UNKNOWN.length] : KNOWN[number % KNOWN.length];
  const form = FORMS[number % FORMS.length] ?? "TABLET";
  const labeller = String(10_000 + Math.floor(number / 1_000)).padStart(5, "0");
  const ndc = `${labeller}-${String(number % 1_000).padStart(4, "0")}`;
  const second = number % 10 === 8 ? [{ name: "HYDROCHLOROTHIAZIDE", strength: "12.5 mg/1" }] : [];
  return {
    product_ndc: ndc,
    generic_name: [substance, ...second.map(({ name }) => name)].join(" and "),
    labeler_name: `Labeller ${labeller}`,
    brand_name: number % 3 === 0 ? `Brand ${number}` : substance,
    active_ingredients: [{ name: substance, strength: `${5 * (1 + (number % 40))} mg/1` }, ...second],
    finished: true,
    packaging: [30, 90].map((count) => ({
      package_ndc: `${ndc}-${count === 30 ? "01" : "02"}`,
      description: `${count} ${form} in 1 BOTTLE (${ndc}-${count === 30 ? "01" : "02"})`,
      marketing_start_date: "20200101",
      sample: false,
    })),
    listing_expiration_date: "20271231",
    openfda: { manufacturer_name: [`Labeller ${labeller}`], rxcui: ["860975"], is_original_packager: [true] },
    marketing_category: "ANDA",
    dosage_form: form,
    spl_id: `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
    product_type: "HUMAN PRESCRIPTION DRUG",
    route: ["ORAL"],
    marketing_start_date: "20200101",
    product_id: `${ndc}_${number}`,
    application_number: `ANDA${String(number).padStart(6, "0")}`,
  };
}

/** Writes a directory of so many products. `change` may spoil one by its number. */
export async function writeDirectory(
  path: string,
  products: number,
  change: (entry: Record<string, unknown>, number: number) => Record<string, unknown> = (entry) => entry,
): Promise<void> {
  const file = createWriteStream(path);
  file.write(`{"meta": {"results": {"skip": 0, "limit": ${products}, "total": ${products}}}, "results": [\n`);
  for (let number = 0; number < products; number += 1) {
    const text = JSON.stringify(change(ndcEntry(number), number));
    if (!file.write(`${text}${number < products - 1 ? "," : ""}\n`)) await once(file, "drain");
  }
  file.end("]}\n");
  await once(file, "finish");
}

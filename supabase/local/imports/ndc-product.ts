import { type Fault, isObject } from "./line.ts";
import { doseFormOf, pieceOf, routesOf, unitOf } from "./ndc-terms.ts";

/** A product as the import takes it, or why there is none. */
export type NdcProduct = { row: Record<string, unknown> } | { fault: Fault };

/** A quantity of the directory: "80 mg/5mL" is 16 mg for one mL, "500 mg/1" is 500 mg for one piece. */
interface Strength {
  amount: number;
  unit: string;
  /** mL, g, or "" for a piece. */
  per: string;
}

/**
 * The product of an entry of the NDC directory as openFDA publishes it: {product_ndc, generic_name, brand_name,
 * active_ingredients: [{name, strength}], dosage_form, route: [], packaging: [{package_ndc, description}]}. A strength or
 * a pack that cannot be read is left out: the product is there without it, as it is with a substance that nobody mapped.
 */
export function ndcProduct(entry: unknown): NdcProduct {
  if (!isObject(entry)) return faulty("", "A product is an object.");
  const ndc = text(entry.product_ndc, 20);
  if (!/^\d{4,6}-\d{3,4}$/.test(ndc)) return faulty("/product_ndc", "This is no product code of the NDC directory.");
  const generic = text(entry.generic_name, 500).toLowerCase();
  const brand = text(entry.brand_name, 300);
  if (generic === "" && brand === "") return faulty("/generic_name", "The product has no name.");
  const routes = routesOf(listOf(entry.route).map((route) => text(route, 60)));
  const form = doseFormOf(text(entry.dosage_form, 100), routes);
  const contents = contentsOf(entry.active_ingredients);
  const per = contents.find(({ strength }) => strength !== undefined)?.strength?.per ?? "";
  const base = per === "" ? pieceOf(form) : per;
  const stated = contents.map(({ substance, strength }) => ({
    substance,
    ...(strength !== undefined && strength.per === per && { strength: strength.amount, strength_unit: strength.unit }),
  }));
  return {
    row: {
      key: ndc,
      name: nameOf(generic === "" ? brand : generic, stated, per, form),
      ...(brand !== "" && brand.toLowerCase() !== generic && { brand }),
      dose_form: form,
      routes,
      base_unit: base,
      contents: stated,
      packs: packsOf(entry.packaging, base),
      codes: [{ system: "ndc", code: ndc }],
    },
  };
}

/** How many substances a product has at most, and what stands for those without a name and those beyond. */
const MOST_CONTENTS = 50;
const UNNAMED = "not named in the directory";

const faulty = (pointer: string, message: string): NdcProduct => ({ fault: { pointer, message } });
const listOf = (value: unknown): unknown[] => Array.isArray(value) ? value : [];

/** One line of text without what our lines may not hold. */
function text(value: unknown, most: number): string {
  if (typeof value !== "string") return "";
  return value.replace(/[\p{Cc}<>;{}\\|=$^~`]+/gu, " ").replace(/--+/g, "-").replaceAll("/*", "/ *")
    .replace(/\s+/g, " ").trim().slice(0, most).trim();
}

function contentsOf(ingredients: unknown): { substance: string; strength: Strength | undefined }[] {
  const found = new Map<string, Strength | undefined>();
  for (const one of listOf(ingredients)) {
    // What is not named stands in the product all the same: without it, the product would look wholly known.
    const named = isObject(one) ? text(one.name, 300).toLowerCase() : "";
    const substance = found.size < MOST_CONTENTS - 1 ? named || UNNAMED : UNNAMED;
    const strength = substance === UNNAMED ? undefined : strengthOf(isObject(one) ? text(one.strength, 60) : "");
    // Of a substance that is stated twice, the amounts are not known to be one or two.
    found.set(substance, found.has(substance) ? undefined : strength);
  }
  return [...found].map(([substance, strength]) => ({ substance, strength }));
}

/** Reads "80 mg/5mL"; undefined where there is no such quantity. */
export function strengthOf(stated: string): Strength | undefined {
  const [, amount = "", unit = "", of = "", per = ""] = /^([\d,.]+)\s*([^/\s]+)\/([\d.]*)\s*(\S*)$/.exec(stated) ?? [];
  const value = Number(amount.replaceAll(",", "")) / (of === "" ? 1 : Number(of));
  if (unit === "" || !Number.isFinite(value) || value <= 0) return undefined;
  const [whole, times] = per === "L" ? ["mL", 1000] : per === "kg" ? ["g", 1000] : [per, 1];
  const rounded = Number((value / times).toFixed(9));
  if (rounded <= 0 || rounded > 1e9) return undefined;
  // By the hour or the day is how fast a patch gives it: of one patch.
  if (/^(h|d)$/.test(whole)) return { amount: rounded, unit: `${unitOf(unit)}/${whole}`, per: "" };
  return whole === "" || whole === "mL" || whole === "g"
    ? { amount: rounded, unit: unitOf(unit), per: whole }
    : undefined;
}

/** "amoxicillin 500 mg / clavulanate 125 mg tablet"; of many substances the generic name alone. */
function nameOf(
  generic: string,
  contents: { substance: string; strength?: number; strength_unit?: string }[],
  per: string,
  form: string,
): string {
  const complete = contents.length > 0 && contents.length <= 3 &&
    contents.every(({ strength }) => strength !== undefined);
  const stated = contents.map((one) => `${one.substance} ${one.strength} ${one.strength_unit}${per && `/${per}`}`);
  return `${complete ? stated.join(" / ") : generic} ${form.replaceAll("_", " ")}`.slice(0, 500).trim();
}

/** The packs, in base units. One that is no whole number of them, or that counts otherwise, is left out. */
function packsOf(packaging: unknown, base: string): { units: number; description: string }[] {
  const packs = new Map<string, { units: number; description: string }>();
  for (const one of listOf(packaging)) {
    const description = isObject(one) ? text(one.description, 300) : "";
    const units = unitsOf(description, base);
    if (units !== undefined && packs.size < 100) packs.set(description, { units, description });
  }
  return [...packs.values()];
}

/** "3 BLISTER PACK in 1 CARTON / 10 TABLET in 1 BLISTER PACK" are 30 tablets. */
export function unitsOf(description: string, base: string): number | undefined {
  const steps = description.split(" / ").map((step) => /^([\d.,]+)\s+(.+?)\s+in\s+1\s/.exec(step.trim()));
  const inner = steps.at(-1)?.[2]?.toLowerCase() ?? "";
  const times = base === "mL" || base === "g" ? measure(inner, base) : 1;
  const product = steps.reduce((units, step) => units * Number(step?.[1]?.replaceAll(",", "") ?? NaN), times);
  const units = Number(product.toFixed(6));
  return Number.isInteger(units) && units >= 1 && units <= 1_000_000 ? units : undefined;
}

/** How many mL or g are one of what is packed; NaN where that is something else. */
function measure(packed: string, base: string): number {
  if (packed === base.toLowerCase()) return 1;
  return (packed === "l" && base === "mL") || (packed === "kg" && base === "g") ? 1000 : NaN;
}

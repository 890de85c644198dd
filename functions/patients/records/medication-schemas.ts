import { z } from "zod";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { Constants } from "../../../shared/data/database.types.ts";
import { calendarDate, instant, plainText, uuid } from "../../../shared/schema/fields.ts";
import { encounterIn, encounterOut, hospital, optional, recordFields, sensitivity, sensitivityOut } from "./parts.ts";

const enums = Constants.public.Enums;

const source = z.enum(enums.medication_source).describe("Where the patient has it from, or who tells of it.");
const taking = z.enum(enums.medication_taking).describe("Whether the patient takes it. Checks pass over `no` alone.");
const route = z.enum(enums.drug_route).nullable().meta({ example: "oral", description: "How; null when unknown." });
const endReason = z.enum(enums.medication_stop_reason).nullable().meta({
  example: null,
  description: "Why it was stopped; null while it lasts, and when nobody knows.",
});
const names = {
  product_id: uuid.nullable().meta({ example: null, description: "A product of the catalogue." }),
  ingredient_id: uuid.nullable().meta({ example: null, description: "An ingredient, where the product is not known." }),
};
const dates = {
  started_on: calendarDate.nullable().meta({ example: "2026-03-01", description: "When it began; null when unknown." }),
  ended_on: calendarDate.nullable().meta({ example: null, description: "When it ended; null before." }),
};

/** A medicine that the patient takes from elsewhere. */
export const medicationStatement = z.object({
  ...recordFields,
  ...encounterOut,
  source,
  ...names,
  text: optional("St. John's wort tea").describe("The medicine in words; null with one of the catalogue."),
  name: z.string().meta({ example: "St. John's wort tea", description: "What the medicine is called today." }),
  checked: z.boolean().meta({
    example: false,
    description: "False: no program can check it, only people. It is free text, or a substance of it is not known.",
  }),
  taking,
  dose: z.number().nullable().meta({ example: 1, description: "At a time, in `dose_unit`; null when unknown." }),
  dose_unit: optional("cup").describe("Unit of the dose; null without one."),
  times_per_day: z.number().nullable().meta({ example: 2, description: "May be a fraction; null when unknown." }),
  route,
  ...dates,
  end_reason: endReason,
  remark: optional(null).describe("What else is to know; null without one."),
  status: z.enum(enums.medication_statement_status).describe("Checks look at active ones."),
  ...sensitivityOut,
}).meta({ id: "MedicationStatement" });

const statementSet = z.strictObject({
  source,
  ...names,
  text: plainText(300).nullable().meta({ example: "St. John's wort tea", description: "Free text, of last resort." }),
  taking,
  dose: z.number().positive().max(1e6).nullable().meta({ example: 1, description: "At a time; with `dose_unit`." }),
  dose_unit: plainText(30).nullable().meta({ example: "cup", description: "Unit of the dose; with `dose`." }),
  times_per_day: z.number().positive().max(48).nullable().meta({
    example: 2,
    description: "May be a fraction: 0.142857 is once a week.",
  }),
  route,
  ...dates,
  end_reason: endReason,
  remark: plainText(500).nullable().meta({ example: "For sleep", description: "What else is to know." }),
  status: z.enum(enums.medication_statement_status).exclude(["entered_in_error"]).describe(
    "`ended` with the day and the reason, as far as they are known.",
  ),
  occurred_at: instant.describe("When it was told."),
  sensitivity,
});

/** What authors send to add a statement, and what they may change of it. */
export const statementInputs = {
  add: statementSet.partial().extend({ source, taking, ...encounterIn, ...hospital }).refine(
    ({ product_id, ingredient_id, text }) =>
      [product_id, ingredient_id, text].filter((name) => name !== undefined && name !== null).length === 1,
    { error: "or one of `product_id` and `ingredient_id` must be given, and no two of them", path: ["text"] },
  ).meta({ example: { source: "herbal", text: "St. John's wort tea", taking: "yes", dose: 1, dose_unit: "cup" } }),
  change: statementSet.partial().refine(...changesSomething).meta({
    example: { status: "ended", ended_on: "2026-11-02", end_reason: "interaction" },
  }),
};

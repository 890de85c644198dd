import { z } from "zod";
import { Constants } from "../../shared/data/database.types.ts";
import { calendarDate, longText, rowFields, uuid } from "../../shared/schema/fields.ts";

const enums = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

/** The fields that every row of the catalogue begins and ends with. */
export const own = { id };
export const made = { version, created_at, updated_at };

/** The curator of the demo data. */
export const demo = { curator: "50000000-0000-4000-8000-000000000041" } as const;

export const ingredientId = uuid.describe("The ingredient.");
export const classId = uuid.describe("The class of ingredients.");
export const productId = uuid.describe("The product.");

export const active = z.boolean().meta({ example: true, description: "One that is not is prescribed no more." });
export const activeFilter = z.enum(["true", "false"]).transform((value) => value === "true").optional().describe(
  "Only active ones, or only the others.",
);

export const doseForm = z.enum(enums.dose_form).meta({ example: "tablet" }).describe("The form in which it is given.");
export const route = z.enum(enums.drug_route).meta({
  id: "DrugRoute",
  example: "oral",
  description: "A way into the body.",
});
export const baseUnit = z.enum(enums.base_unit).meta({ example: "tablet" }).describe(
  "The smallest unit that is counted: doses, packs and stock are whole numbers of it.",
);
export const severity = z.enum(enums.interaction_severity).meta({ example: "major" }).describe(
  "How bad it is. How it is shown is a matter of each organization.",
);
export const ruleKind = z.enum(enums.rule_kind).meta({ example: "drug" }).describe(
  "What it is about: two medicines, a condition, pregnancy, lactation, or food.",
);
export const verification = z.enum(enums.rule_verification).meta({ example: "unverified" }).describe(
  "`verified`: the named section was compared with the content. `unverified`: it was not.",
);
export const codeSystem = z.enum(enums.medication_code_system).meta({ example: "atc" }).describe("Who gave the code.");
export const code = z.string().trim().regex(/^[A-Z0-9][A-Z0-9-]{0,19}$/, "must be capital letters, digits and dashes")
  .meta({ example: "N02BE01", description: "The code as the system writes it." });

/** Sentences about medicine. They may have semicolons and signs such as <, which `plainText` refuses. */
export const sentence = (most: number, example: string, description: string) =>
  longText(most).meta({ example, description });

const sourceLabel = sentence(300, "Coumadin (warfarin sodium) tablets", "The label or paper that says it.");
const sourceSection = sentence(200, "7.2", "The section or table of it.");
const sourceUrl = z.string().trim().regex(/^https:\/\/[^\s<>"]{1,492}$/, "must be an address that begins with https://")
  .nullable().meta({ example: null, description: "Where it is published; null when not known." });
const labelDate = calendarDate.nullable().meta({
  example: null,
  description: "The date of the label; null when not known.",
});
const labelSetId = z.string().trim().regex(/^[A-Za-z0-9-]{1,60}$/, "must be letters, digits and dashes").nullable()
  .meta({ example: null, description: "The set id of the label; null without one." });
const quote = sentence(200, "Monitor INR", "The words of the source; null without them.").nullable();

/** Where a rule or a limit comes from, and whether somebody compared it with that. */
export const source = {
  source_label: sourceLabel,
  source_section: sourceSection,
  source_url: sourceUrl,
  label_date: labelDate,
  label_set_id: labelSetId,
  quote,
  verification,
};

/** The same for content of which not all has a source. */
export const sourceIfAny = {
  source_label: sourceLabel.nullable().describe("The label or paper that says it; null without one."),
  source_section: sourceSection.nullable().describe("The section or table of it; null without one."),
  source_url: sourceUrl,
  verification,
};

/** What every answer with clinical content says of it. */
export const REVIEW = {
  verified: "Compared with its source. A pharmacist must review it before real use.",
  unverified: "NOT compared with its source. A pharmacist must review it before real use.",
} as const;
export const notice = z.enum(Object.values(REVIEW)).meta({
  example: REVIEW.unverified,
  description: "What users have to know about the content.",
});

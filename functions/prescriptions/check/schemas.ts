import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { calendarDate, instant, organizationId, patientId, plainText, uuid } from "../../../shared/schema/fields.ts";
import { display, severity } from "../fields.ts";

const { check_gap, drug_route, finding_kind, rule_verification } = Constants.public.Enums;

const MOST_MEDICINES = 50;
const verification = z.enum(rule_verification).describe("Whether somebody opened the source and it says so.");

/** A new medicine: what it is, and how it is to be taken as far as that is known. */
const newMedicine = z.strictObject({
  product_id: uuid.optional().describe("A product of the catalogue, or"),
  ingredient_id: uuid.optional().describe("an ingredient of it, or"),
  text: plainText(300).optional().describe("free text, which nothing can be compared with."),
  dose: z.number().positive().max(1_000_000).optional().meta({ description: "What is taken at once.", example: 1 }),
  dose_unit: plainText(40).optional().meta({
    example: "tablet",
    description: "The unit of `dose` and `max_per_day`: the base unit of the product, or one such as mg, mL or unit.",
  }),
  route: z.enum(drug_route).optional().describe("The way that it takes into the body."),
  times_per_day: z.number().positive().max(48).optional().meta({
    example: 2,
    description: "How often a day; a seventh is once a week.",
  }),
  max_per_day: z.number().positive().max(10_000_000).optional().meta({
    example: 4,
    description: "The most of a day, of what is taken as needed.",
  }),
}).refine((one) => [one.product_id, one.ingredient_id, one.text].filter((name) => name !== undefined).length === 1, {
  error: "must be named by one of product_id, ingredient_id and text",
}).refine((one) => (one.dose === undefined) === (one.dose_unit === undefined), {
  path: ["dose_unit"],
  error: "a dose has a unit, and a unit belongs to a dose",
});

export const checkInput = z.strictObject({
  patient_id: patientId,
  organization_id: organizationId.optional().meta({
    description: "Whose policies say how findings are shown; by default the hospital that opened the chart.",
  }),
  medicines: z.array(newMedicine).min(1, "must name a medicine").max(
    MOST_MEDICINES,
    `must be at most ${MOST_MEDICINES}`,
  ).describe("The new medicines."),
}).meta({
  example: {
    patient_id: "11a81cb1-464c-aa9c-42e0-72e885c23bad",
    medicines: [{
      text: "Willow bark",
      dose: 1,
      dose_unit: "g",
      route: "oral",
      times_per_day: 2,
      max_per_day: 4,
    }],
  },
});

/** A medicine that took part: a new one by its place in the request, or one that the patient takes already. */
const medicine = z.object({
  source: z.enum(["new", "prescription", "statement"]).describe("Where it comes from."),
  index: z.int().optional().meta({ description: "Its place in the request, from 0; of new ones.", example: 0 }),
  id: uuid.optional().describe("Id of the row."),
  organization_id: organizationId.optional().describe("The hospital that wrote it down."),
  name: z.string().meta({ description: "Name of the product or ingredient, or the text.", example: "Warfarin 5 mg" }),
  dose: z.number().optional().meta({ description: "What is taken at once.", example: 1 }),
  dose_unit: z.string().optional().meta({ description: "Unit of the dose.", example: "tablet" }),
  route: z.enum(drug_route).optional().describe("The way that it takes into the body."),
  times_per_day: z.number().optional().meta({ description: "How often a day.", example: 2 }),
  max_per_day: z.number().optional().meta({ description: "The most of a day.", example: 4 }),
  since: instant.optional().describe("When it was signed, or began."),
}).meta({ id: "CheckedMedicine" });

const reason = z.object({
  reason: z.enum(check_gap).describe("What was not looked at."),
  item: medicine.partial().extend({
    kind: z.enum(["allergy", "condition", "medicine", "ingredient", "chart", "knowledge"]).describe("What it is."),
    name: z.string().meta({ description: "What people call it.", example: "Penicillin" }),
    substance: z.string().optional().meta({ description: "Which part of a product.", example: "Willow bark" }),
    medicines: z.array(medicine).optional().describe("The medicines that have the ingredient."),
  }).describe("What it is about."),
  detail: z.string().meta({
    example: "This allergy has no code; it was compared by its name alone.",
    description: "The same as a sentence.",
  }),
}).meta({ id: "CheckReason" });

const source = z.object({
  label: z.string().meta({ description: "The label or paper.", example: "Warfarin tablets" }),
  section: z.string().nullable().meta({ description: "Where in it.", example: "7.2" }),
  url: z.string().nullable().meta({ description: "Where it is read.", example: null }),
  date: calendarDate.nullable().meta({ description: "Date of the label.", example: null }),
  set_id: z.string().nullable().meta({ description: "Set id of the label.", example: null }),
  quote: z.string().nullable().meta({ description: "Words of the label.", example: null }),
  verification,
  knowledge_version: z.int().meta({ description: "The version of the knowledge that brought it.", example: 1 }),
});

const text = (description: string, example: string) => z.string().meta({ description, example });

/** A finding, in the form of a card of CDS Hooks with structured fields beside it. */
export const finding = z.object({
  uuid: uuid.describe("The same for the same pair as long as the rule says the same."),
  summary: text("Fewer than 140 characters.", "warfarin with ibuprofen: Serious bleeding"),
  detail: text("Markdown.", "**Major.** Serious bleeding"),
  indicator: z.enum(["info", "warning", "critical"]).describe("As CDS Hooks has it."),
  source: source.describe("Where it comes from."),
  overrideReasons: z.array(z.object({
    code: text("Code of the reason.", "will-monitor"),
    display: text("The same in words.", "Will be monitored"),
  })).describe("What may be answered to it."),
  comment_required: z.boolean().meta({
    example: false,
    description: "True for contraindicated findings: the reason needs a comment that explains it.",
  }),
  kind: z.enum(finding_kind).describe("What it is about."),
  severity,
  display,
  verification,
  rule_key: text("The rule, the same in all its versions.", "t2-001"),
  content_hash: text("Fingerprint of what the rule says.", "9a0192bb"),
  effect: text("What happens.", "Serious bleeding"),
  mechanism: text("Why.", "Platelet inhibition"),
  management: text("What to do.", "Avoid"),
  alternatives: z.string().nullable().meta({ description: "What to give instead.", example: "acetaminophen" }),
  evidence: z.string().nullable().meta({ description: "What it rests on.", example: "label" }),
  drugs: z.array(z.object({
    ingredient_id: uuid.describe("Id of the ingredient."),
    name: text("Its name.", "warfarin"),
    medicines: z.array(medicine).describe("The medicines that have it."),
  })).describe("The ingredients that meet; one for what the patient has."),
  also: z.array(z.object({
    rule_key: text("The rule.", "t2-184"),
    severity,
    effect: text("What happens.", "Serious bleeding"),
    management: text("What to do.", "Avoid"),
    verification,
    source: source.describe("Where it comes from."),
  })).describe("Milder rules that say something of the same pair."),
  condition: z.object({
    id: uuid.describe("Id of the record."),
    name: text("What it is called.", "Asthma"),
    code: text("ICD-10.", "J45.9"),
    status: z.enum(Constants.public.Enums.condition_status).describe("Whether the patient has it or had it."),
  }).optional().describe("The condition that it is about."),
  allergy: z.object({
    id: uuid.describe("Id of the record."),
    substance: text("What the patient does not tolerate.", "Penicillin"),
    kind: z.enum(Constants.public.Enums.allergy_kind).describe("Allergy or intolerance."),
    severity: z.enum(Constants.public.Enums.allergy_severity).nullable().describe("How bad the reaction was."),
    verification: z.enum(Constants.public.Enums.verification).describe("How sure it is."),
    group: z.string().nullable().meta({ description: "The group that both belong to.", example: "penicillins" }),
  }).optional().describe("The allergy that it is about."),
  doses: z.array(z.object({
    limit: z.enum(["per_dose", "per_day", "shortest_interval"]).describe("Which limit."),
    is: z.number().meta({ description: "What it would be.", example: 5000 }),
    most: z.number().optional().meta({ description: "At most.", example: 4000 }),
    least: z.number().optional().meta({ description: "At least, of an interval.", example: 168 }),
    unit: text("The unit of both.", "mg"),
  })).optional().describe("The limits that are exceeded."),
}).meta({ id: "Finding" });

export const checkAnswer = z.object({
  status: z.enum(["complete", "incomplete"]).describe("`incomplete`: something was not looked at, see `reasons`."),
  reasons: z.array(reason).describe("What was not looked at; empty when the check is complete."),
  findings: z.array(finding).describe("What was found, what interrupts first."),
  compared: z.array(medicine).describe("The medicines that took part."),
  knowledge_version: z.int().min(0).meta({ description: "The version of the knowledge.", example: 1 }),
  review: text("What every reader must know.", "The knowledge behind this must be reviewed by a pharmacist."),
  checked_at: instant.describe("When it was checked."),
}).meta({ id: "MedicineCheck" });

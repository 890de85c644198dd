import { z } from "zod";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { Constants } from "../../../shared/data/database.types.ts";
import { calendarDate, instant, plainText, uuid } from "../../../shared/schema/fields.ts";
import { codedOut, codeIn, hospital, occurred, optional, recordFields } from "./parts.ts";

const enums = Constants.public.Enums;

export const allergy = z.object({
  ...recordFields,
  kind: z.enum(enums.allergy_kind).describe("Whether the immune system takes part."),
  category: z.enum(enums.allergy_category).describe("What kind of substance it is."),
  substance: z.string().meta({ example: "Penicillins", description: "Substance in words." }),
  is_class: z.boolean().meta({ description: "The substance is a class of substances." }),
  ...codedOut,
  reaction: optional("Hives").describe("What happens; null when unknown."),
  severity: z.enum(enums.allergy_severity).nullable().describe("How bad a reaction can be; null when unknown."),
  verification: z.enum(enums.verification).describe("How sure it is."),
  status: z.enum(enums.allergy_status).describe("Checks look at active ones."),
}).meta({ id: "Allergy" });

const allergySet = z.strictObject({
  kind: z.enum(enums.allergy_kind).describe("Whether the immune system takes part."),
  category: z.enum(enums.allergy_category).describe("What kind of substance it is."),
  substance: plainText(200).meta({ example: "Penicillins", description: "Substance in words." }),
  is_class: z.boolean().describe("The substance is a class of substances."),
  ...codeIn("rxnorm", "atc", "snomed_ct"),
  reaction: plainText(500).nullable().meta({ example: "Hives", description: "What happens; null when unknown." }),
  severity: z.enum(enums.allergy_severity).nullable().describe("How bad a reaction can be; null when unknown."),
  verification: z.enum(enums.verification).describe("How sure it is."),
  status: z.enum(enums.allergy_status).exclude(["entered_in_error"]).describe("Checks look at active ones."),
  occurred_at: instant.describe("When it happened, or was observed."),
});

/** What is known of a patient's allergies as a whole, so that an empty list is never taken for "none known". */
export const allergyListState = z.enum(["never_asked", "asked_unknown", "no_known_allergies", "listed"]).meta({
  example: "listed",
  description:
    "`listed`: at least one active allergy stands. Else what the newest statement says; `never_asked` when none stands: nobody has said that there are no allergies.",
});

const statement = z.enum(enums.allergy_statement).meta({
  example: "no_known_allergies",
  description:
    "`asked_unknown`: asked for, and nobody knew. `reviewed`: the listed allergies were gone through and are complete.",
});
const remark = plainText(500).nullable().meta({
  example: "The mother was asked",
  description: "Who was asked, or how; null without one.",
});

/** A statement about the allergies of a patient as a whole. */
export const allergyReview = z.object({
  ...recordFields,
  statement,
  remark: optional("The mother was asked").describe("Who was asked, or how; null without one."),
  status: z.enum(enums.allergy_review_status).describe("`superseded`: an active allergy has ended it."),
  ended_at: instant.nullable().meta({ example: null, description: "When an allergy ended it; null while it stands." }),
  ended_by_allergy_id: uuid.nullable().meta({
    example: null,
    description: "The allergy that ended it; null while it stands.",
  }),
}).meta({ id: "AllergyReview" });

const pregnancy = z.enum(enums.pregnancy_state).describe("`unknown` is an answer too.");
const lactation = z.enum(enums.lactation_state).describe("`unknown` is an answer too.");
const dueOn = calendarDate.nullable().meta({
  example: "2027-04-12",
  description: "Expected day of birth; null when unknown, and without a pregnancy.",
});

/** Whether a patient was pregnant or lactating at a time. */
export const pregnancyStatus = z.object({
  ...recordFields,
  pregnancy,
  lactation,
  due_on: dueOn,
  status: z.enum(enums.observation_status).describe("`entered_in_error` when it was wrong."),
}).meta({ id: "PregnancyStatus" });

/** What authors send of each kind to add a record, and what they may change of it. */
export const safetyInputs = {
  allergy: {
    add: allergySet.partial().extend({
      category: allergySet.shape.category,
      substance: allergySet.shape.substance.describe("Substance in words."),
      ...hospital,
    }),
    change: allergySet.partial().refine(...changesSomething),
  },
  allergyReview: {
    add: z.strictObject({ statement, remark: remark.optional(), ...occurred, ...hospital }),
    change: z.strictObject({ remark, occurred_at: instant.describe("When it happened, or was observed.") }).partial()
      .refine(...changesSomething),
  },
  pregnancyStatus: {
    add: z.strictObject({
      pregnancy,
      lactation: lactation.optional(),
      due_on: dueOn.optional(),
      ...occurred,
      ...hospital,
    }),
    change: z.strictObject({ due_on: dueOn, occurred_at: instant.describe("When it happened, or was observed.") })
      .partial().refine(...changesSomething),
  },
};

import { z } from "zod";
import type { Json } from "../../../shared/data/database.types.ts";

const SECTIONS = [
  "control_schedules",
  "classes",
  "ingredients",
  "ingredient_classes",
  "rules",
  "dose_limits",
  "allergy_groups",
  "allergy_cross_reactions",
  "duplicate_exceptions",
  "codes",
  "products",
] as const;

/** So many rows a file of one call has; the database counts them as well. */
const MOST_ROWS = 400;

const row = z.strictObject({
  section: z.enum(SECTIONS).describe("What the row is about, as the files of `supabase/content` are named."),
  row: z.record(z.string(), z.custom<Json>()).meta({
    example: { system: "rxnorm", code: "161", target: "acetaminophen" },
    description: "The columns of the row by their names, as in those files.",
  }),
});

/** A small file of the knowledge or of the catalogue. */
export const medicationImport = z.strictObject({
  kind: z.enum(["knowledge", "catalogue"]).meta({ example: "catalogue", description: "What the file is of." }),
  source: z.string().trim().regex(/^(?=.{1,60}$)[a-z0-9]+([_.-][a-z0-9]+)*$/, "must be words of a-z and 0-9").meta({
    example: "our-codes",
    description: "A name for the file that stays through all its editions.",
  }),
  dry_run: z.boolean().meta({ example: true, description: "Say what would change, and change nothing." }),
  rows: z.array(row).min(1, "must have at least one").max(MOST_ROWS, `must be at most ${MOST_ROWS}`).describe(
    "The whole file: what the edition before said and this one does not ends.",
  ),
}).meta({
  example: {
    kind: "catalogue",
    source: "our-codes",
    dry_run: true,
    rows: [{ section: "codes", row: { system: "rxnorm", code: "161", target: "acetaminophen" } }],
  },
});

const count = (example: number, description: string) => z.int().min(0).meta({ example, description });

/** What an import changed, or would change. */
export const medicationImportReport = z.object({
  status: z.enum(["imported", "unchanged", "dry_run"]).describe("What came of it."),
  knowledge_version: count(1, "The version of the knowledge in force afterwards."),
  counts: z.record(
    z.string(),
    z.object({
      added: count(1, "Rows that are new."),
      changed: count(0, "Rows that say something else."),
      unchanged: count(0, "Rows that say the same."),
      ended: count(0, "Rows that the file no longer has."),
    }),
  ).meta({
    example: { codes: { added: 1, changed: 0, unchanged: 0, ended: 0 } },
    description: "By section.",
  }),
  unmapped: z.object({
    substances: count(0, "Substances that no ingredient is called."),
    products: count(0, "Products in use with one of them: checks of these are incomplete."),
  }).describe("What checks cannot look at, in the whole catalogue."),
}).meta({ id: "MedicationImport" });

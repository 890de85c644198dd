import { z } from "zod";
import { Constants } from "../../shared/data/database.types.ts";

/** Rows that every database has, as examples. */
export const demo = { policy: "50000000-0000-4000-8000-000000000081" } as const;

const { display_mode, interaction_severity } = Constants.public.Enums;

export const severity = z.enum(interaction_severity).meta({ example: "major", description: "How bad it is." });
export const display = z.enum(display_mode).meta({
  example: "show",
  description: "Whether it stops the prescriber, is shown beside, or is listed alone.",
});

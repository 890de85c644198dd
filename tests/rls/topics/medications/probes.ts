import { argument, type Probe } from "../../probe.ts";
import { shelf } from "./rows.ts";

const lines = [{ section: "codes", place: "codes.csv:2", row: {} }];

/** An import belongs to whoever began it. */
export const medicationProbes: Probe[] = [
  argument("stage_medication_import", "p_import_id", { p_import_id: shelf.import, p_rows: lines }),
  argument("run_medication_import", "p_import_id", { p_import_id: shelf.import, p_dry_run: true }),
];

import { type AppEnv, data, describeRoute, Hono, unwrap, validate } from "../../../shared/route.ts";
import { medicationImport, medicationImportReport } from "./schemas.ts";

/** Files of a few rows; larger ones are imported from the command line. */
export const imports = new Hono<AppEnv>().post(
  "/",
  describeRoute({
    id: "importMedications",
    summary: "Import a small file of medicines or knowledge",
    description:
      "For curators; all of it, or nothing. A file is a whole: what an earlier edition of the same source said and this one does not ends, so try it with `dry_run` first. The same file again changes nothing. Errors point at the rows.",
    responses: { 200: medicationImportReport },
    problems: ["forbidden", "conflict"],
  }),
  validate("json", medicationImport),
  async (c) => {
    const { kind, source, rows, dry_run } = c.req.valid("json");
    const args = { p_kind: kind, p_source: source, p_rows: rows, p_dry_run: dry_run };
    return c.json(medicationImportReport.parse(unwrap(await data(c).rpc("import_medications", args))), 200);
  },
);

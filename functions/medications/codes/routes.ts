import {
  type AppEnv,
  created,
  data,
  describeRoute,
  Hono,
  idParam,
  rowsOf,
  sendRow,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { medicationCode, medicationCodeCreate, medicationCodeListQuery, medicationCodePage } from "./schemas.ts";

const table = rowsOf({
  table: "medication_codes",
  schema: medicationCode,
  filters: ["system", "code", "ingredient_id", "class_id", "product_id"],
  order: ["system", "code", "id"],
});

/** The codes of ingredients, classes and products. They are not changed, but removed and added anew. */
export const codes = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listMedicationCodes",
      summary: "List codes of medicines",
      description: "By system and code. With `system` and `code` it says what a code means here.",
      responses: { 200: medicationCodePage },
    }),
    validate("query", medicationCodeListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describeRoute({
      id: "addMedicationCode",
      summary: "Add a code",
      description: "For curators. A code means one ingredient, class or product.",
      responses: { 201: medicationCode },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", medicationCodeCreate),
    async (c) => {
      const answer = unwrap(await data(c).rpc("create_medication_code", { p_input: c.req.valid("json") }));
      const added = medicationCode.parse(answer);
      return created(c, added, `medications/codes/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readMedicationCode", summary: "Read a code", responses: { 200: medicationCode } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .delete(
    "/:id",
    describeRoute({
      id: "removeMedicationCode",
      summary: "Remove a code",
      description: "For curators.",
      responses: { 204: null },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    async (c) => {
      await table.remove(c, c.req.valid("param"));
      return c.body(null, 204);
    },
  );

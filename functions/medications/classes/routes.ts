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
import {
  medicationClass,
  medicationClassCreate,
  medicationClassListQuery,
  medicationClassPage,
  medicationClassPatch,
} from "./schemas.ts";

const table = rowsOf({
  table: "medication_classes",
  schema: medicationClass,
  filters: ["duplicate_therapy"],
  order: ["name", "id"],
});

/** The classes that ingredients belong to. */
export const classes = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listMedicationClasses",
      summary: "List classes of medicines by name",
      responses: { 200: medicationClassPage },
    }),
    validate("query", medicationClassListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describeRoute({
      id: "addMedicationClass",
      summary: "Add a class",
      description: "For curators.",
      responses: { 201: medicationClass },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", medicationClassCreate),
    async (c) => {
      const answer = unwrap(await data(c).rpc("create_medication_class", { p_input: c.req.valid("json") }));
      const added = medicationClass.parse(answer);
      return created(c, added, `medications/classes/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readMedicationClass", summary: "Read a class", responses: { 200: medicationClass } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changeMedicationClass",
      summary: "Change a class",
      description: "For curators. The name stays: rules and files name the class by it.",
      responses: { 200: medicationClass },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", medicationClassPatch),
    async (c) => sendRow(c, await table.change(c, c.req.valid("param"), c.req.valid("json"))),
  );

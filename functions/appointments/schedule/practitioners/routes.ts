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
} from "../../../../shared/route.ts";
import {
  practitioner,
  practitionerCreate,
  practitionerListQuery,
  practitionerPage,
  practitionerPatch,
} from "./schemas.ts";

const table = rowsOf({
  table: "practitioners",
  schema: practitioner,
  filters: ["organization_id", "specialty", "active"],
  order: ["display_name", "id"],
});

/** The members of the staff who take appointments. */
export const practitioners = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listPractitioners",
      summary: "List practitioners by name",
      description: "Staff see those of their hospital, patients those whom they may book.",
      responses: { 200: practitionerPage },
    }),
    validate("query", practitionerListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describeRoute({
      id: "addPractitioner",
      summary: "Make a member of the staff a practitioner",
      description: "For those who keep the schedule.",
      responses: { 201: practitioner },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", practitionerCreate),
    async (c) => {
      const answer = await data(c).rpc("create_practitioner", { p_input: c.req.valid("json") });
      const added = practitioner.parse(unwrap(answer));
      return created(c, added, `appointments/practitioners/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readPractitioner", summary: "Read a practitioner", responses: { 200: practitioner } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changePractitioner",
      summary: "Change a practitioner",
      description: "For those who keep the schedule. One who is no longer active takes no new appointments.",
      responses: { 200: practitioner },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", practitionerPatch),
    async (c) => sendRow(c, await table.change(c, c.req.valid("param"), c.req.valid("json"))),
  );

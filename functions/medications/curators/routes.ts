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
import { curator, curatorCreate, curatorListQuery, curatorPage } from "./schemas.ts";

const table = rowsOf({
  table: "medication_curators",
  schema: curator,
  order: ["created_at", "id"],
  embed: { person: "profiles!medication_curators_user_id_fkey" },
});

/** The people who keep the catalogue and the knowledge. The database owner appoints the first one. */
export const curators = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listCurators",
      summary: "List the curators",
      description: "In the order in which they became one. Whoever is none sees an empty list.",
      responses: { 200: curatorPage },
    }),
    validate("query", curatorListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describeRoute({
      id: "giveCurator",
      summary: "Make somebody of the staff a curator",
      description: "For curators. Curators change the catalogue and the rules of the whole network.",
      responses: { 201: curator },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", curatorCreate),
    async (c) => {
      const answer = unwrap(await data(c).rpc("create_medication_curator", { p_input: c.req.valid("json") }));
      const given = curator.parse(answer);
      return created(c, given, `medications/curators/${given.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readCurator", summary: "Read who is a curator", responses: { 200: curator } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .delete(
    "/:id",
    describeRoute({
      id: "takeCurator",
      summary: "Take a person's rights as a curator",
      description: "For curators, of any curator and themselves too. It ends with the next statement.",
      responses: { 204: null },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    async (c) => {
      await table.remove(c, c.req.valid("param"));
      return c.body(null, 204);
    },
  );

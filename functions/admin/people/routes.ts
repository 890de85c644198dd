import { z } from "zod";
import {
  type AppContext,
  type AppEnv,
  data,
  describeRoute,
  Hono,
  idParam,
  page,
  rowsOf,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { lastAdmin } from "../problems.ts";
import { personListQuery, personPage, personSearch, personStatus, storedPerson } from "./schemas.ts";

const table = rowsOf({
  table: "profiles",
  schema: storedPerson,
  order: ["family_name", "given_name", "id"],
  embed: { memberships: "memberships!inner" },
});

/** The people of the caller's organizations. */
export const people = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listPeople",
      summary: "List the people of my organizations",
      description: "By family name. `organization_id` also narrows the memberships shown.",
      responses: { 200: personPage },
    }),
    validate("query", personListQuery),
    async (c) => {
      const query = c.req.valid("query");
      return c.json(await table.list(c, query, [["memberships.organization_id", "eq", query.organization_id]]), 200);
    },
  )
  .post(
    "/search",
    describeRoute({
      id: "searchPeople",
      summary: "Find a person by e-mail address",
      description: "Among the people of my organizations. `organization_id` also narrows the memberships shown.",
      responses: { 200: personPage },
    }),
    validate("json", personSearch),
    async (c) => c.json(await search(c, c.req.valid("json")), 200),
  )
  .post(
    "/:id/suspend",
    describeRoute({
      id: "suspendPerson",
      summary: "Suspend a person",
      description: "In every organization that the caller administers; takes effect on the person's next request.",
      responses: { 200: personStatus },
      problems: [lastAdmin],
      idempotent: true,
    }),
    validate("param", idParam),
    async (c) => c.json(await setStatus(c, c.req.valid("param").id, "suspended"), 200),
  )
  .post(
    "/:id/reinstate",
    describeRoute({
      id: "reinstatePerson",
      summary: "Let a suspended person back in",
      description: "In every organization that the caller administers.",
      responses: { 200: personStatus },
      idempotent: true,
    }),
    validate("param", idParam),
    async (c) => c.json(await setStatus(c, c.req.valid("param").id, "active"), 200),
  );

/** An address is one person's, so there is one page; the address goes on in a body as well. */
async function search(c: AppContext, { limit, cursor, organization_id, email }: z.output<typeof personSearch>) {
  let rows = data(c).rpc("people_by_email", { p_email: email }).select(table.columns).order("id").limit(limit + 1);
  if (organization_id !== undefined) rows = rows.filter("memberships.organization_id", "eq", organization_id);
  if (cursor !== undefined) rows = rows.gt("id", cursor.id);
  return page({ rows: z.array(storedPerson).parse(unwrap(await rows)), limit, key: ({ id }) => ({ id }) });
}

async function setStatus(c: AppContext, userId: string, status: "active" | "suspended") {
  return personStatus.parse(unwrap(await data(c).rpc("set_person_status", { p_user_id: userId, p_status: status })));
}

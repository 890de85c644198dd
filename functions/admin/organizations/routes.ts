import { type AppEnv, describeRoute, Hono, idParam, rowsOf, sendRow, validate } from "../../../shared/route.ts";
import {
  organization,
  organizationListQuery,
  organizationPage,
  organizationPatch,
  organizationPut,
} from "./schemas.ts";

const table = rowsOf({ table: "organizations", schema: organization, filters: ["kind"], order: ["name", "id"] });

/**
 * The organizations of the network: everybody who is signed in sees the open ones, admins change their own. They are not opened here: the network's operator
 * does that in SQL (`private.open_organization`).
 */
export const organizations = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listOrganizations",
      summary: "List organizations by name",
      responses: { 200: organizationPage },
    }),
    validate("query", organizationListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .get(
    "/:id",
    describeRoute({ id: "readOrganization", summary: "Read an organization", responses: { 200: organization } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .put(
    "/:id",
    describeRoute({
      id: "replaceOrganization",
      summary: "Replace an organization",
      description: "Takes the whole mutable organization: every field is named, null clears one.",
      responses: { 200: organization },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", organizationPut),
    async (c) => sendRow(c, await table.change(c, c.req.valid("param"), c.req.valid("json"))),
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changeOrganization",
      summary: "Change an organization",
      responses: { 200: organization },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", organizationPatch),
    async (c) => sendRow(c, await table.change(c, c.req.valid("param"), c.req.valid("json"))),
  );

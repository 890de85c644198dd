import {
  type AppContext,
  type AppEnv,
  data,
  describeRoute,
  expectedVersion,
  Hono,
  idParam,
  rowsOf,
  sendRow,
  transition,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { lastAdmin } from "../problems.ts";
import { membership, membershipListQuery, membershipPage, membershipPatch } from "./schemas.ts";

const table = rowsOf({
  table: "memberships",
  schema: membership,
  filters: ["organization_id", "user_id", "role", "status"],
  order: ["created_at", "id"],
  embed: { person: "profiles" },
});

/** Memberships: the roles that people have in organizations. Colleagues see each other; admins change the memberships of their organizations. */
export const memberships = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listMemberships",
      summary: "List memberships",
      description: "Oldest first.",
      responses: { 200: membershipPage },
    }),
    validate("query", membershipListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .get(
    "/:id",
    describeRoute({ id: "readMembership", summary: "Read a membership", responses: { 200: membership } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changeMembership",
      summary: "Change position, licence or permissions of a member",
      responses: { 200: membership },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", membershipPatch),
    async (c) => sendRow(c, await table.change(c, c.req.valid("param"), c.req.valid("json"))),
  )
  .post(
    "/:id/suspend",
    transition("Suspend a membership", membership, {
      id: "suspendMembership",
      description: "Its rights end with the next statement.",
      problems: ["forbidden", lastAdmin],
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await setStatus(c, c.req.valid("param").id, "suspended")),
  )
  .post(
    "/:id/activate",
    transition("Take a suspended membership back into force", membership, {
      id: "activateMembership",
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await setStatus(c, c.req.valid("param").id, "active")),
  );

async function setStatus(c: AppContext, id: string, status: "active" | "suspended") {
  const args = { p_id: id, p_status: status, p_expected_version: expectedVersion(c) };
  return membership.parse(unwrap(await data(c).rpc("set_membership_status", args)));
}

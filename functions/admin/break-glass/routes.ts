import {
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
import { emergencyAccess, emergencyAccessListQuery, emergencyAccessPage, review } from "./schemas.ts";

const table = rowsOf({ table: "break_glass", schema: emergencyAccess, order: ["-opened_at", "review_id"] });

/** Lists the charts that were opened by break-glass, and takes their reviews. For those who oversee the organization. */
export const breakGlass = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listEmergencyAccesses",
      summary: "List charts opened by break-glass",
      description: "At the organizations that the caller administers or is the privacy officer of. Newest first.",
      responses: { 200: emergencyAccessPage },
    }),
    validate("query", emergencyAccessListQuery),
    async (c) => {
      const { organization_id, reviewed, ...query } = c.req.valid("query");
      const where = [
        ["reviewing_organization_id", "eq", organization_id],
        ["reviewed_at", reviewed === "false" ? "is" : "not.is", reviewed === undefined ? undefined : null],
      ] as const;
      return c.json(await table.list(c, query, where), 200);
    },
  )
  .post(
    "/:id/review",
    transition("Review a break-glass", emergencyAccess, {
      id: "reviewEmergencyAccess",
      description: "Once for each hospital that has to, and by nobody their own.",
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", review),
    async (c) => {
      const { outcome, comment, organization_id } = c.req.valid("json");
      const args = {
        p_id: c.req.valid("param").id,
        p_outcome: outcome,
        p_comment: comment,
        p_organization_id: organization_id,
        p_expected_version: expectedVersion(c),
      };
      return sendRow(c, emergencyAccess.parse(unwrap(await data(c).rpc("review_break_glass", args))));
    },
  );

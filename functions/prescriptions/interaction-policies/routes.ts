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
  interactionPolicy,
  interactionPolicyCreate,
  interactionPolicyListQuery,
  interactionPolicyPage,
  interactionPolicyPatch,
} from "./schemas.ts";

const WHO = "For admins of the organization; for the network, for curators.";

const table = rowsOf({
  table: "interaction_policies",
  schema: interactionPolicy,
  filters: ["organization_id", "rule_key"],
  order: ["rule_key", "id"],
});

/** How the findings of rules are shown: whether they interrupt. */
export const interactionPolicies = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listInteractionPolicies",
      summary: "List how findings are shown",
      description: "The policies of the caller's organizations and of the network.",
      responses: { 200: interactionPolicyPage },
    }),
    validate("query", interactionPolicyListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describeRoute({
      id: "decideInteractionPolicy",
      summary: "Decide how the findings of a rule are shown",
      description: `${WHO} What is contraindicated is never silent; what is minor, and food, never interrupts.`,
      responses: { 201: interactionPolicy },
      problems: ["forbidden", "already_exists", "limit_reached"],
    }),
    validate("json", interactionPolicyCreate),
    async (c) => {
      const answer = await data(c).rpc("create_interaction_policy", { p_input: c.req.valid("json") });
      const decided = interactionPolicy.parse(unwrap(answer));
      return created(c, decided, `prescriptions/interaction-policies/${decided.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({
      id: "readInteractionPolicy",
      summary: "Read how the findings of a rule are shown",
      responses: { 200: interactionPolicy },
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changeInteractionPolicy",
      summary: "Decide anew how the findings of a rule are shown",
      description: WHO,
      responses: { 200: interactionPolicy },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", interactionPolicyPatch),
    async (c) => sendRow(c, await table.change(c, c.req.valid("param"), c.req.valid("json"))),
  )
  .delete(
    "/:id",
    describeRoute({
      id: "removeInteractionPolicy",
      summary: "Go back to how findings are shown by default",
      description: WHO,
      responses: { 204: null },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    async (c) => {
      await table.remove(c, c.req.valid("param"));
      return c.body(null, 204);
    },
  );

import { type AppEnv, data, describeRoute, found, Hono, rowsOf, sendRow, validate } from "../../../shared/route.ts";
import { changeProfileInput, me, profile as profileSchema, replaceProfileInput } from "./schemas.ts";

const table = rowsOf({ table: "profiles", schema: profileSchema, order: ["id"] });

/** The caller: who they are, what they may do, and what they may change about it. */
export const profile = new Hono<AppEnv>()
  .get(
    "/me",
    describeRoute({
      id: "readMe",
      summary: "Who I am",
      description: "The person, their memberships with what each allows, and the patient that they are.",
      responses: { 200: me },
      problems: ["not_found"],
    }),
    async function whoAmI(c) {
      return sendRow(c, me.parse(found(await data(c).rpc("me"))));
    },
  )
  .get(
    "/profile",
    describeRoute({
      id: "readProfile",
      summary: "Read my profile",
      responses: { 200: profileSchema },
      problems: ["not_found"],
    }),
    async function readProfile(c) {
      return sendRow(c, await table.read(c, { id: c.var.caller.id }));
    },
  )
  .put(
    "/profile",
    describeRoute({
      id: "replaceProfile",
      summary: "Replace my profile",
      responses: { 200: profileSchema },
      problems: ["not_found"],
      versioned: true,
    }),
    validate("json", replaceProfileInput),
    async function replaceProfile(c) {
      return sendRow(c, await table.change(c, { id: c.var.caller.id }, c.req.valid("json")));
    },
  )
  .patch(
    "/profile",
    describeRoute({
      id: "changeProfile",
      summary: "Change a part of my profile",
      responses: { 200: profileSchema },
      problems: ["not_found"],
      versioned: true,
    }),
    validate("json", changeProfileInput),
    async function changeProfile(c) {
      return sendRow(c, await table.change(c, { id: c.var.caller.id }, c.req.valid("json")));
    },
  );

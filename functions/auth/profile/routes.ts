import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../shared/data/data.ts";
import { assertVersion, expectedVersion, sendRow } from "../../../shared/data/etag.ts";
import { ofVersion } from "../../../shared/data/update-conflict.ts";
import { problem } from "../../../shared/core/problem.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { changeProfileInput, me, profile as profileSchema, replaceProfileInput } from "../schemas.ts";

const COLUMNS = "id, email, given_name, family_name, phone, language, time_zone, version, created_at, updated_at";

type Profile = z.infer<typeof profileSchema>;

/** The caller: who they are, what they may do, and what they may change about it. */
export const profile = new Hono<AppEnv>()
  .get(
    "/me",
    describeRoute({
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
    describeRoute({ summary: "Read my profile", responses: { 200: profileSchema }, problems: ["not_found"] }),
    async function readProfile(c) {
      return sendRow(c, found(await mine(c)));
    },
  )
  .put(
    "/profile",
    describeRoute({
      summary: "Replace my profile",
      responses: { 200: profileSchema },
      problems: ["not_found"],
      versioned: true,
    }),
    validate("json", replaceProfileInput),
    async function replaceProfile(c) {
      return sendRow(c, await change(c, c.req.valid("json")));
    },
  )
  .patch(
    "/profile",
    describeRoute({
      summary: "Change a part of my profile",
      responses: { 200: profileSchema },
      problems: ["not_found"],
      versioned: true,
    }),
    validate("json", changeProfileInput),
    async function changeProfile(c) {
      return sendRow(c, await change(c, c.req.valid("json")));
    },
  );

const mine = (c: AppContext) => data(c).from("profiles").select(COLUMNS).eq("id", c.var.caller.id).maybeSingle();

/** One call when the version fits or none is expected; a second one to tell a stale version (412) from a missing profile (404). */
async function change(c: AppContext, changes: z.infer<typeof changeProfileInput>): Promise<Profile> {
  const expected = expectedVersion(c);
  const update = data(c).from("profiles").update(changes).eq("id", c.var.caller.id);
  const matching = ofVersion(update, expected);
  const [changed] = unwrap(await matching.select(COLUMNS));
  if (changed !== undefined) return changed;
  if (expected !== undefined) assertVersion(found(await mine(c)).version, expected);
  throw problem("not_found");
}

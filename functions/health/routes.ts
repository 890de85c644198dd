import { type AppContext, createApp, describeRoute } from "../../shared/route.ts";
import { problems } from "../problems.ts";
import { bearerToken, verifierOf } from "../../shared/auth/auth.ts";
import { isSecretKey } from "../../shared/auth/verify-secret-key.ts";
import { type Asker, examine } from "./probe.ts";
import { alive, report } from "./schemas.ts";

/** The function `health`: whether the API answers, and how its parts are. */
export const app = createApp("health", { problems, public: ["GET /", "GET /detailed"] })
  .get(
    "/",
    describeRoute({ id: "readHealth", summary: "Whether the API answers", responses: { 200: alive } }),
    (c) => c.json({ status: "ok" as const }, 200),
  )
  .get(
    "/detailed",
    describeRoute({
      id: "readHealthDetails",
      summary: "How every part is",
      description:
        "Database, Auth, data API, scheduled jobs, migrations and versions. For the secret key in `apikey` or the token of an admin. 503 with the same body when a part is down.",
      responses: { 200: report },
      problems: ["unauthenticated", "forbidden", "account_suspended"],
    }),
    async (c) => {
      const result = await examine(c.var.env, await whoAsks(c));
      if ("refused" in result) throw result.refused;
      return c.json(result.report, result.report.status === "ok" ? 200 : 503);
    },
  );

async function whoAsks(c: AppContext): Promise<Asker> {
  const secretKey = c.req.raw.headers.get("apikey");
  if (secretKey !== null && await isSecretKey(c.var.env, secretKey)) return { secretKey };
  const { token } = await verifierOf(c.var.env)(bearerToken(c.req.raw.headers.get("authorization")));
  return { token };
}

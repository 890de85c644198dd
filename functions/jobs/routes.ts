import { createApp, describeRoute, problem } from "../../shared/route.ts";
import { problems } from "../problems.ts";
import { secretClient } from "../../shared/data/secret-client.ts";
import { isSecretKey } from "../../shared/auth/verify-secret-key.ts";
import { drain } from "./mail/send-outbox.ts";
import { mailerOf } from "./mail/choose.ts";
import { tally } from "./schemas.ts";

/** The function `jobs`: what leaves the project, driven by the scheduler of the database. It answers nobody but the secret key named `cron`. */
export const app = createApp("jobs", { problems, public: ["POST /mail"] })
  .post(
    "/mail",
    describeRoute({
      id: "sendMail",
      summary: "Send the mail that is due",
      description:
        "For the scheduler: wants the secret key named `cron` in `apikey`. Without a mail provider in the environment the mail waits, and this answers 503.",
      responses: { 200: tally },
      problems: ["unauthenticated"],
    }),
    async (c) => {
      const { env } = c.var;
      if (!await isSecretKey(env, c.req.raw.headers.get("apikey"), "cron")) {
        throw problem("unauthenticated", { detail: "Only the scheduler calls this." });
      }
      const mailer = mailerOf(env);
      if (mailer === undefined) throw problem("unavailable", { detail: "No mail provider is configured." });
      return c.json(await drain(secretClient(env), mailer, env.appUrl), 200);
    },
  );

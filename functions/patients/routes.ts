import { createApp } from "../../shared/route.ts";
import { problems } from "../problems.ts";
import { care } from "./care/routes.ts";
import { chart } from "./chart/routes.ts";
import { consents } from "./consents/routes.ts";
import { identity } from "./identity/routes.ts";
import { records } from "./records/routes.ts";
import { onePatient, registry } from "./registry/routes.ts";

/** The function `patients`: who is treated, by whom, and what their charts hold. */
export const app = createApp("patients", { problems })
  .route("/", registry)
  .route("/", care)
  .route("/", chart)
  .route("/", consents)
  .route("/", records)
  .route("/", identity)
  .route("/", onePatient);

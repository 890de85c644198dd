import { createApp } from "../../shared/route.ts";
import { problems } from "../problems.ts";
import { check } from "./check/routes.ts";
import { interactionPolicies } from "./interaction-policies/routes.ts";

/** The function `prescriptions`: what a new medicine would do to a patient, and how that is shown. */
export const app = createApp("prescriptions", { problems })
  .route("/check", check)
  .route("/interaction-policies", interactionPolicies);

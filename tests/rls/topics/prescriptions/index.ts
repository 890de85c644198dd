import { argument } from "../../probe.ts";
import type { Topic } from "../../topic.ts";
import { prescriptions as matrix } from "./matrix.ts";
import { policyRules } from "./policy-rules.ts";
import { prescriptionRules } from "./rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const prescriptions: Topic = {
  rows,
  matrix,
  rules: [...policyRules, ...prescriptionRules],
  probes: [
    argument("check_medicines", "p_patient_id", { p_patient_id: "{{priya}}", p_medicines: [{ text: "Tea" }] }),
  ],
  grants,
};

import type { Topic } from "../../topic.ts";
import { charts as matrix } from "./matrix.ts";
import { chartFunctions } from "./calls.ts";
import { chartRules } from "./rules.ts";
import { recordRules } from "./record-rules.ts";
import { medicationRules } from "./medication-rules.ts";
import { safetyRules } from "./safety-rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const charts: Topic = {
  rows,
  matrix: [...matrix, ...chartFunctions],
  rules: [...chartRules, ...recordRules, ...safetyRules, ...medicationRules],
  grants,
};

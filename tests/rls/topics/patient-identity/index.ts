import type { Topic } from "../../topic.ts";
import { identityOfPatients } from "./matrix.ts";
import { identityRules } from "./rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const patientIdentity: Topic = { rows, matrix: identityOfPatients, rules: identityRules, grants };

import type { Topic } from "../../topic.ts";
import { audit as matrix } from "./matrix.ts";
import { auditRules } from "./rules.ts";
import { auditPartitionRules } from "./partition-rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const audit: Topic = { rows, matrix, rules: [...auditRules, ...auditPartitionRules], grants };

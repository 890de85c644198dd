import type { Topic } from "../../topic.ts";
import { identity as matrix } from "./matrix.ts";
import { powerRules } from "./power-rules.ts";
import { loginRules } from "./login-rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const identity: Topic = { rows, matrix, rules: [...powerRules, ...loginRules], grants };

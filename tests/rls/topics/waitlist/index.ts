import type { Topic } from "../../topic.ts";
import { waitlist as matrix } from "./matrix.ts";
import { waitlistRules } from "./rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const waitlist: Topic = { rows, matrix, rules: waitlistRules, grants };

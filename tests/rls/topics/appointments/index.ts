import type { Topic } from "../../topic.ts";
import { appointments as matrix } from "./matrix.ts";
import { appointmentRules } from "./rules.ts";
import { appointmentNewsRules } from "./news-rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const appointments: Topic = { rows, matrix, rules: [...appointmentRules, ...appointmentNewsRules], grants };

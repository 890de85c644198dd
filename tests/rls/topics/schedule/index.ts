import type { Topic } from "../../topic.ts";
import { schedule as matrix } from "./matrix.ts";
import { scheduleRules as rules } from "./rules.ts";
import { grants } from "./grants.ts";

export const schedule: Topic = { matrix, rules, grants };

import type { Topic } from "../../topic.ts";
import { calendarFeeds as matrix } from "./matrix.ts";
import { calendarFeedRules } from "./rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const calendarFeeds: Topic = { rows, matrix, rules: calendarFeedRules, grants };

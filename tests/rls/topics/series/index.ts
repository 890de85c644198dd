import type { Topic } from "../../topic.ts";
import { series as matrix } from "./matrix.ts";
import { seriesRules } from "./rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const series: Topic = { rows, matrix, rules: seriesRules, grants };

import type { Topic } from "../../topic.ts";
import { patients as matrix } from "./matrix.ts";
import { functions } from "./calls.ts";
import { sightRules } from "./rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const patients: Topic = { rows, matrix: [...matrix, ...functions], rules: sightRules, grants };

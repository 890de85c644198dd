import type { Topic } from "../../topic.ts";
import { schedule as matrix } from "./matrix.ts";
import { grants } from "./grants.ts";

export const schedule: Topic = { matrix, grants };

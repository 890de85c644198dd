import type { Topic } from "../../topic.ts";
import { notifications as matrix } from "./matrix.ts";
import { notificationRules } from "./rules.ts";
import { topicRules } from "./channel-rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const notifications: Topic = { rows, matrix, rules: [...notificationRules, ...topicRules], grants };

import type { Topic } from "../../topic.ts";
import { doorRules } from "./door-rules.ts";
import { capRules } from "./cap-rules.ts";
import { changeRules } from "./change-rules.ts";
import { refusalRules } from "./refusal-rules.ts";
import { blindRules } from "./blind-rules.ts";
import { grants } from "./grants.ts";

export const dataApi: Topic = {
  rules: [...doorRules, ...capRules, ...changeRules, ...refusalRules, ...blindRules],
  grants,
};

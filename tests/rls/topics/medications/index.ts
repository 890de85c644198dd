import type { Topic } from "../../topic.ts";
import { catalogue } from "./matrix.ts";
import { knowledge } from "./knowledge-matrix.ts";
import { catalogueRules } from "./rules.ts";
import { knowledgeRules } from "./knowledge-rules.ts";
import { grants } from "./grants.ts";
import * as rows from "./rows.ts";

export const medications: Topic = {
  rows,
  matrix: [...catalogue, ...knowledge],
  rules: [...catalogueRules, ...knowledgeRules],
  grants,
};

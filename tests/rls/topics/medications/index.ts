import type { Topic } from "../../topic.ts";
import { catalogue } from "./matrix.ts";
import { editing, namedInCatalogue } from "./editing-matrix.ts";
import { knowledge } from "./knowledge-matrix.ts";
import { catalogueRules } from "./rules.ts";
import { knowledgeRules } from "./knowledge-rules.ts";
import { partRules } from "./part-rules.ts";
import { publishingRules } from "./publishing-rules.ts";
import { pairRules } from "./pair-rules.ts";
import { searchRules } from "./search-rules.ts";
import { grants } from "./grants.ts";
import { medicationProbes } from "./probes.ts";
import * as rows from "./rows.ts";

export const medications: Topic = {
  rows,
  matrix: [...catalogue, ...knowledge, ...editing],
  rules: [...catalogueRules, ...knowledgeRules, ...partRules, ...publishingRules, ...pairRules, ...searchRules],
  grants,
  probes: medicationProbes,
  // Everybody reads the catalogue and the rules: what is there is no secret.
  written: [
    ...namedInCatalogue,
    "publish_rule ingredient_id",
    "publish_rule class_id",
    "publish_rule other_ingredient_id",
    "publish_rule other_class_id",
    "publish_rule label_set_id",
  ],
};

import { createApp } from "../../shared/route.ts";
import { problems } from "../problems.ts";
import { allergyGroups } from "./allergy-groups/routes.ts";
import { classMembers } from "./classes/members/routes.ts";
import { classes } from "./classes/routes.ts";
import { codes } from "./codes/routes.ts";
import { controlSchedules } from "./control-schedules/routes.ts";
import { curators } from "./curators/routes.ts";
import { doseLimits } from "./dose-limits/routes.ts";
import { duplicateExceptions } from "./duplicate-exceptions/routes.ts";
import { imports } from "./imports/routes.ts";
import { ingredients } from "./ingredients/routes.ts";
import { knowledgeRoutes } from "./knowledge/routes.ts";
import { packs } from "./packs/routes.ts";
import { products } from "./products/routes.ts";
import { rules } from "./rules/routes.ts";
import { search } from "./search/routes.ts";

/** The function `medications`: which medicines there are, what is in them, and what is known of them together. */
export const app = createApp("medications", { problems })
  .route("/search", search)
  .route("/ingredients", ingredients)
  .route("/classes", classes)
  .route("/classes", classMembers)
  .route("/products", products)
  .route("/packs", packs)
  .route("/codes", codes)
  .route("/knowledge", knowledgeRoutes)
  .route("/rules", rules)
  .route("/dose-limits", doseLimits)
  .route("/allergy-groups", allergyGroups)
  .route("/duplicate-exceptions", duplicateExceptions)
  .route("/control-schedules", controlSchedules)
  .route("/curators", curators)
  .route("/imports", imports);

import { Hono } from "hono";
import type { AppEnv } from "../../../shared/context.ts";
import { corrections } from "./corrections.ts";
import { duplicates } from "./duplicates.ts";
import { links } from "./links.ts";
import { merges } from "./merges.ts";

/** Who a patient is: duplicates, merges, links to a login, corrections. */
export const identity = new Hono<AppEnv>()
  .route("/", duplicates)
  .route("/", merges)
  .route("/", links)
  .route("/", corrections);

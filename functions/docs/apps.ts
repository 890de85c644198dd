import type { Apps } from "../../shared/openapi.ts";
import { app as health } from "../health/routes.ts";

/** Every function that the documentation describes, in the order in which it does. A new function adds its line here. */
export const apps: Apps = { health };

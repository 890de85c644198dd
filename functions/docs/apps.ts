import type { Apps } from "../../shared/openapi/openapi.ts";
import { app as admin } from "../admin/routes.ts";
import { app as appointments } from "../appointments/routes.ts";
import { app as auth } from "../auth/routes.ts";
import { app as health } from "../health/routes.ts";
import { app as jobs } from "../jobs/routes.ts";
import { app as notifications } from "../notifications/routes.ts";
import { app as patients } from "../patients/routes.ts";

/** Every function that the documentation describes, in the order in which it does. A new function adds its line here. */
export const apps: Apps = { auth, patients, appointments, notifications, admin, jobs, health };

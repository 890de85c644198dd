import type { Apps } from "../../shared/openapi/openapi.ts";
import { app as admin } from "../admin/routes.ts";
import { app as appointments } from "../appointments/routes.ts";
import { app as auth } from "../auth/routes.ts";
import { app as health } from "../health/routes.ts";
import { app as jobs } from "../jobs/routes.ts";
import { app as notifications } from "../notifications/routes.ts";
import { app as patients } from "../patients/routes.ts";

/** Every function that the documentation describes, in the order in which it does. A new function adds its lines here. */
export const apps: Apps = { auth, patients, appointments, notifications, admin, jobs, health };

/** What each function is for, as the documentation introduces it. */
export const descriptions: Record<keyof typeof apps, string> = {
  auth: "Sign-in, registration, passwords, and what people may change about themselves.",
  patients: "Patients, their charts and clinical records, consent, merging and linking.",
  appointments: "Schedules, slots, booking, series, the waiting list and calendar feeds.",
  notifications: "What a person was told, and how they want to be told.",
  admin: "Organizations, people, invitations, break-glass reviews and the audit log.",
  jobs: "Work that the scheduler of the database starts. It needs a secret key.",
  health: "Whether the service and its parts work.",
  docs: "This document.",
};

import type { Apps } from "../../shared/openapi/openapi.ts";
import { demo } from "../../shared/schema/fields.ts";
import { app as admin } from "../admin/routes.ts";
import { app as appointments } from "../appointments/routes.ts";
import { demo as schedule } from "../appointments/ids.ts";
import { app as auth } from "../auth/routes.ts";
import { app as health } from "../health/routes.ts";
import { app as jobs } from "../jobs/routes.ts";
import { demo as medicines } from "../medications/fields.ts";
import { app as medications } from "../medications/routes.ts";
import { app as notifications } from "../notifications/routes.ts";
import { app as patients } from "../patients/routes.ts";
import { demo as policies } from "../prescriptions/fields.ts";
import { app as prescriptions } from "../prescriptions/routes.ts";

/** Every function that the documentation describes, in the order in which it does. A new function adds its lines here. */
export const apps: Apps = {
  auth,
  patients,
  appointments,
  medications,
  prescriptions,
  notifications,
  admin,
  jobs,
  health,
};

/** Rows of the demo data that reads are tried out on: a hospital, its doctor, and what they may read. */
export const demoRows: Record<string, string> = {
  "/patients/{id}": demo.patient,
  "/appointments/services/{id}": schedule.service,
  "/appointments/practitioners/{id}": schedule.practitioner,
  "/appointments/rooms/{id}": schedule.room,
  "/medications/curators/{id}": medicines.curator,
  "/admin/organizations/{id}": demo.organization,
  "/prescriptions/interaction-policies/{id}": policies.policy,
};

/** What each function is for, as the documentation introduces it. */
export const descriptions: Record<keyof typeof apps, string> = {
  auth: "Sign-in, registration, passwords, and what people may change about themselves.",
  patients: "Patients, their charts and clinical records, consent, merging and linking.",
  appointments: "Schedules, slots, booking, series, the waiting list and calendar feeds.",
  medications:
    "Medicines, what is in them, and what is known of them together. The content is a demonstration: a pharmacist must review it before real use.",
  prescriptions: "What new medicines would do to a patient, and how that is shown.",
  notifications: "What a person was told, and how they want to be told.",
  admin: "Organizations, people, invitations, break-glass reviews and the audit log.",
  jobs: "Work that the scheduler of the database starts. It needs a secret key.",
  health: "Whether the service and its parts work.",
  docs: "This document.",
};

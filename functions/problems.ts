import type { ProblemKind } from "../shared/core/problem.ts";
import * as admin from "./admin/problems.ts";
import * as appointments from "./appointments/problems.ts";
import * as auth from "./auth/problems.ts";
import * as patients from "./patients/problems.ts";

/** The refusals of all domains. Every function knows every one, for they cross domains: a booking may meet a patient who was merged. */
export const problems: readonly ProblemKind[] = [admin, appointments, auth, patients].flatMap((domain) =>
  Object.values<ProblemKind>(domain)
);

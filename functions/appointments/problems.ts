import { z } from "zod";
import { problemKind } from "../../shared/core/problem.ts";
import { refusedDate, slot } from "./slots/schemas.ts";

const alternatives = z.array(slot).max(3).describe("free slots near the one that was asked for.");

export const slotTaken = problemKind("slot_taken", 409, "The time is taken", { alternatives });
export const patientBusy = problemKind("patient_busy", 409, "The patient has another appointment at this time", {
  alternatives,
});
export const datesTaken = problemKind("dates_taken", 409, "Dates of the series are taken", {
  conflicts: z.array(refusedDate).describe("the dates that cannot be, each with free slots near it."),
});
export const tooLate = problemKind("too_late", 409, "It is too late for that");
export const offerLapsed = problemKind("offer_lapsed", 410, "The offer has lapsed");

import { problemKind } from "../../shared/core/problem.ts";
import { uuid } from "../../shared/schema/fields.ts";

export const chartNotOpen = problemKind("chart_not_open", 403, "The chart has not been opened");
export const noConsent = problemKind("no_consent", 403, "The patient has not consented");
export const allergyListContradicts = problemKind(
  "allergy_list_contradicts",
  409,
  "The list of allergies says otherwise",
);
export const inCareElsewhere = problemKind("in_care_elsewhere", 409, "The patient is in care elsewhere");
export const merged = problemKind("merged", 410, "The patient was merged into another one", {
  merged_into: uuid.describe("the patient that the row has become."),
});
export const linkCodeInvalid = problemKind("link_code_invalid", 422, "The code is not valid");

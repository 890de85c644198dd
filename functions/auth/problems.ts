import { problemKind } from "../../shared/core/problem.ts";

export const invalidCredentials = problemKind("invalid_credentials", 401, "The credentials are not right");
export const invitationInvalid = problemKind("invitation_invalid", 422, "The invitation is not valid");

import { problemKind } from "../../shared/core/problem.ts";

/** An organization, and the network, keep somebody who administers them. */
export const lastAdmin = problemKind("last_admin", 409, "The last administrator cannot be removed");

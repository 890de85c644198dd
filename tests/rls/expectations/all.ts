import type { Cell } from "../matrix.ts";
import { audit } from "./audit.ts";
import { functions } from "./functions.ts";
import { identity } from "./identity.ts";
import { patients } from "./patients.ts";

/** Every cell of the matrix. */
export const allCells: Cell[] = [...identity, ...patients, ...audit, ...functions];

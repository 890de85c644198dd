import type { Cell } from "../matrix.ts";
import { audit } from "./audit.ts";
import { chartFunctions } from "./chart-functions.ts";
import { charts } from "./charts.ts";
import { functions } from "./functions.ts";
import { identity } from "./identity.ts";
import { identityOfPatients } from "./identity-of-patients.ts";
import { patients } from "./patients.ts";

/** Every cell of the matrix. */
export const allCells: Cell[] = [
  ...identity,
  ...patients,
  ...audit,
  ...functions,
  ...charts,
  ...chartFunctions,
  ...identityOfPatients,
];

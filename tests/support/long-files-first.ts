import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * What `npm test -- --slowest` names first: a clone that has not run yet knows no times. A file that is missing here
 * costs at most some seconds at the end of a run.
 */
const LONG = [
  "tests/contract/routes.test.ts",
  "tests/unit/local/taken-port.test.ts",
  "tests/rls/matrix.test.ts",
  "tests/rls/rules.test.ts",
  "tests/rls/once.test.ts",
  "tests/browser/docs.test.ts",
  "tests/browser/live-page-faults.test.ts",
  "tests/realtime/unread.test.ts",
  "tests/realtime/recovery.test.ts",
  "tests/api/auth/ownership.test.ts",
  "tests/api/auth/attempts.test.ts",
  "tests/api/auth/passwords.test.ts",
  "tests/api/admin/power.test.ts",
  "tests/api/appointments/waitlist-races.test.ts",
];

/** Runs long files first, so that no worker is left with one while the others are through. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const order = (file: TestSpecification) =>
      2 * file.project.config.sequence.groupOrder + (LONG.some((name) => file.moduleId.endsWith(name)) ? 0 : 1);
    // Stable: within the two kinds the order of vitest stays, which goes by the times of the last run or else by size.
    return (await super.sort(files)).sort((one, other) => order(one) - order(other));
  }
}

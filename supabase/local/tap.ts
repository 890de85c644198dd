/** Reads the Test Anything Protocol as pgTAP writes it. */

/** What one file of tests said. */
export interface TapResult {
  passed: number;
  skipped: number;
  /** The name of each failed test, with its diagnosis; a plan that was not kept and an error count as one each. */
  failures: string[];
}

/** Counts the results in a file's output. A file that ends early or says nothing has failed. */
export function readTap(output: string): TapResult {
  const result: TapResult = { passed: 0, skipped: 0, failures: [] };
  let planned: number | undefined;
  let seen = 0;
  let failing = false;
  for (const line of output.split("\n")) {
    const plan = /^1\.\.(\d+)/.exec(line);
    const test = /^(not )?ok\b\s*\d*\s*(?:- )?(.*)$/.exec(line);
    if (plan) {
      planned = Number(plan[1]);
    } else if (test) {
      const [, failed, name = ""] = test;
      const excused = /#\s*(skip|todo)\b/i.test(name);
      seen += 1;
      failing = failed !== undefined && !excused;
      if (failing) result.failures.push(name);
      else if (excused) result.skipped += 1;
      else result.passed += 1;
    } else if (failing && line.startsWith("#") && !line.startsWith("# Looks like")) {
      result.failures.push(`${result.failures.pop()}\n    ${line}`);
    }
  }
  if (planned === undefined) result.failures.push("no plan was made");
  else if (planned !== seen) result.failures.push(`${planned} tests were planned, ${seen} ran`);
  return result;
}

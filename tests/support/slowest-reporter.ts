import { relative } from "node:path";
import type { Reporter, TestModule, Vitest } from "vitest/node";

const SHOWN = 30;

type Line = { path: string; tests: number; milliseconds: number };

/** Prints which test files took longest, and the sum of every folder: `npm test -- --slowest`. */
export default class SlowestReporter implements Reporter {
  #root = "";

  onInit({ config }: Vitest): void {
    this.#root = config.root;
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const files = modules.map((module) => lineOf(module, relative(this.#root, module.moduleId)));
    const folders = new Map<string, Line>();
    for (const { path, tests, milliseconds } of files) {
      const folder = path.split("/").slice(0, path.startsWith("tests/api/") ? 3 : 2).join("/");
      const sum = folders.get(folder) ?? { path: folder, tests: 0, milliseconds: 0 };
      sum.tests += tests;
      sum.milliseconds += milliseconds;
      folders.set(folder, sum);
    }
    process.stdout.write(`\nSlowest files\n${table(files, SHOWN)}\nFolders\n${table([...folders.values()])}\n`);
  }
}

/** Imports count as well: a file that imports all functions pays for them. */
function lineOf(module: TestModule, path: string): Line {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  return {
    path,
    tests: [...module.children.allTests()].length,
    milliseconds: collectDuration + setupDuration + duration,
  };
}

function table(lines: Line[], shown = lines.length): string {
  return lines.sort((one, other) => other.milliseconds - one.milliseconds).slice(0, shown).map((
    { path, tests, milliseconds },
  ) => `${(milliseconds / 1000).toFixed(1).padStart(7)} s ${String(tests).padStart(6)} tests  ${path}\n`).join("");
}

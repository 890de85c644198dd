import { createProgress } from "../progress.ts";
import { makeTemplate } from "../template.ts";

/** Makes the database that the stacks of the tests are copied from, unless it is there, and prints where it lies. */
export async function template(): Promise<number> {
  console.log(await makeTemplate(createProgress()));
  return 0;
}

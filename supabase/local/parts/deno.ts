import { join } from "node:path";
import { projectRoot } from "../paths.ts";

/** This very Deno, for the parts that are TypeScript. */
export function denoCommand(): string {
  return Deno.execPath();
}

export function denoArguments(permissions: string[], script: string): string[] {
  return ["run", ...permissions, "--no-lock", "--cached-only", "--config", join(projectRoot, "deno.json"), script];
}

/** Whether an address answers with success. */
export async function isHealthy(url: string): Promise<boolean> {
  const answer = await fetch(url);
  await answer.body?.cancel();
  return answer.ok;
}

import type { Operation, Shared } from "./operation.ts";

/** Writes parameters and answers that one operation alone refers to where they are used. Changes operations and `shared` in place. */
export function unshare(operations: Operation[], { parameters, responses }: Shared): void {
  const uses = new Map<string, number>();
  const count = (part: object) => {
    if ("$ref" in part && typeof part.$ref === "string") uses.set(part.$ref, (uses.get(part.$ref) ?? 0) + 1);
  };
  for (const operation of operations) [...operation.parameters, ...Object.values(operation.responses)].forEach(count);
  for (const operation of operations) {
    operation.parameters = operation.parameters.map((part) => inPlace(part, "parameters", parameters, uses));
    for (const [status, part] of Object.entries(operation.responses)) {
      operation.responses[status] = inPlace(part, "responses", responses, uses);
    }
  }
}

function inPlace<Part extends object>(
  part: Part | { $ref: string },
  kind: "parameters" | "responses",
  shared: Record<string, Part>,
  uses: ReadonlyMap<string, number>,
): Part | { $ref: string } {
  if (!("$ref" in part) || typeof part.$ref !== "string" || uses.get(part.$ref) !== 1) return part;
  const name = part.$ref.replace(`#/components/${kind}/`, "");
  const whole = shared[name];
  if (whole === undefined) return part;
  delete shared[name];
  return whole;
}

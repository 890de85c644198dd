import { beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { call, signIn } from "../../support/stack.ts";

/** Who may see what the operations below a path read; everything else is for the doctor. */
const READERS: [path: string, email: string][] = [
  ["/patients/me", "patient@demo.health"],
  ["/patients/{id}/export", "patient@demo.health"],
  ["/admin/", "admin@demo.health"],
];

/** Operations that name a row of which the demo data has none: their paths have no example, and viewers ask for one. */
const WITHOUT_ROW = [""];

/** Operations that answer their example with a refusal, by design. */
const REFUSED: Record<string, number> = {};

const parameter = z.object({ name: z.string(), in: z.string(), required: z.boolean().default(false), example: z.unknown() });
type Parameter = z.output<typeof parameter>;
const operation = z.object({ parameters: z.array(z.union([z.object({ $ref: z.string() }), parameter])) });
const served = z.object({
  paths: z.record(z.string(), z.object({ get: operation.optional() })),
  components: z.object({ parameters: z.record(z.string(), parameter) }),
});

const { body } = await call("/docs/openapi.json");
const { paths, components } = served.parse(body);
const reads = Object.entries(paths).flatMap(([path, { get }]) =>
  get === undefined ? [] : [{ path, parameters: get.parameters.map(whole).filter(({ required }) => required) }]
);

function whole(one: Parameter | { $ref: string }): Parameter {
  return "$ref" in one ? parameter.parse(components.parameters[one.$ref.replace("#/components/parameters/", "")]) : one;
}

const isComplete = ({ parameters }: { parameters: Parameter[] }) => parameters.every(({ example }) => example !== undefined);

/** The address that a viewer asks when somebody tries an operation out as it stands. */
function address(path: string, parameters: Parameter[]): string {
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: place, example } of parameters) {
    if (place === "path") filled = filled.replace(`{${name}}`, String(example));
    if (place === "query") query.set(name, String(example));
  }
  return query.size === 0 ? filled : `${filled}?${query}`;
}

const readerOf = (path: string) =>
  READERS.find(([beginning]) => path.startsWith(beginning))?.[1] ?? "doctor@demo.health";

beforeAll(async () => {
  await call("/patients/11a81cb1-464c-aa9c-42e0-72e885c23bad/open", { token: await signIn("doctor@demo.health"), method: "POST", body: {} });
});

test("all", async () => {
  for (const { path, parameters } of reads) {
    if (!isComplete({ parameters })) { console.log("INC", path); continue; }
    const a = await call(address(path, parameters), { token: await signIn(readerOf(path)) });
    console.log(a.status, path, readerOf(path), a.status === 200 ? "" : JSON.stringify(a.body).slice(0, 200));
  }
});

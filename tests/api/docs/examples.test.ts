import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { demo } from "../../../shared/schema/fields.ts";
import { call, signIn } from "../../support/stack.ts";

/** Who may see what the operations below a path read; everything else is for the doctor. */
const READERS: [path: string, email: string][] = [
  ["/patients/me", "patient@demo.health"],
  ["/admin/", "admin@demo.health"],
  ["/medications/curators/", "pharmacist@demo.health"],
  ["/health/detailed", "admin@demo.health"],
];

/** Operations that refuse what they are tried out on, by design: patients export their own chart, and staff nobody's. */
const REFUSED: Record<string, number> = { "/patients/{id}/export": 403 };

const RECORDS = [
  "allergies",
  "allergy-reviews",
  "conditions",
  "documents",
  "encounters",
  "immunizations",
  "medication-statements",
  "notes",
  "pregnancy-statuses",
  "vital-signs",
];

/** Operations on a row of which the demo data has none, or none with an id that is the same everywhere: viewers ask for the id. */
const WITHOUT_ROW = [
  "/admin/invitations/{id}",
  "/admin/memberships/{id}",
  "/appointments/availability-exceptions/{id}",
  "/appointments/availability-rules/{id}",
  "/appointments/feeds/{id}",
  "/appointments/feeds/{token}/calendar.ics",
  "/appointments/series/{id}",
  "/appointments/series/{id}/occurrences",
  "/appointments/waitlist/offers/{id}",
  "/appointments/waitlist/{id}",
  "/appointments/{id}",
  "/appointments/{id}/appointment.ics",
  "/medications/allergy-groups/{id}",
  "/medications/classes/{id}",
  "/medications/classes/{id}/members",
  "/medications/classes/{id}/members/{member_id}",
  "/medications/codes/{id}",
  "/medications/control-schedules/{id}",
  "/medications/dose-limits/{id}",
  "/medications/duplicate-exceptions/{id}",
  "/medications/ingredients/{id}",
  "/medications/knowledge/versions/{id}",
  "/medications/packs/{id}",
  "/medications/products/{id}",
  "/medications/rules/{id}",
  "/notifications/{id}",
  "/patients/duplicates/{id}",
  "/patients/me/care-relationships/{id}",
  "/patients/merges/{id}",
  "/patients/{id}/consents/{consent_id}",
  "/patients/{id}/correction-requests/{correction_request_id}",
  "/patients/{id}/link-codes/{link_code_id}",
  ...RECORDS.flatMap((kind) => ["", "/history"].map((end) => `/patients/{id}/${kind}/{record_id}${end}`)),
];

const parameter = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  example: z.string().optional(),
});
type Parameter = z.output<typeof parameter>;
const operation = z.object({ parameters: z.array(z.union([z.object({ $ref: z.string() }), parameter])) });
const served = z.object({
  paths: z.record(z.string(), z.object({ get: operation.optional() })),
  components: z.object({ parameters: z.record(z.string(), parameter) }),
});

const { paths, components } = served.parse((await call("/docs/openapi.json")).body);

function whole(one: Parameter | { $ref: string }): Parameter {
  return "$ref" in one ? parameter.parse(components.parameters[one.$ref.replace("#/components/parameters/", "")]) : one;
}

/** Every GET with the parameters that it needs. */
const reads = Object.entries(paths).flatMap(([path, { get }]) =>
  get === undefined ? [] : [{ path, needed: get.parameters.map(whole).filter(({ required }) => required) }]
);
const isComplete = ({ needed }: { needed: Parameter[] }) => needed.every(({ example }) => example !== undefined);

/** The address that a viewer asks when somebody tries an operation out as it stands. */
function address(path: string, needed: Parameter[]): string {
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: place, example = "" } of needed) {
    if (place === "path") filled = filled.replace(`{${name}}`, example);
    else query.set(name, example);
  }
  return query.size === 0 ? filled : `${filled}?${query}`;
}

const readerOf = (path: string) =>
  READERS.find(([beginning]) => path.startsWith(beginning))?.[1] ?? "doctor@demo.health";

const chart = async (step: "open" | "close") =>
  await call(`/patients/${demo.patient}/${step}`, {
    method: "POST",
    body: {},
    token: await signIn("doctor@demo.health"),
  });

beforeAll(async () => expect((await chart("open")).status).toBe(201));
afterAll(async () => expect((await chart("close")).status).toBe(200));

test("operations lack an example of what they need only where the demo data has no row for it", () => {
  expect(reads.filter((read) => !isComplete(read)).map(({ path }) => path).sort()).toEqual(WITHOUT_ROW.sort());
});

test.each(reads.filter(isComplete))("GET $path answers what it is tried out with", async ({ path, needed }) => {
  const { status, body } = await call(address(path, needed), { token: await signIn(readerOf(path)) });
  expect({ status, body }).toMatchObject({ status: REFUSED[path] ?? 200 });
});

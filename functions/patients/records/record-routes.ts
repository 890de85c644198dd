import { z } from "zod";
import {
  type AppEnv,
  created,
  describeRoute,
  Hono,
  idParam,
  pageOf,
  sendRow,
  transition,
  validate,
} from "../../../shared/route.ts";
import type { ProblemKind } from "../../../shared/core/problem.ts";
import { chartNotOpen, noConsent } from "../problems.ts";
import { instant, plainText, uuid } from "../../../shared/schema/fields.ts";
import {
  addRecord,
  changeRecord,
  enterInError,
  type Fields,
  listRecords,
  readRecord,
  type RecordQuery,
  scope,
} from "./queries.ts";

/** A record of any kind, as far as every route needs it. */
type RecordSchema = z.ZodType<{ id: string; version: number }>;

/** What is different from kind to kind: its name in the database and in paths, what people call it, and its schemas. */
type Kind<
  Output extends RecordSchema,
  Query extends z.ZodType<RecordQuery>,
  Add extends z.ZodType<Fields>,
  Change extends z.ZodType<Fields>,
> = {
  kind: string;
  path: string;
  one: string;
  many: string;
  output: Output;
  query: Query;
  add: Add;
  change: Change;
  /** What a list of the kind says besides its rows. */
  besides?: z.ZodRawShape;
  /** Why the database may refuse to add a record of this kind alone. */
  refusals?: ProblemKind[];
};

const recordParams = z.strictObject({
  id: uuid.describe("Id of the patient."),
  record_id: uuid.describe("Id of the record."),
});
const entryInError = z.strictObject({
  reason: plainText(500).meta({ example: "Belongs to another patient", description: "What is wrong with it." }),
});

/**
 * The routes of one kind of records below `/patients/{id}`. Readers need the chart open; staff change what their hospital recorded. Nothing is
 * deleted: a wrong record is entered in error, with a reason, and every former version stays readable.
 */
export function recordRoutes<
  Output extends RecordSchema,
  Query extends z.ZodType<RecordQuery>,
  Add extends z.ZodType<Fields>,
  Change extends z.ZodType<Fields>,
>(
  { kind, path, one, many, output, query, add, change, besides = {}, refusals = [] }: Kind<Output, Query, Add, Change>,
) {
  const base = `/:id/${path}`;
  const [singular, plural] = [pascalCase(kind), pascalCase(path)];
  const listedRecord = z.object({ record: z.unknown().describe("The record as it was then.") }).transform((
    { record },
  ) => record).pipe(output);
  const history = z.object({
    current: output.describe("The record as it is now."),
    former: z.array(z.object({
      version: z.int().meta({ example: 1, description: "Version that this was." }),
      written_by: uuid.nullable().describe("The user who wrote it; null for the system."),
      written_at: instant.describe("When it was written."),
      record: output.describe("The record as it was then."),
    })).describe("What it was before, newest first."),
  });
  return new Hono<AppEnv>()
    .get(
      base,
      describeRoute({
        id: `list${plural}`,
        summary: `List the ${many} of a patient`,
        description: "Newest first. 403 until the chart is open: an empty list always means that there is nothing.",
        responses: { 200: pageOf(output).extend({ scope, ...besides }) },
        problems: [chartNotOpen, noConsent],
      }),
      validate("param", idParam),
      validate("query", query),
      async (c) => {
        return c.json(
          await listRecords(c, c.req.valid("param").id, kind, c.req.valid("query"), listedRecord, besides),
          200,
        );
      },
    )
    .post(
      base,
      describeRoute({
        id: `add${singular}`,
        summary: `Add ${one} to a chart`,
        responses: { 201: output },
        problems: [chartNotOpen, noConsent, "forbidden", ...refusals],
      }),
      validate("param", idParam),
      validate("json", add),
      async (c) => {
        const { id } = c.req.valid("param");
        const made = output.parse(await addRecord(c, id, kind, c.req.valid("json")));
        return created(c, made, `patients/${id}/${path}/${made.id}`);
      },
    )
    .get(
      `${base}/:record_id`,
      describeRoute({
        id: `read${singular}`,
        summary: `Read ${one} of a chart`,
        responses: { 200: output },
        problems: [chartNotOpen, noConsent],
      }),
      validate("param", recordParams),
      async (c) => {
        const { id, record_id } = c.req.valid("param");
        return sendRow(c, output.parse((await readRecord(c, id, kind, record_id)).record));
      },
    )
    .patch(
      `${base}/:record_id`,
      describeRoute({
        id: `change${singular}`,
        summary: `Change ${one} of a chart`,
        description: "The former version stays readable. Only by staff of the hospital that recorded it.",
        responses: { 200: output },
        problems: [chartNotOpen, noConsent, "forbidden", "illegal_transition"],
      }),
      validate("param", recordParams),
      validate("json", change),
      async (c) => {
        const { id, record_id } = c.req.valid("param");
        return sendRow(c, output.parse(await changeRecord(c, id, kind, record_id, c.req.valid("json"))));
      },
    )
    .post(
      `${base}/:record_id/enter-in-error`,
      transition(`Mark ${one} as entered in error`, output, {
        id: `enter${singular}InError`,
        description: "It stays in the chart with this status and the reason, and is not changed any more.",
        problems: [chartNotOpen, noConsent, "forbidden"],
      }),
      validate("param", recordParams),
      validate("json", entryInError),
      async (c) => {
        const { id, record_id } = c.req.valid("param");
        const { reason } = c.req.valid("json");
        return sendRow(c, output.parse(await enterInError(c, id, kind, record_id, reason)));
      },
    )
    .get(
      `${base}/:record_id/history`,
      describeRoute({
        id: `read${singular}History`,
        summary: `Read all versions of ${one}`,
        description: "Who wrote which version when, newest first.",
        responses: { 200: history },
        problems: [chartNotOpen, noConsent],
      }),
      validate("param", recordParams),
      async (c) => {
        const { id, record_id } = c.req.valid("param");
        const { record, versions } = await readRecord(c, id, kind, record_id, true);
        return c.json(history.parse({ current: record, former: versions }), 200);
      },
    );
}

/** `vital_sign` and `vital-signs` as a part of an operation's id. */
const pascalCase = (name: string) =>
  name.split(/[-_]/).map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join("");

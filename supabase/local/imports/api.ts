import type pg from "pg";
import { z } from "zod";
import { StackError } from "../errors.ts";
import type { ImportKind, ImportLine } from "./line.ts";

const Started = z.union([
  z.object({ status: z.literal("unchanged") }),
  z.object({ status: z.literal("open"), id: z.uuid() }),
]);
const Counts = z.object({ added: z.number(), changed: z.number(), unchanged: z.number(), ended: z.number() });
const Unmapped = z.object({
  substances: z.number(),
  products: z.number(),
  most: z.array(z.object({ substance: z.string(), products: z.number() })),
});
const Report = z.object({
  status: z.enum(["imported", "unchanged", "dry_run"]),
  knowledge_version: z.number(),
  counts: z.record(z.string(), Counts),
  unmapped: Unmapped,
});
export type ImportReport = z.infer<typeof Report>;

const Faults = z.array(z.object({ place: z.string(), pointer: z.string(), message: z.string() }));
const Rejection = z.object({ rejected: z.number(), faults: Faults });

/** A file that was refused as a whole: how many of its lines are at fault, and the first 200 of them. */
export class ImportRejected extends Error {
  override name = "ImportRejected";
  constructor(readonly rejected: number, readonly faults: z.infer<typeof Faults>) {
    super(`${rejected} lines are at fault. Nothing was imported.`);
  }
}

/** The functions of the database that an import is made with. */
export interface ImportApi {
  start(kind: ImportKind, source: string, sha256: string): Promise<z.infer<typeof Started>>;
  stage(id: string, lines: readonly ImportLine[]): Promise<void>;
  /** `replace` lets a file end more than half of what its source said before. */
  run(id: string, dryRun: boolean, replace?: boolean): Promise<ImportReport>;
}

type Call = (name: string, args: Record<string, unknown>) => Promise<unknown>;

function importApi(call: Call): ImportApi {
  return {
    start: async (p_kind, p_source, p_sha256) =>
      Started.parse(await call("start_medication_import", { p_kind, p_source, p_sha256 })),
    stage: async (p_import_id, p_rows) => {
      await call("stage_medication_import", { p_import_id, p_rows });
    },
    run: async (p_import_id, p_dry_run, p_replace = false) =>
      Report.parse(await call("run_medication_import", { p_import_id, p_dry_run, p_replace })),
  };
}

/** Through the data API of any project, with its secret key, or with the publishable key and the token of a curator. */
export function dataApi(url: string, key: string, token = key): ImportApi {
  return importApi(async (name, args) => {
    const response = await fetch(`${url.replace(/\/$/, "")}/rest/v1/rpc/${name}`, {
      method: "POST",
      headers: { apikey: key, authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(args),
    }).catch((error) => {
      throw new StackError(`${url} cannot be reached: ${error instanceof Error ? error.message : error}`);
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok) return body;
    const { message, details } = z.object({ message: z.string(), details: z.string().nullish() })
      .catch({ message: `The data API answers ${response.status}.` }).parse(body);
    throw refusal(message, details ?? "");
  });
}

/** Over a connection to the database, as the secret key: for a stack whose data API does not run yet. */
export function databaseApi(client: pg.Client): ImportApi {
  return importApi(async (name, args) => {
    const values = Object.values(args).map((value) => Array.isArray(value) ? JSON.stringify(value) : value);
    const named = Object.keys(args).map((key, at) => `${key} => $${at + 1}`);
    try {
      await client.query("begin");
      await client.query(
        `select set_config('role', 'service_role', true), set_config('request.jwt.claims', '{"role":"service_role"}', true)`,
      );
      const { rows } = await client.query(`select public.${name}(${named.join(", ")}) as answer`, values);
      await client.query("commit");
      return rows[0]?.answer;
    } catch (error) {
      await client.query("rollback").catch(() => undefined);
      const detail = error instanceof Error && "detail" in error ? error.detail : undefined;
      throw refusal(error instanceof Error ? error.message : String(error), typeof detail === "string" ? detail : "");
    }
  });
}

/** The refusal of a file when the database names its lines, else an error with what it says. */
function refusal(message: string, detail: string): Error {
  try {
    const { rejected, faults } = Rejection.parse(JSON.parse(detail));
    return new ImportRejected(rejected, faults);
  } catch {
    return new StackError(message);
  }
}

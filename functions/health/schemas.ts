import { z } from "zod";
import { instant } from "../../shared/schema/fields.ts";

export const alive = z.object({ status: z.literal("ok").describe("The function answers.") });

const state = z.enum(["ok", "down", "unknown"]).describe("`unknown` when it could not be asked.");
const latency = z.number().min(0).meta({ description: "Milliseconds.", example: 4.2 });

/** What the database says of itself (`health_report`). */
export const databaseReport = z.object({
  database: z.object({ version: z.string(), size_bytes: z.number().describe("Size in bytes.") }),
  cron: z.object({
    jobs: z.number(),
    last_run_at: z.string().nullable(),
    lag_seconds: z.number().nullable(),
    failed_last_hour: z.number(),
  }),
  outbox: z.object({ pending: z.number(), dead: z.number(), oldest_due_seconds: z.number() }),
  medicine_check: z.object({
    knowledge_version: z.number(),
    rebuilding: z.boolean(),
    tried: z.number(),
    failed: z.array(z.string()),
  }),
  migrations: z.object({ latest: z.string().nullable(), count: z.number() }),
});

export const report = z.object({
  status: z.enum(["ok", "down"]).describe("`down` when a part is."),
  checked_at: instant.describe("When the parts were asked."),
  parts: z.object({
    data_api: z.object({ status: state.describe("`down` when a part is."), latency_ms: latency }).describe(
      "PostgREST.",
    ),
    database: z.object({
      status: state.describe("`down` when a part is."),
      version: z.string().optional().meta({ example: "17.6", description: "Version of the part." }),
      size_bytes: z.number().optional().meta({ example: 52_428_800, description: "Size in bytes." }),
    }).describe("Postgres."),
    auth: z.object({
      status: state.describe("`down` when a part is."),
      latency_ms: latency,
      version: z.string().optional().meta({ example: "v2.197.0", description: "Version of the part." }),
    }).describe("Supabase Auth."),
    cron: z.object({
      status: state.describe("`down` when a part is."),
      jobs: z.number().optional().describe("How many jobs are scheduled."),
      last_run_at: instant.nullable().optional().describe("When a job last ran; null if none has."),
      lag_seconds: z.number().nullable().optional().meta({
        example: 31,
        description: "Seconds since a job last ran; null if none has.",
      }),
      failed_last_hour: z.number().optional().describe("Runs that failed in the last hour."),
    }).describe("The scheduler of the database."),
    outbox: z.object({
      status: state.describe("`down` when a part is."),
      pending: z.number().optional().meta({ description: "Mails that wait.", example: 0 }),
      dead: z.number().optional().meta({ description: "Mails that were given up.", example: 0 }),
      oldest_due_seconds: z.number().optional().meta({
        example: 12,
        description: "For how many seconds the oldest mail has been due.",
      }),
    }).describe("Mails on their way."),
    medicine_check: z.object({
      status: state.describe("`down` when a part of the check does not find what it has to."),
      knowledge_version: z.number().optional().meta({ example: 1, description: "The version of the knowledge." }),
      rebuilding: z.boolean().optional().meta({ example: false, description: "Whether pairs are being rebuilt." }),
      tried: z.number().optional().meta({ example: 10, description: "How many parts were asked." }),
      failed: z.array(z.string()).optional().meta({ example: [], description: "Those that failed, by name." }),
    }).describe("The check of medicines, asked about what it has to find."),
    migrations: z.object({
      status: state.describe("`down` when a part is."),
      latest: z.string().nullable().optional().meta({
        example: "20261123000900",
        description: "Newest migration; null without any.",
      }),
      count: z.number().optional().meta({ example: 13, description: "How many migrations were applied." }),
    }).describe("The schema of the database."),
  }).describe("State of each part."),
  versions: z.object({
    api: z.string().meta({ example: "0.1.0", description: "Version of this API." }),
    runtime: z.string().meta({ example: "deno 2.1.4", description: "What runs the functions." }),
  }).describe("What is deployed."),
});

export type Report = z.infer<typeof report>;

import { z } from "zod";
import { instant } from "../../shared/schema/fields.ts";

export const alive = z.object({ status: z.literal("ok") });

const state = z.enum(["ok", "down", "unknown"]);
const latency = z.number().min(0).meta({ description: "Milliseconds.", example: 4.2 });

/** What the database says of itself (`health_report`). */
export const databaseReport = z.object({
  database: z.object({ version: z.string(), size_bytes: z.number() }),
  cron: z.object({
    jobs: z.number(),
    last_run_at: z.string().nullable(),
    lag_seconds: z.number().nullable(),
    failed_last_hour: z.number(),
  }),
  outbox: z.object({ pending: z.number(), dead: z.number(), oldest_due_seconds: z.number() }),
  migrations: z.object({ latest: z.string().nullable(), count: z.number() }),
});

export const report = z.object({
  status: z.enum(["ok", "down"]),
  checked_at: instant,
  parts: z.object({
    data_api: z.object({ status: state, latency_ms: latency }),
    database: z.object({
      status: state,
      version: z.string().optional().meta({ example: "17.6" }),
      size_bytes: z.number().optional().meta({ example: 52_428_800 }),
    }),
    auth: z.object({
      status: state,
      latency_ms: latency,
      version: z.string().optional().meta({ example: "v2.197.0" }),
    }),
    cron: z.object({
      status: state,
      jobs: z.number().optional(),
      last_run_at: instant.nullable().optional(),
      lag_seconds: z.number().nullable().optional().meta({ example: 31 }),
      failed_last_hour: z.number().optional(),
    }),
    outbox: z.object({
      status: state,
      pending: z.number().optional().meta({ description: "Mails that wait.", example: 0 }),
      dead: z.number().optional().meta({ description: "Mails that were given up.", example: 0 }),
      oldest_due_seconds: z.number().optional().meta({ example: 12 }),
    }),
    migrations: z.object({
      status: state,
      latest: z.string().nullable().optional().meta({ example: "20261123000900" }),
      count: z.number().optional().meta({ example: 13 }),
    }),
  }),
  versions: z.object({
    api: z.string().meta({ example: "0.1.0" }),
    runtime: z.string().meta({ example: "deno 2.1.4" }),
  }),
});

export type Report = z.infer<typeof report>;

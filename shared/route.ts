/** What a file of routes needs from `shared/`, through one door. */
export { Hono } from "hono";
export { oneTimeToken, toldOnce } from "./auth/derive-secret.ts";
export type { AppContext, AppEnv } from "./core/context.ts";
export { invalid, problem, ProblemError } from "./core/problem.ts";
export { sha256Hex } from "./core/sha256.ts";
export { data, dataAs, found, publicData, unwrap } from "./data/data.ts";
export { created, expectedVersion, sendRow } from "./data/etag.ts";
export { listed } from "./data/listed.ts";
export { page, pageOf } from "./data/paging.ts";
export { rowsOf } from "./data/rows.ts";
export { createApp } from "./http/app.ts";
export { idParam } from "./schema/fields.ts";
export { describeRoute, transition } from "./schema/route-parts.ts";
export { validate } from "./schema/validation.ts";

/** What a file of routes needs from `shared/`, through one door. */
export { Hono } from "hono";
export type { AppContext, AppEnv } from "./core/context.ts";
export { invalid, problem } from "./core/problem.ts";
export { data, found, publicData, unwrap } from "./data/data.ts";
export { created, expectedVersion, sendRow } from "./data/etag.ts";
export { listed } from "./data/listed.ts";
export { page } from "./data/paging.ts";
export { rowsOf } from "./data/rows.ts";
export { createApp } from "./http/app.ts";
export { idParam } from "./schema/fields.ts";
export { describeRoute, transition } from "./schema/route-parts.ts";
export { validate } from "./schema/validation.ts";

import type { createPostgresConnection } from "../lite.ts";

/** Statements on the database of Auth, as its own role: sql`select …`. */
export type Sql = ReturnType<typeof createPostgresConnection>["driver"];

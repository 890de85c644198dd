// The first import: loaded, @supabase/lite replaces `process.emitWarning` by one that throws for a warning that is an Error, wherever it is raised.
import { putBackWarnings } from "./warnings.ts";

export { App, type EmailDriver, getAuthSchemaSql } from "@supabase/lite";
export { createPostgresConnection } from "@supabase/lite/postgres";

putBackWarnings();

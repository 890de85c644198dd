import { Buffer } from "node:buffer";
import type pg from "pg";
import type { Call } from "../client.ts";

/** What PostgREST sends for a call of a function: one transaction, each statement prepared once per connection. */
export type Sent = { begin: Statement; settings: Statement; preRequest?: Statement; call: Statement };
export type Statement = { name: string; text: string; values: unknown[] };

type Routine = { stable: boolean; rows: boolean; args: Record<string, string>; settings: Record<string, string> };

/** PGRST_DB_MAX_ROWS of the local stack. */
const MAX_ROWS = 1000;
const RESPONSE = ["headers", "status"]
  .map((what) => `nullif(current_setting('response.${what}', true), '') AS response_${what}`).join(", ");

/** Writes transactions as PostgREST 12 does; check.ts holds them against what it really sends. */
export function createWriter(db: pg.Client, token: string) {
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  const headers = headersOf(token);
  const routines = new Map<string, Routine>();

  return async function write({ target, body }: Call): Promise<Sent> {
    const name = target.replace("/rest/v1/rpc/", "");
    const routine = routines.get(name) ?? await readRoutine(db, name);
    routines.set(name, routine);
    const args = Object.keys(Object(body));
    const json = JSON.stringify(body);
    const request = JSON.stringify({ ...headers, "content-length": String(json.length) });
    const access = `READ ${routine.stable ? "ONLY" : "WRITE"}`;
    return {
      begin: { name: access, text: `BEGIN ISOLATION LEVEL READ COMMITTED ${access}`, values: [] },
      settings: settingsOf(routine.settings, claims, `/rpc/${name}`, request),
      preRequest: { name: "pre-request", text: `select "private"."check_request"()`, values: [] },
      call: { name: `${name} ${args}`, text: callOf(name, args, routine), values: [json, MAX_ROWS, 0] },
    };
  };
}

/** What a request of a function carries. */
const headersOf = (token: string) => ({
  host: "127.0.0.1:54323",
  accept: "application/json",
  "accept-encoding": "gzip,br",
  "accept-language": "*",
  "accept-profile": "public",
  "content-profile": "public",
  "content-type": "application/json",
  "user-agent": "Deno/2.9.6",
  "x-request-id": "00000000-0000-4000-8000-000000000000",
  apikey: token,
  authorization: `Bearer ${token}`,
});

function settingsOf(ofRole: Record<string, string>, claims: string, path: string, headers: string): Statement {
  const values: string[] = ['"public", "public", "extensions"'];
  const given = Object.entries(ofRole).map(([name, value]) => {
    values.push(name, value);
    return `set_config($${values.length - 1}, $${values.length}, true)`;
  });
  const named = Object.entries({
    role: "authenticated",
    "request.jwt.claims": claims,
    "request.method": "POST",
    "request.path": path,
    "request.headers": headers,
    "request.cookies": "{}",
  }).map(([name, value]) => {
    values.push(value);
    return `set_config('${name}', $${values.length}, true)`;
  });
  const text = `select ${["set_config('search_path', $1, true)", ...given, ...named].join(", ")}`;
  return { name: "settings", text, values };
}

function callOf(name: string, args: readonly string[], { rows, args: types }: Routine): string {
  const columns = args.map((arg) => `"${arg}"`).join(", ");
  const typed = args.map((arg) => `"${arg}" ${types[arg] ?? "text"}`).join(", ");
  const given = args.map((arg) => `"${arg}" := pgrst_body."${arg}"`).join(", ");
  const called = `"public"."${name}"(${given})`;
  const source = rows ? "record" : name;
  return `WITH pgrst_source AS (SELECT ${rows ? '"pgrst_call".*' : "pgrst_call.pgrst_scalar"} ` +
    "FROM (SELECT $1::json AS json_data) pgrst_payload, " +
    "LATERAL (SELECT CASE WHEN json_typeof(pgrst_payload.json_data) = 'array' THEN pgrst_payload.json_data " +
    "ELSE json_build_array(pgrst_payload.json_data) END AS val) pgrst_uniform_json, " +
    `LATERAL (SELECT ${columns} FROM json_to_recordset(pgrst_uniform_json.val) AS _(${typed}) LIMIT 1) pgrst_body , ` +
    `LATERAL ${rows ? called : `(SELECT ${called} pgrst_scalar)`} pgrst_call) ` +
    `SELECT null::bigint AS total_result_set, ` +
    `${rows ? "pg_catalog.count(_postgrest_t)" : "1"} AS page_total, ` +
    `coalesce(json_agg(_postgrest_t${rows ? "" : ".pgrst_scalar"})${rows ? ", '[]'" : "->0, 'null'"}) AS body, ` +
    `${RESPONSE}, '' AS response_inserted ` +
    `FROM (SELECT "${source}".* FROM "pgrst_source" AS "${source}"     LIMIT $2 OFFSET $3) _postgrest_t`;
}

async function readRoutine(db: pg.Client, name: string): Promise<Routine> {
  const { rows: [routine] } = await db.query<Routine>(ROUTINE, [name]);
  if (routine === undefined) throw new Error(`There is no function public.${name}.`);
  return routine;
}

const ROUTINE = `
  select p.provolatile <> 'v' as stable, p.proretset as rows,
    (select coalesce(json_object_agg(a.name, format_type(a.type, null)), '{}')
     from unnest(p.proargnames, p.proargtypes::oid[]) as a (name, type) where a.type is not null) as args,
    (select coalesce(json_object_agg(split_part(s, '=', 1), substr(s, strpos(s, '=') + 1)), '{}')
     from pg_roles r cross join unnest(r.rolconfig) as s
     where r.rolname = 'authenticated') as settings
  from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname = $1`;

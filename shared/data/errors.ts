import { z } from "zod";
import {
  type FieldError,
  type GeneralCode,
  INVALID_TOKEN,
  kindByCode,
  kindOf,
  problem,
  type ProblemError,
  type ProblemKind,
} from "../core/problem.ts";

/** What PostgREST says in the body of a refusal. */
export type DataError = {
  code?: string | null;
  message?: string | null;
  details?: string | null;
  hint?: string | null;
};

/** Codes that our own transport puts in `DataError.code` when there was no answer of PostgREST at all (data.ts). */
export const TRANSPORT_UNAVAILABLE = "HUB503";
export const TRANSPORT_TIMEOUT = "HUB504";

/** Seconds after which a client may try again when the database or the data API is away. */
const RETRY_AFTER = 2;

/** What the database may say in `detail` with any refusal, as JSON. The members of its kind stand beside it; nothing else is passed on. */
const common = z.object({
  pointer: z.string(),
  pointers: z.array(z.string()),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
  retry_after: z.number(),
}).partial();

const byCode: Record<string, GeneralCode> = {
  PGRST116: "not_found",
  PGRST301: "unauthenticated",
  PGRST302: "unauthenticated",
  PGRST303: "unauthenticated",
  PGRST000: "unavailable",
  PGRST001: "unavailable",
  PGRST002: "unavailable",
  PGRST003: "unavailable",
  [TRANSPORT_UNAVAILABLE]: "unavailable",
  [TRANSPORT_TIMEOUT]: "timeout",
  "42501": "forbidden",
  "23505": "already_exists",
  "23P01": "conflict",
  "23514": "invalid_input",
  "23502": "invalid_input",
  "57014": "timeout",
  "40001": "unavailable",
  "40P01": "unavailable",
  "55P03": "unavailable",
};

const byClass: Record<string, GeneralCode> = { "22": "invalid_input", "53": "unavailable", "08": "unavailable" };

const byStatus: Record<number, GeneralCode> = {
  // supabase-js says 0 when the connection broke.
  0: "unavailable",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  412: "stale_version",
  413: "payload_too_large",
  422: "invalid_input",
  429: "rate_limited",
  502: "unavailable",
  503: "unavailable",
  504: "timeout",
};

/**
 * Turns a refusal of the data API into ours. Postgres' own texts stay here, because they quote values and SQL; a message goes
 * on only when our own SQL raised it (`PTxyz`, design.md section 3). `status` is what PostgREST answered, for bodies without a code.
 */
export function translate(error: DataError, status: number): ProblemError {
  const code = error.code ?? "";
  if (/^PT[45]\d\d$/.test(code)) return fromRefusal(error, Number(code.slice(2)));
  const known = codeOf(code, error.message ?? "", status);
  if (known === undefined) return problem("internal_error", { cause: error });
  if (known === "unavailable") return unavailable(error);
  const errors = fieldErrors(known, code, error);
  return problem(known, {
    ...(errors.length > 0 && { errors }),
    ...(known === "unauthenticated" && { headers: INVALID_TOKEN }),
    cause: error,
  });
}

/** A 503 that says when to try again. */
export function unavailable(cause?: unknown): ProblemError {
  return problem("unavailable", { headers: { "Retry-After": String(RETRY_AFTER) }, cause });
}

function codeOf(code: string, message: string, status: number): GeneralCode | undefined {
  if (code === "23503") return message.startsWith("update or delete") ? "conflict" : "invalid_input";
  if (/^57P0/.test(code)) return "unavailable";
  // PostgREST 12 takes a connection that breaks in the middle of a statement for a bad request without code or message.
  if (code === "" && message === "" && status === 400) return "unavailable";
  const listed = byCode[code] ?? byClass[/^[0-9A-Z]{5}$/.test(code) ? code.slice(0, 2) : ""];
  // Codes of another form are those of a gateway that answers in place of the data API.
  return listed ?? (/^([0-9A-Z]{5}|PGRST\w+)$/.test(code) ? undefined : byStatus[status]);
}

function fromRefusal(error: DataError, status: number): ProblemError {
  const kind = kindByCode(error.hint ?? "") ?? kindOf(byStatus[status] ?? "internal_error");
  const details = parseDetails(error.details);
  const said = common.safeParse(details).data ?? {};
  const message = error.message ?? "";
  const pointers = said.pointers ?? (said.pointer === undefined ? [] : [said.pointer]);
  const errors = said.errors ?? pointers.map((pointer) => ({ pointer, message }));
  const wait = said.retry_after ??
    (kind.code === "unavailable" || kind.code === "rate_limited" ? RETRY_AFTER : undefined);
  return problem(kind, {
    detail: kind.code === "internal_error" ? undefined : message,
    ...(errors.length > 0 && { errors }),
    ...(kind.code === "unauthenticated" && { headers: INVALID_TOKEN }),
    ...(wait !== undefined && { headers: { "Retry-After": String(Math.max(1, Math.ceil(wait))) } }),
    members: membersOf(kind, details),
    cause: error,
  });
}

const object = z.record(z.string(), z.unknown());

function parseDetails(details: string | null | undefined): z.output<typeof object> {
  if (!details?.startsWith("{")) return {};
  try {
    return object.parse(JSON.parse(details));
  } catch {
    return {};
  }
}

/** The members of a kind of refusal that are in the details as they were declared. */
const membersOf = ({ members }: ProblemKind, details: z.output<typeof object>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, schema]) => {
      const read = schema.safeParse(details[name]);
      return read.success ? [[name, read.data]] : [];
    }),
  );

const messages: Record<string, string> = {
  "23502": "must not be empty",
  "23503": "names something that does not exist",
  "23505": "is taken already",
  "23514": "is not an allowed value",
};

/** The field a constraint speaks of, as far as names of columns and constraints tell; values are never read. */
function fieldErrors(problemCode: GeneralCode, code: string, error: DataError): FieldError[] {
  const message = messages[code];
  if (message === undefined || problemCode === "conflict") {
    return problemCode === "invalid_input"
      ? [{ pointer: "", message: "A value has a form that cannot be stored" }]
      : [];
  }
  return columns(error).map((column) => ({ pointer: `/${column}`, message }));
}

function columns(error: DataError): string[] {
  const message = error.message ?? "";
  const column = /column "(\w+)"/.exec(message)?.[1];
  if (column !== undefined) return [column];
  // Of an index over a function, the column that the function is of. private.guarded leaves the values out.
  const key = /^Key \((?:private\.\w+\()?([\w, ]+)\)/.exec(error.details ?? "")?.[1];
  if (key !== undefined) return key.split(", ");
  const constraint = /constraint "(\w+)"/.exec(message)?.[1];
  const table = /(?:relation|table) "(\w+)"/.exec(message)?.[1];
  const between = table === undefined
    ? undefined
    : constraint?.match(new RegExp(`^${table}_(\\w+)_(?:check|fkey)$`))?.[1];
  return between === undefined ? [] : [between];
}

/**
 * Every error the API can answer, by machine code. The list is closed: the code is the contract with clients,
 * title and status follow from it, and the OpenAPI document and the database's `hint` use the same names.
 */
export const problems = {
  malformed_json: [400, "The body is not valid JSON"],
  malformed_request: [400, "The request cannot be read"],
  unauthenticated: [401, "A valid access token is needed"],
  invalid_credentials: [401, "The credentials are not right"],
  forbidden: [403, "You may not do this"],
  account_suspended: [403, "The account is suspended"],
  chart_not_open: [403, "The chart has not been opened"],
  no_consent: [403, "The patient has not consented"],
  not_found: [404, "There is nothing here for you"],
  method_not_allowed: [405, "The method is not allowed here"],
  conflict: [409, "The request conflicts with the present state"],
  already_exists: [409, "It exists already"],
  illegal_transition: [409, "The step is not possible in the present state"],
  last_admin: [409, "The last administrator cannot be removed"],
  in_care_elsewhere: [409, "The patient is in care elsewhere"],
  limit_reached: [409, "There are as many of these as there may be"],
  merged: [410, "The patient was merged into another one"],
  slot_taken: [409, "The time is taken"],
  patient_busy: [409, "The patient has another appointment at this time"],
  dates_taken: [409, "Dates of the series are taken"],
  too_late: [409, "It is too late for that"],
  offer_lapsed: [410, "The offer has lapsed"],
  stale_version: [412, "It was changed in the meantime"],
  payload_too_large: [413, "The body is too large"],
  unsupported_media_type: [415, "The body must be JSON"],
  invalid_input: [422, "The input is not valid"],
  idempotency_key_reused: [422, "The Idempotency-Key was used with another request"],
  invitation_invalid: [422, "The invitation is not valid"],
  link_code_invalid: [422, "The code is not valid"],
  rate_limited: [429, "Too many requests"],
  internal_error: [500, "Something went wrong on our side"],
  unavailable: [503, "The service is not available at the moment"],
  timeout: [504, "The answer took too long"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** A machine code of the closed list. */
export type ProblemCode = keyof typeof problems;
/** An HTTP status that a problem can have. */
export type ProblemStatus = (typeof problems)[ProblemCode][0];

/**
 * One refused value. `pointer` is a JSON Pointer into the body (`/contacts/0/phone`, empty for the whole body);
 * values that came elsewhere carry their place: `#/query/limit`, `#/path/id`, `#/header/if-match`.
 */
export type FieldError = { pointer: string; message: string };

type Options = {
  /** A sentence for the person at the other end; no value of anybody else, no SQL. */
  detail?: string | undefined;
  errors?: FieldError[];
  headers?: Record<string, string>;
  /** Extension members of the problem, such as `allowed` of an illegal transition. */
  members?: Record<string, unknown>;
  cause?: unknown;
};

/** A refusal on its way to the client. Thrown anywhere, turned into `application/problem+json` in one place. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly options: Options;

  constructor(code: ProblemCode, options: Options = {}) {
    super(options.detail ?? problems[code][1], { cause: options.cause });
    this.name = "ProblemError";
    this.code = code;
    this.options = options;
  }

  /** The HTTP status that belongs to the code. */
  get status(): ProblemStatus {
    return problems[this.code][0];
  }
}

/** Makes the error to throw: `throw problem("conflict", { detail: "…" })`. */
export function problem(code: ProblemCode, options?: Options): ProblemError {
  return new ProblemError(code, options);
}

/** RFC 6750: the header of a 401 that says that the token was refused, rather than that none came. */
export const INVALID_TOKEN = { "WWW-Authenticate": 'Bearer error="invalid_token"' };

/** A 422 for one value: `throw invalid("/birth_date", "must not be in the future")`. */
export function invalid(pointer: string, message: string): ProblemError {
  return new ProblemError("invalid_input", { errors: [{ pointer, message }] });
}

/** Whether a text is a code of the closed list. */
export function isProblemCode(text: unknown): text is ProblemCode {
  return typeof text === "string" && Object.hasOwn(problems, text);
}

/** The stable identifier of a kind of problem (RFC 9457 `type`). */
export const problemType = (code: ProblemCode): string => `urn:health-hub:problem:${code}`;

/** The `application/problem+json` answer of a refusal (RFC 9457). */
export function problemResponse(error: ProblemError, instance: string, requestId: string): Response {
  const { detail, errors, headers, members } = error.options;
  const body = {
    ...members,
    type: problemType(error.code),
    title: problems[error.code][1],
    status: error.status,
    detail,
    instance,
    code: error.code,
    request_id: requestId,
    errors,
  };
  return new Response(JSON.stringify(body), {
    status: error.status,
    headers: { ...headers, "Content-Type": "application/problem+json" },
  });
}

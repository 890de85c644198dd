import { z } from "zod";

/**
 * One kind of refusal. The code is the contract with clients, and the database raises refusals by it (`private.refuse`). `members` are what the body
 * carries besides the members of RFC 9457: the database's `detail` is parsed with them, and the OpenAPI document is derived from them.
 */
export type ProblemKind = {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly members: Readonly<Record<string, z.ZodType>>;
};

/**
 * Declares a kind of refusal. A domain declares its own in `functions/<domain>/problems.ts`; routes name them in `problems`, handlers throw them.
 * The description of a member reads on from "With `slot_taken`: ".
 *
 *     export const slotTaken = problemKind("slot_taken", 409, "The time is taken", { alternatives: z.array(slot).max(3) });
 */
export const problemKind = (
  code: string,
  status: number,
  title: string,
  members: ProblemKind["members"] = {},
): ProblemKind => ({ code, status, title, members });

/** The refusals that belong to no domain. They go by their codes alone. */
const general = {
  malformed_json: problemKind("malformed_json", 400, "The body is not valid JSON"),
  malformed_request: problemKind("malformed_request", 400, "The request cannot be read"),
  unauthenticated: problemKind("unauthenticated", 401, "A valid access token is needed"),
  forbidden: problemKind("forbidden", 403, "You may not do this"),
  account_suspended: problemKind("account_suspended", 403, "The account is suspended"),
  not_found: problemKind("not_found", 404, "There is nothing here for you"),
  method_not_allowed: problemKind("method_not_allowed", 405, "The method is not allowed here"),
  conflict: problemKind("conflict", 409, "The request conflicts with the present state"),
  already_exists: problemKind("already_exists", 409, "It exists already"),
  illegal_transition: problemKind("illegal_transition", 409, "The step is not possible in the present state", {
    allowed: z.array(z.string()).describe("the steps that are possible."),
  }),
  limit_reached: problemKind("limit_reached", 409, "There are as many of these as there may be"),
  stale_version: problemKind("stale_version", 412, "It was changed in the meantime", {
    current_version: z.int().describe("the version the row has by now."),
  }),
  payload_too_large: problemKind("payload_too_large", 413, "The body is too large"),
  unsupported_media_type: problemKind("unsupported_media_type", 415, "The body must be JSON"),
  invalid_input: problemKind("invalid_input", 422, "The input is not valid"),
  idempotency_key_reused: problemKind(
    "idempotency_key_reused",
    422,
    "The Idempotency-Key was used with another request",
  ),
  rate_limited: problemKind("rate_limited", 429, "Too many requests"),
  internal_error: problemKind("internal_error", 500, "Something went wrong on our side"),
  unavailable: problemKind("unavailable", 503, "The service is not available at the moment"),
  timeout: problemKind("timeout", 504, "The answer took too long"),
} as const satisfies Record<string, ProblemKind>;

/** The code of a refusal that belongs to no domain. */
export type GeneralCode = keyof typeof general;

/** Any refusal of the closed list: a general one by its code, one of a domain by its declaration. */
export type Problem = GeneralCode | ProblemKind;

/** The declaration of a refusal. */
export const kindOf = (problem: Problem): ProblemKind => typeof problem === "string" ? general[problem] : problem;

const known = new Map<string, ProblemKind>(Object.entries(general));

/** Adds the refusals of domains to the closed list: a refusal of the database passes with a code of the list alone. */
export function addProblems(kinds: readonly ProblemKind[]): void {
  for (const kind of kinds) {
    if ((known.get(kind.code) ?? kind) !== kind) throw new Error(`Two kinds of refusal have the code ${kind.code}`);
    known.set(kind.code, kind);
  }
}

/** The closed list: every refusal that the API can answer. */
export const problemKinds = (): ProblemKind[] => [...known.values()];

/** The refusal with this code, if it is in the closed list. */
export const kindByCode = (code: string): ProblemKind | undefined => known.get(code);

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
  readonly kind: ProblemKind;
  readonly options: Options;

  constructor(kind: ProblemKind, options: Options = {}) {
    super(options.detail ?? kind.title, { cause: options.cause });
    this.name = "ProblemError";
    this.kind = kind;
    this.options = options;
  }

  get code(): string {
    return this.kind.code;
  }

  get status(): number {
    return this.kind.status;
  }
}

/** Makes the error to throw: `throw problem("conflict", { detail: "…" })`. */
export function problem(which: Problem, options?: Options): ProblemError {
  return new ProblemError(kindOf(which), options);
}

/** RFC 6750: the header of a 401 that says that the token was refused, rather than that none came. */
export const INVALID_TOKEN = { "WWW-Authenticate": 'Bearer error="invalid_token"' };

/** A 422 for one value: `throw invalid("/birth_date", "must not be in the future")`. */
export function invalid(pointer: string, message: string): ProblemError {
  return problem("invalid_input", { errors: [{ pointer, message }] });
}

/** The stable identifier of a kind of problem (RFC 9457 `type`). */
export const problemType = ({ code }: ProblemKind): string => `urn:health-hub:problem:${code}`;

/** The `application/problem+json` answer of a refusal (RFC 9457). */
export function problemResponse(error: ProblemError, instance: string, requestId: string): Response {
  const { kind, options: { detail, errors, headers, members } } = error;
  const body = {
    ...members,
    type: problemType(kind),
    title: kind.title,
    status: kind.status,
    detail,
    instance,
    code: kind.code,
    request_id: requestId,
    errors,
  };
  return new Response(JSON.stringify(body), {
    status: kind.status,
    headers: { ...headers, "Content-Type": "application/problem+json" },
  });
}

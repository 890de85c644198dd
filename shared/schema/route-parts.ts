import type { MiddlewareHandler } from "hono";
import type { z } from "zod";
import type { Problem } from "../core/problem.ts";

/** The property under which middleware carries what it says about its route. */
export const ROUTE_PART = Symbol("route part");

/** Success statuses that the API answers with. */
export type SuccessStatus = 200 | 201 | 202 | 204;

/** What a route says about itself in the OpenAPI document beside its inputs. */
export type RouteDescription = {
  /** What generated clients call the operation: `bookAppointment`. */
  id?: string;
  /** One line, as it appears in a list of routes. */
  summary: string;
  description?: string;
  /** The schema of each success answer; null for one without a body. */
  responses: Partial<Record<SuccessStatus, z.ZodType | null>>;
  /** What the success answers are when they are not JSON. */
  mediaType?: string;
  /** Refusals of this route beyond those that every route has (401, 404 with a path parameter, 422 with an input, 429, 500, 503, 504). */
  problems?: readonly Problem[];
  /** The POST creates or moves something and honours `Idempotency-Key`. Default: every POST that answers 201. */
  idempotent?: boolean;
  /** The route compares `If-Match` with the row's version. Default: PUT, PATCH and DELETE of a path with a parameter. */
  versioned?: boolean;
};

/** What a middleware says about its route. */
export type RoutePart =
  | { kind: "input"; target: "json" | "query" | "param" | "header"; schema: z.ZodType }
  | { kind: "description"; description: RouteDescription };

/** Describes a route; put it first, before the inputs. */
export function describeRoute(description: RouteDescription): MiddlewareHandler {
  const middleware: MiddlewareHandler = function described(_c, next) {
    return next();
  };
  const part: RoutePart = { kind: "description", description };
  return Object.assign(middleware, { [ROUTE_PART]: part });
}

/**
 * Describes a transition of a row, `POST /<rows>/{id}/<verb>`: it answers the row, honours `If-Match` and `Idempotency-Key`, and 409 says that the row is in a state
 * from which the step does not lead.
 *
 *     transition("Check a patient in", appointment, { id: "checkPatientIn", description: "The patient is there." })
 */
export function transition(
  summary: string,
  row: z.ZodType,
  { id, description, problems = [] }: Pick<RouteDescription, "id" | "description" | "problems"> = {},
): MiddlewareHandler {
  return describeRoute({
    ...(id !== undefined && { id }),
    summary,
    ...(description !== undefined && { description }),
    responses: { 200: row },
    problems: ["illegal_transition", ...problems],
    idempotent: true,
    versioned: true,
  });
}

/** What a handler of an app's route list says about its route, if it says something. */
export function partOf(handler: object): RoutePart | undefined {
  if (!isTagged(handler)) return undefined;
  return handler[ROUTE_PART];
}

const isTagged = (handler: object): handler is { [ROUTE_PART]: RoutePart } => ROUTE_PART in handler;

import { findTargetHandler } from "hono/utils/handler";
import { matchedRoutes } from "hono/route";
import type { AppContext } from "../core/context.ts";
import { escapePointer } from "../core/pointer.ts";
import { problem } from "../core/problem.ts";
import { matchedRoute } from "./public-routes.ts";
import { partOf } from "../schema/route-parts.ts";

/** Refuses query parameters of a route that takes none; a route with a schema for its query refuses those it does not know itself. */
export function refuseUnknownQuery(c: AppContext): void {
  if (!c.req.raw.url.includes("?")) return;
  const route = matchedRoute(c);
  if (route === undefined) return;
  const takesQuery = matchedRoutes(c).some(({ method, path, handler }) => {
    if (method !== route.method || path !== route.path) return false;
    const part = partOf(findTargetHandler(handler));
    return part?.kind === "input" && part.target === "query";
  });
  const names = takesQuery ? [] : [...new URL(c.req.raw.url).searchParams.keys()];
  if (names.length === 0) return;
  throw problem("invalid_input", {
    errors: names.map((name) => ({ pointer: `#/query/${escapePointer(name)}`, message: "is not a known parameter" })),
  });
}

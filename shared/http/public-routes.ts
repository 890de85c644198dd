import type { Hono } from "hono";
import { matchedRoutes } from "hono/route";
import type { RouterRoute } from "hono/types";
import type { AppContext, AppEnv } from "../core/context.ts";

/** A route that needs no token: method and path relative to the function, as `POST /register`. */
export type PublicRoute = `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;

/** A chained app of any shape. Variance makes the routes' own schema and base path irrelevant here. */
export type AnyApp = Pick<Hono<AppEnv>, "routes" | "fetch" | "request">;

const registry = new WeakMap<object, ReadonlySet<string>>();

/** Notes which routes of an app need no token. The app's own list of routes identifies it: chaining keeps that array. */
export function registerPublicRoutes(app: AnyApp, name: string, routes: readonly PublicRoute[]): void {
  const keys = routes.map((route) => {
    const [method, path] = route.split(" ");
    return `${method} ${path === "/" ? `/${name}` : `/${name}${path}`}`;
  });
  registry.set(app.routes, new Set(keys));
}

/** The routes of an app that need no token, as `POST /auth/register`. */
export function publicRoutes(app: AnyApp): string[] {
  return [...registry.get(app.routes) ?? []];
}

/** Whether a route needs no token. Unknown apps and routes need one. */
export function isPublic(app: AnyApp, route: Pick<RouterRoute, "method" | "path">): boolean {
  return registry.get(app.routes)?.has(`${route.method} ${route.path}`) ?? false;
}

/** The route that answers this request, or undefined when there is none (404, 405). */
export function matchedRoute(c: AppContext): RouterRoute | undefined {
  return matchedRoutes(c).find((route) => route.method !== "ALL");
}

/**
 * Whether this request may go without a token: everything that could answer it is public, or there is nothing to answer it. `own` is how many
 * handlers come before those of the function. One path may match several routes (`/me`, `/:id`), hence every one counts.
 */
export function needsNoToken(c: AppContext, app: AnyApp, own: number): boolean {
  return matchedRoutes(c).slice(own).every((route) => isPublic(app, route));
}

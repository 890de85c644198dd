import type { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { AppContext, AppEnv } from "../core/context.ts";
import { problem, ProblemError, problemResponse } from "../core/problem.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** The one place where anything thrown becomes an answer. What is not ours says nothing about itself. */
export function onError(error: Error, c: AppContext): Response {
  return problemResponse(asProblem(error), c.req.path, c.get("record").id);
}

function asProblem(error: Error): ProblemError {
  if (error instanceof ProblemError) return error;
  // hono's own validator throws this for a body that it cannot parse.
  if (error instanceof HTTPException && error.status === 400) return problem("malformed_json");
  return problem("internal_error");
}

/** 404 for a path that no route has, 405 with `Allow` for one that has other methods. */
export function onNotFound(app: Hono<AppEnv>) {
  return (c: AppContext): Response => {
    const allowed = METHODS.filter((method) =>
      app.router.match(method, c.req.path)[0].some(([[, route]]) => route.method !== "ALL")
    );
    const error = allowed.length === 0
      ? problem("not_found", { detail: "There is no such route." })
      : problem("method_not_allowed", { headers: { Allow: withHead(allowed).join(", ") } });
    return problemResponse(error, c.req.path, c.get("record").id);
  };
}

const withHead = (methods: string[]) => methods.includes("GET") ? ["HEAD", ...methods] : methods;

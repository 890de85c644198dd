import { findTargetHandler } from "hono/utils/handler";
import { headers, parameters, problemSchema, securitySchemes } from "./components.ts";
import { problemKinds } from "../core/problem.ts";
import { type Answer, describeOperation, nothingShared, type Operation, type RouteFacts } from "./operation.ts";
import { unshare } from "./unshare.ts";
import { shareFields } from "./share-fields.ts";
import { type AnyApp, isPublic } from "../http/public-routes.ts";
import { partOf } from "../schema/route-parts.ts";

/** The apps to describe, by the name of their function. */
export type Apps = Record<string, AnyApp>;

type Options = {
  title: string;
  version: string;
  description: string;
  /** What each function is for. */
  tags: Record<string, string>;
  servers: { url: string; description: string }[];
  /** Rows to try reads out on, by the beginnings of paths: what stands for the `{id}` that the beginning ends with. */
  rows?: Record<string, string>;
};

/** An OpenAPI 3.1 document. */
export type OpenApiDocument = {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } };
  servers: { url: string; description: string }[];
  tags: { name: string; description: string }[];
  security: Record<string, string[]>[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>> & { responses: Record<string, Answer> };
};

/** Describes functions from their routes and from the schemas that validate their inputs: what is not written twice cannot differ. */
export function openApiDocument(
  apps: Apps,
  { title, version, description, tags, servers, rows = {} }: Options,
): OpenApiDocument {
  const shared = nothingShared();
  const paths: OpenApiDocument["paths"] = {};
  for (const [name, app] of Object.entries(apps)) {
    for (const facts of routesOf(name, app)) {
      const path = (paths[facts.path] ??= {});
      path[facts.method.toLowerCase()] = describeOperation({ ...facts, examples: examplesOf(facts, rows) }, shared);
    }
  }
  unshare(Object.values(paths).flatMap((path) => Object.values(path)), shared);
  const problem = problemSchema(problemKinds(), shared.schemas);
  shareFields([paths, shared.schemas, shared.responses], shared.schemas);
  return {
    openapi: "3.1.0",
    info: { title, version, description, license: { name: "MIT", identifier: "MIT" } },
    servers,
    tags: Object.keys(apps).map((name) => ({ name, description: tags[name] ?? "" })),
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas: { Problem: problem, ...shared.schemas },
      parameters: { ...parameters, ...shared.parameters },
      responses: shared.responses,
      headers,
      securitySchemes,
    },
  };
}

/** The row that stands for the `{id}` of a path, where the route only reads. */
function examplesOf({ method, path }: RouteFacts, rows: Record<string, string>): Record<string, string> | undefined {
  const beginning = path.slice(0, path.indexOf("{id}") + "{id}".length);
  const id = rows[beginning];
  return method === "GET" && id !== undefined ? { id } : undefined;
}

/** The routes of an app with everything their middleware says about them. */
export function routesOf(name: string, app: AnyApp): RouteFacts[] {
  const routes = new Map<string, RouteFacts>();
  for (const route of app.routes) {
    if (route.method === "ALL") continue;
    const key = `${route.method} ${route.path}`;
    const facts = routes.get(key) ?? {
      function: name,
      method: route.method,
      path: route.path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}"),
      public: isPublic(app, route),
      inputs: {},
      description: undefined,
    };
    const part = partOf(findTargetHandler(route.handler));
    if (part?.kind === "input") facts.inputs[part.target] = part.schema;
    if (part?.kind === "description") facts.description = part.description;
    routes.set(key, facts);
  }
  return [...routes.values()];
}

import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { describeOperation, nothingShared, type Operation, type RouteFacts } from "../../shared/openapi/operation.ts";
import { type OpenApiDocument, openApiDocument, routesOf } from "../../shared/openapi/openapi.ts";
import type { AnyApp } from "../../shared/http/public-routes.ts";
import { functionFolders, root } from "./project.ts";

/** A route of a function with all that is known about it. `title` names it: `GET /patients/{id}`. */
export type Route = RouteFacts & { title: string; app: AnyApp; operation: Operation };

const isApp = (value: unknown): value is AnyApp =>
  typeof value === "object" && value !== null && "routes" in value && "request" in value && "fetch" in value;

/** The app of a function, as its routes.ts exports it. */
export async function appOf(name: string): Promise<AnyApp> {
  const module: unknown = await import(pathToFileURL(join(root, "functions", name, "routes.ts")).href);
  if (typeof module === "object" && module !== null && "app" in module && isApp(module.app)) return module.app;
  throw new Error(`functions/${name}/routes.ts exports no app`);
}

const apps: Record<string, AnyApp> = {};
for (const name of functionFolders) apps[name] = await appOf(name);

/** Every route of every function. */
export const routes: Route[] = Object.entries(apps).flatMap(([name, app]) =>
  routesOf(name, app).map((facts) => ({
    ...facts,
    app,
    title: `${facts.method} ${facts.path}`,
    operation: describeOperation(facts, nothingShared()),
  }))
);

/** The document that describes them. */
export const openApi: OpenApiDocument = openApiDocument(apps, {
  title: "Contract",
  version: "0.0.0",
  description: "Every function",
  tags: {},
  servers: [{ url: "http://127.0.0.1:54321/functions/v1", description: "local" }],
});

/** A path that the route answers: parameters filled in with a UUID. */
export const sampleId = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";
export const samplePath = ({ path }: Route, id = sampleId): string => path.replaceAll(/\{\w+\}/g, id);

/** Whether an operation takes one of the parameters that all functions share: `IfMatch`, `IdempotencyKey`. */
export const takes = ({ operation }: Route, parameter: string): boolean =>
  operation.parameters.some((one) => "$ref" in one && one.$ref === `#/components/parameters/${parameter}`);

/** A step of a state machine, or another POST on one row that makes no new one: `POST /<domain>/{id}/<verb>`. */
export const isTransition = ({ method, path, description }: Route): boolean =>
  method === "POST" && /\{\w+\}\/[a-z-]+$/.test(path) && description?.responses[201] === undefined;

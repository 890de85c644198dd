import { expect, test } from "vitest";
import { app as docs } from "../../functions/docs/routes.ts";
import { openApiDocument } from "../../shared/openapi.ts";
import { publicRoutes } from "../../shared/public-routes.ts";
import { testEnv } from "./kit.ts";
import { sampleApp } from "./sample-app.ts";

const app = sampleApp(testEnv());
const document = openApiDocument({ things: app }, {
  title: "Things",
  version: "1",
  description: "",
  servers: [{ url: "http://p.test/functions/v1", description: "" }],
});
const operation = (path: string, method: string) => {
  const found = document.paths[path]?.[method];
  if (found === undefined) throw new Error(`${method} ${path} is not described`);
  return found;
};

test("every route is there, with parameters in braces", () => {
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`)
  );
  expect(routes.toSorted()).toEqual([
    "get /things",
    "get /things/boom",
    "get /things/list",
    "get /things/list/{id}",
    "patch /things/list/{id}",
    "post /things/echo",
    "post /things/list",
  ]);
});

test("a body comes with its schema and an example that passes it", async () => {
  const content = operation("/things/echo", "post").requestBody?.content["application/json"];
  expect(content?.schema).toMatchObject({
    type: "object",
    additionalProperties: false,
    required: ["given_name", "birth_date"],
    properties: { given_name: { type: "string", maxLength: 100 }, birth_date: { format: "date" } },
  });
  const answer = await app.request("/things/echo", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(content?.example),
  });
  expect(answer.status).toBe(200);
});

test("only public routes need no token", () => {
  expect(publicRoutes(app)).toEqual(["POST /things/echo", "GET /things"]);
  expect(operation("/things/echo", "post").security).toEqual([]);
  expect(operation("/things/list", "post").security).toEqual([{ bearer: [] }]);
});

test("a create has Idempotency-Key, Location and its refusals", () => {
  const { parameters, responses } = operation("/things/list", "post");
  expect(parameters).toContainEqual({ $ref: "#/components/parameters/IdempotencyKey" });
  expect(Object.keys(responses["201"]?.headers ?? {})).toEqual(
    expect.arrayContaining(["ETag", "Location", "Idempotency-Replayed", "X-Request-Id"]),
  );
  expect(Object.keys(responses)).toEqual([
    "201",
    "400",
    "401",
    "403",
    "409",
    "413",
    "415",
    "422",
    "429",
    "500",
    "503",
    "504",
  ]);
  expect(responses["422"]?.description).toContain("idempotency_key_reused");
});

test("a change has If-Match and 412, a list its query", () => {
  const change = operation("/things/list/{id}", "patch");
  expect(change.parameters).toContainEqual({ $ref: "#/components/parameters/IfMatch" });
  expect(change.responses).toHaveProperty("412");
  const names = operation("/things/list", "get").parameters.map((one) =>
    "name" in one ? `${one.in} ${one.name}` : one.$ref
  );
  expect(names).toEqual([
    "query limit",
    "query cursor",
    "query count",
    "query name",
    "#/components/parameters/RequestId",
  ]);
});

test("every reference leads somewhere", () => {
  for (const [, kind, name] of JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/([\w-]+)"/g)) {
    expect(document.components[kind ?? ""]).toHaveProperty([name ?? ""]);
  }
});

test("the function docs answers the document of all functions, without a token", async () => {
  const env = { SUPABASE_URL: "http://p.test", SUPABASE_PUBLISHABLE_KEYS: '{"default":"k"}', LOG_LEVEL: "silent" };
  Object.assign(process.env, env);
  const answer = await docs.request("/docs/openapi.json");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
  expect(await answer.json()).toMatchObject({
    openapi: "3.1.0",
    paths: { "/health": {}, "/health/detailed": {}, "/docs/openapi.json": {} },
  });
});

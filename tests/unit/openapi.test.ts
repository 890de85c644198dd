import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { app as docs } from "../../functions/docs/routes.ts";
import { openApiDocument } from "../../shared/openapi/openapi.ts";
import { publicRoutes } from "../../shared/http/public-routes.ts";
import { exampleOf } from "../contract/example-of.ts";
import { testEnv } from "./kit.ts";
import { sampleApp } from "./sample-app.ts";

const app = sampleApp(testEnv());
const SOME_ID = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";
const about = {
  title: "Things",
  version: "1",
  description: "",
  tags: { things: "Things to try." },
  servers: [{ url: "http://p.test/functions/v1", description: "" }],
};
const document = openApiDocument({ things: app }, about);
const schemas = z.record(z.string(), z.record(z.string(), z.unknown())).parse(document.components.schemas);
const operation = (path: string, method: string) => {
  const found = document.paths[path]?.[method];
  if (found === undefined) throw new Error(`${method} ${path} is not described`);
  return found;
};

/** A part of the document, or the shared one that it refers to. */
function behind(part: unknown) {
  const reference = z.object({ $ref: z.string() }).safeParse(part).data?.$ref.split("/") ?? [];
  const whole = reference.length === 0 ? part : document.components[reference[2] ?? ""]?.[reference[3] ?? ""];
  return z.object({ description: z.string(), headers: z.record(z.string(), z.unknown()).default({}) }).parse(whole);
}

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
  const schema = operation("/things/echo", "post").requestBody?.content["application/json"]?.schema ?? {};
  expect(schema).toMatchObject({
    type: "object",
    additionalProperties: false,
    required: ["given_name", "birth_date"],
    properties: { given_name: { $ref: "#/components/schemas/GivenName" } },
  });
  expect(schemas.GivenName).toMatchObject({ type: "string", maxLength: 100 });
  const answer = await app.request("/things/echo", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(exampleOf(schema, schemas)),
  });
  expect(answer.status).toBe(200);
});

test("only public routes need no token", () => {
  expect(publicRoutes(app)).toEqual(["POST /things/echo", "GET /things"]);
  expect(operation("/things/echo", "post").security).toEqual([]);
  expect(operation("/things/list", "post").security).toBeUndefined();
  expect(document.security).toEqual([{ bearer: [] }]);
});

test("a create has Idempotency-Key, Location and its refusals", () => {
  const { parameters, responses } = operation("/things/list", "post");
  expect(parameters).toContainEqual({ $ref: "#/components/parameters/IdempotencyKey" });
  expect(Object.keys(behind(responses["201"]).headers)).toEqual(["ETag", "Location", "Idempotency-Replayed"]);
  expect(Object.keys(responses)).toEqual(["201", "409", "422", "4XX", "5XX"]);
  expect(behind(responses["422"]).description).toContain("idempotency_key_reused");
});

test("refusals that most routes share are written once, with all their codes", () => {
  expect(operation("/things/list", "post").responses["4XX"]).toEqual(
    operation("/things/list/{id}", "patch").responses["4XX"],
  );
  const { description } = behind(operation("/things/list", "post").responses["4XX"]);
  for (
    const code of ["unauthenticated", "rate_limited", "malformed_json", "payload_too_large", "unsupported_media_type"]
  ) {
    expect(description).toContain(`\`${code}\``);
  }
  expect(behind(operation("/things/list", "post").responses["5XX"]).headers).toHaveProperty("Retry-After");
});

test("a change has If-Match and 412, a list its query", () => {
  const change = operation("/things/list/{id}", "patch");
  expect(change.parameters).toContainEqual({ $ref: "#/components/parameters/IfMatch" });
  expect(change.responses).toHaveProperty("412");
  expect(operation("/things/list", "get").parameters).toMatchObject(
    ["limit", "cursor", "count", "name"].map((name) => ({ name, in: "query" })),
  );
});

test("what one operation alone has is written where it is, what several have is shared", () => {
  expect(operation("/things/list", "get").parameters).toContainEqual(expect.objectContaining({ name: "limit" }));
  expect(document.components.parameters).not.toHaveProperty("limit");
  for (const method of ["get", "patch"]) {
    expect(operation("/things/list/{id}", method).parameters).toContainEqual({ $ref: "#/components/parameters/id" });
  }
  expect(document.components.parameters).toHaveProperty("id");
});

test("reads are tried out on the rows that are named, and writes on none", () => {
  const { paths } = openApiDocument({ things: app }, { ...about, rows: { "/things/list/{id}": SOME_ID } });
  const { get, patch } = paths["/things/list/{id}"] ?? {};
  expect(get?.parameters).toContainEqual(expect.objectContaining({ name: "id", example: SOME_ID }));
  expect(patch?.parameters).toContainEqual(expect.objectContaining({ name: "id", required: true }));
  expect(JSON.stringify(patch)).not.toContain(SOME_ID);
});

test("every reference leads somewhere", () => {
  for (const [, kind, name] of JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/([\w-]+)"/g)) {
    expect(document.components[kind ?? ""]).toHaveProperty([name ?? ""]);
  }
});

describe("the document that the function docs answers", () => {
  const env = { SUPABASE_URL: "http://p.test", SUPABASE_PUBLISHABLE_KEYS: '{"default":"k"}', LOG_LEVEL: "silent" };
  const ask = async (headers: Record<string, string> = {}) => {
    Object.assign(process.env, env);
    return await docs.request("/docs/openapi.json", { headers });
  };

  test("is that of all functions, without a token", async () => {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=300");
    expect(await answer.json()).toMatchObject({
      openapi: "3.1.0",
      paths: { "/health": {}, "/health/detailed": {}, "/docs/openapi.json": {} },
    });
  });

  test("comes compressed to clients who can read that", async () => {
    const answer = await ask({ "accept-encoding": "gzip, br" });
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    const packed = Buffer.from(await answer.arrayBuffer());
    const { paths } = z.object({ openapi: z.literal("3.1.0"), paths: z.record(z.string(), z.looseObject({})) })
      .parse(JSON.parse(gunzipSync(packed).toString()));
    const operations = Object.values(paths).flatMap((path) => Object.keys(path));
    expect(packed.length / operations.length).toBeLessThan(240);
  });

  test("is not sent again to clients who have it", async () => {
    const tag = (await ask()).headers.get("etag") ?? "";
    expect(tag).toMatch(/^W\/"/);
    const again = await ask({ "if-none-match": tag });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
  });
});

import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fakeDataApi } from "../unit/kit.ts";
import type { Answer, Operation } from "../../shared/openapi/operation.ts";
import { exampleIn } from "./examples.ts";
import { appOf, openApi, type Route, routes } from "./apps.ts";

const each = (some: Route[]) => some.map((route): [string, Route] => [route.title, route]);

/** An answer of an operation, or the shared one that it refers to. */
function answerOf(answer: Operation["responses"][string] | undefined): Answer | undefined {
  if (answer === undefined || !("$ref" in answer)) return answer;
  return openApi.components.responses[answer.$ref.replace("#/components/responses/", "")];
}

test("the document of all functions is valid OpenAPI 3.1", async () => {
  const result = await new Validator().validate(structuredClone(openApi));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
});

/** Characters for each operation, with its share of what all refer to: domains come, and none may repeat what is shared. */
const LIGHT = 1800;

test("the document stays light enough for its viewers", () => {
  expect(JSON.stringify(openApi).length).toBeLessThan(routes.length * LIGHT);
});

test("every reference leads somewhere", () => {
  const parts = z.record(z.string(), z.record(z.string(), z.unknown())).parse(openApi.components);
  const references = [...JSON.stringify(openApi).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)];
  expect(references.length).toBeGreaterThan(0);
  for (const [text, kind = "", name = ""] of references) expect(parts[kind]?.[name], text).toBeDefined();
});

/** What a part of the document refers to, or the part itself. */
function behind(part: unknown): unknown {
  const reference = z.object({ $ref: z.string() }).safeParse(part).data?.$ref.split("/") ?? [];
  return reference.length === 0 ? part : behind(openApi.components[reference[2] ?? ""]?.[reference[3] ?? ""]);
}

const isDescribed = (part: unknown) =>
  [part, behind(part)].some((one) => z.looseObject({ description: z.string().min(3) }).safeParse(one).success);

/** The fields of all objects and the parameters of all operations in a part of the document, with the way to each. */
function* fieldsIn(part: unknown, way: string): Generator<[string, unknown]> {
  if (typeof part !== "object" || part === null) return;
  if ("in" in part && "schema" in part) yield [way, part];
  if ("properties" in part && "type" in part) {
    for (const [name, field] of Object.entries(part.properties ?? {})) yield [`${way}/${name}`, field];
  }
  for (const [key, value] of Object.entries(part)) yield* fieldsIn(value, `${way}/${key}`);
}

test("every field and every parameter has a description", () => {
  const all = [...fieldsIn(openApi, "")];
  expect(all.length).toBeGreaterThan(1000);
  expect(all.filter(([, part]) => !isDescribed(part)).map(([way]) => way)).toEqual([]);
});

describe.each(each(routes))("%s", (_, route) => {
  const { operation } = route;

  test("has an example of its body that it accepts", () => {
    const schema = route.inputs.json;
    if (schema === undefined) return;
    const described = openApi.paths[route.path]?.[route.method.toLowerCase()]?.requestBody?.content["application/json"];
    expect(schema.safeParse(exampleIn(described)).error?.issues ?? []).toEqual([]);
  });

  test("has an example of every answer, as it answers it", () => {
    for (const [status, schema] of Object.entries(route.description?.responses ?? {})) {
      if (schema === null) continue;
      const content = answerOf(openApi.paths[route.path]?.[route.method.toLowerCase()]?.responses[status])?.content;
      const example = exampleIn(content?.[route.description?.mediaType ?? "application/json"]);
      expect(schema.safeParse(example).error?.issues ?? [], status).toEqual([]);
    }
  });

  test("says who may call it", () => {
    expect(operation.security ?? openApi.security).toEqual(route.public ? [] : [{ bearer: [] }]);
  });
});

test("the function docs serves a document with every route", async () => {
  fakeDataApi(() => Response.json(null));
  const answer = await (await appOf("docs")).request("/docs/openapi.json");
  expect(answer.status).toBe(200);
  const { paths } = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) }).parse(
    await answer.json(),
  );
  const served = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
  );
  expect(served.sort()).toEqual(routes.map(({ title }) => title).sort());
});

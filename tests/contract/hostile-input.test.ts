import { expect, test } from "vitest";
import { z } from "zod";
import { createApp } from "../../shared/http/app.ts";
import { routesOf } from "../../shared/openapi/openapi.ts";
import { data, describeRoute, validate } from "../../shared/route.ts";
import { fakeDataApi, testEnv } from "../unit/kit.ts";
import { openApi, type Route, routes } from "./apps.ts";
import { exampleIn } from "./examples.ts";
import { holesOf } from "./hostile/holes.ts";
import { IN_LINES, IN_LONG_TEXTS, IN_SECRETS, MARK } from "./hostile/values.ts";

/** Fields that are made for what others refuse. A new one belongs in here only after somebody has thought about it. */
const MADE_FOR: [fields: RegExp, kinds: string[]][] = [
  [/\/(\w+_)?(password|token)$/, IN_SECRETS],
  // The address of a feed: whatever opens nothing is answered like a token that opens nothing.
  [/^#\/path\/token$/, ["a text that is too long"]],
  // Notes, and what a patient writes to the hospital.
  [/^\/text$/, IN_LONG_TEXTS],
  // Sentences about medicine have semicolons, and signs such as < before a value.
  [/^\/(effect|mechanism|management|alternatives|evidence|source_label|source_section|quote)$/, IN_LONG_TEXTS],
  // The columns of a row of an import, which the database judges by its section.
  [/^\/rows\/0\/row\//, ["a text", "a number", "a truth value", "a list", "an object", "null"]],
  // UCUM writes annotations in braces.
  [/^\/unit$/, IN_LINES],
];
const isMadeFor = (pointer: string, what: string) =>
  MADE_FOR.some(([fields, kinds]) => fields.test(pointer) && kinds.includes(what));

const bodyOf = ({ path, method }: Route): unknown =>
  exampleIn(openApi.paths[path]?.[method.toLowerCase()]?.requestBody?.content["application/json"]);

const withInput = routes.filter(({ inputs }) => Object.keys(inputs).length > 0);

test.each(withInput.map((route): [string, Route] => [route.title, route]))(
  "%s refuses hostile input, names the field and nothing else, and asks the data API for nothing",
  async (_, route) => {
    const holes = await holesOf({ ...route, body: bodyOf(route) }, isMadeFor);
    expect(holes, holes.join("\n")).toEqual([]);
  },
);

test("the negative control: a route that takes what comes, repeats it, or looks first, has holes", async () => {
  const anything = z.strictObject({ note: z.string() });
  const repeating = z.strictObject({
    note: z.string().max(3, { error: ({ input }) => `${String(input)} is too long` }),
  });
  const anyRoute = describeRoute({ summary: "Take anything", responses: { 200: null } });
  const app = createApp("sloppy", { env: testEnv(), problems: [] })
    .post("/open", anyRoute, validate("json", anything), (c) => c.json(c.req.valid("json")))
    .post("/repeating", anyRoute, validate("json", repeating), (c) => c.json({}))
    .post(
      "/hasty",
      anyRoute,
      async (c, next) => {
        await data(c).from("profiles").select("id");
        await next();
      },
      validate("json", anything),
      (c) => c.json({}),
    );
  fakeDataApi(() => Response.json([]));
  const found: Record<string, string[]> = {};
  for (const route of routesOf("sloppy", app)) {
    found[route.path] = await holesOf({ ...route, app, body: { note: "Fine" } }, () => false);
  }
  expect(found["/sloppy/open"]).toEqual(
    expect.arrayContaining(["nothing in /note is answered with 200", "a script in /note is answered with 200"]),
  );
  expect(found["/sloppy/open"]).not.toContainEqual(expect.stringContaining("a list"));
  expect(found["/sloppy/repeating"]).toContainEqual(`a line break in /note is repeated`);
  expect(found["/sloppy/hasty"]).toContainEqual("null in /note reaches the data API");
  expect(JSON.stringify(found)).not.toContain(MARK);
});

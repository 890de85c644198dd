import { beforeEach, describe, expect, test } from "vitest";
import { type NamedSchemas, toJsonSchema } from "../../shared/openapi/json-schema.ts";
import { problemsOf } from "../../shared/openapi/operation.ts";
import { fakeDataApi, token } from "../unit/kit.ts";
import { isTransition, type Route, routes, samplePath, takes } from "./apps.ts";

/** The routes that need no token. A new one belongs in here only after somebody has thought about it. `detailed` and `mail` check for themselves who asks. */
const PUBLIC = [
  "GET /appointments/feeds/{token}/calendar.ics",
  "GET /docs/openapi.json",
  "GET /health",
  "GET /health/detailed",
  "POST /auth/confirm",
  "POST /auth/login",
  "POST /auth/password-reset",
  "POST /auth/password-reset/confirm",
  "POST /auth/refresh",
  "POST /auth/register",
  "POST /auth/register/invited",
  "POST /auth/resend",
  "POST /jobs/mail",
];

/** POSTs that make nothing which a repetition would make twice. */
const REPEATABLE = [
  "POST /admin/audit/verify",
  "POST /admin/people/search",
  "POST /auth/change-password",
  "POST /auth/logout",
  "POST /auth/reauthenticate",
  "POST /medications/imports",
  "POST /notifications/read-all",
  "POST /patients/search",
  "POST /prescriptions/check",
];

/** Changes of what has no version of its own: a person is suspended in all memberships at once, a chart closed in all entries. */
const UNVERSIONED = [
  "POST /admin/people/{id}/reinstate",
  "POST /admin/people/{id}/suspend",
  "POST /patients/{id}/close",
];

/** Lists without a total: candidates end at their best 200; slots are computed from where one reads on. */
const UNCOUNTED = ["GET /appointments/slots", "GET /patients/{id}/duplicates"];

/** Searches by what names a person: their terms come in the body, where no log on the way keeps them. They end at their best 200. */
const SEARCHES = ["POST /admin/people/search", "POST /patients/search"];
/** What tells who somebody is, in the name of a parameter. */
const TELLING = /name|email|phone|birth|mrn|national|identifier|address|^(q|query|term|value|text|reason)$/;
/** Names of tables and of medicines, not of people. */
const NOT_TELLING = ["GET /admin/audit table_name", "GET /medications/search q"];

type Shape = { type?: unknown; properties?: Record<string, unknown>; required?: string[] };

/** The JSON Schema of a success answer, behind its name if it has one. */
function successOf({ description }: Route, status: 200 | 201): Shape | undefined {
  const named: NamedSchemas = {};
  const schema = description?.responses[status];
  const made = schema ? toJsonSchema(schema, "output", named) : undefined;
  return typeof made?.$ref === "string" ? named[made.$ref.replace("#/components/schemas/", "")] : made;
}

const titles = (some: Route[]) => some.map(({ title }) => title).sort();
const is = (...methods: string[]) => (route: Route) => methods.includes(route.method);
const each = (some: Route[]) => some.map((route): [string, Route] => [route.title, route]);

const lists = routes.filter(is("GET")).filter((route) => successOf(route, 200)?.properties?.page !== undefined);
const closed = routes.filter((route) => !route.public);
const withBody = routes.filter((route) => route.inputs.json !== undefined);

/** Somebody new each time: the fake data API lends each person only a few requests. */
const signedIn = async (more: Record<string, string> = {}) => ({
  authorization: `Bearer ${await token({ claims: { sub: crypto.randomUUID() } })}`,
  "content-type": "application/json",
  ...more,
});

beforeEach(() => {
  fakeDataApi(() => Response.json(null));
});

test("there are routes", () => {
  expect(routes.length).toBeGreaterThan(20);
});

test("the routes without a token are the known ones", () => {
  const open = titles(routes.filter((route) => route.public));
  expect(open).toEqual(PUBLIC);
});

describe.each(each(routes))("%s", (_, route) => {
  test("says what it does and what it answers", () => {
    expect(route.description?.summary).toMatch(/^\p{Lu}.{2,79}$/u);
    const answers = Object.entries(route.description?.responses ?? {});
    expect(answers.length).toBeGreaterThan(0);
    for (const [status, schema] of answers) {
      if (status !== "204" && status !== "202") expect(schema, `schema of ${status}`).toBeTruthy();
    }
  });

  test("names its problem codes", () => {
    const codes = problemsOf(route).map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(["internal_error", "unavailable"]));
    if (!route.public) expect(codes).toContain("unauthenticated");
  });
});

test("operations have ids of their own in camel case, which name the methods of generated clients", () => {
  const ids = routes.map(({ description }) => description?.id);
  expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z]+)*$/.test(id ?? ""))).toEqual([]);
  expect(ids).toEqual([...new Set(ids)]);
});

test.each(each(routes.filter((route) => route.description?.responses[201] !== undefined || isTransition(route))))(
  "%s honours Idempotency-Key",
  (_, route) => {
    expect(takes(route, "IdempotencyKey")).toBe(true);
  },
);

test("every other POST makes nothing", () => {
  const others = routes.filter(is("POST")).filter((route) => !takes(route, "IdempotencyKey") && !route.public);
  expect(titles(others)).toEqual(REPEATABLE);
});

test.each(each(routes.filter((route) => is("PUT", "PATCH", "DELETE")(route) || isTransition(route))))(
  "%s honours If-Match",
  (title, route) => {
    expect(takes(route, "IfMatch")).toBe(!UNVERSIONED.includes(title));
  },
);

test.each(each(lists))("%s is a list with limit, cursor and count", (title, route) => {
  const names = route.operation.parameters.map((one) =>
    "$ref" in one ? one.$ref.replace("#/components/parameters/", "") : one.name
  );
  expect(names).toEqual(expect.arrayContaining(["limit", "cursor", ...(UNCOUNTED.includes(title) ? [] : ["count"])]));
  expect(successOf(route, 200)?.required).toEqual(expect.arrayContaining(["data", "page"]));
});

test("no parameter of an address can tell who somebody is", () => {
  const telling = routes.flatMap(({ title, inputs: { query, param } }) =>
    [query, param].flatMap((schema) => Object.keys(schema ? toJsonSchema(schema, "input", {}).properties ?? {} : {}))
      .filter((name) => TELLING.test(name)).map((name) => `${title} ${name}`)
  );
  expect(telling).toEqual(NOT_TELLING);
});

test("the searches by POST are the known ones, and page", () => {
  const searches = routes.filter(is("POST")).filter((route) => successOf(route, 200)?.properties?.page !== undefined);
  expect(titles(searches)).toEqual(SEARCHES);
  for (const { inputs } of searches) {
    expect(toJsonSchema(inputs.json!, "input", {}).properties).toMatchObject({ limit: {}, cursor: {} });
  }
});

test("whatever answers many rows is a list", () => {
  const bare = routes.filter((route) => {
    const { type, properties = {} } = successOf(route, 200) ?? {};
    return type === "array" || ("data" in properties && !("page" in properties));
  });
  expect(titles(bare)).toEqual([]);
});

test.each(each(routes.filter(is("GET")).filter(({ path }) => path.endsWith("}"))))(
  "%s answers a versioned row",
  (_, route) => {
    expect(successOf(route, 200)?.required).toEqual(
      expect.arrayContaining(["id", "version", "created_at", "updated_at"]),
    );
  },
);

test.each(each(routes.filter((route) => route.description?.responses[201] !== undefined)))(
  "%s answers what it made",
  (_, route) => {
    expect(successOf(route, 201)?.required).toEqual(
      expect.arrayContaining(["id", "version", "created_at", "updated_at"]),
    );
  },
);

test.each(each(closed))("%s answers 401 without a token, readable for a browser", async (_, route) => {
  const answer = await route.app.request(samplePath(route), {
    method: route.method,
    headers: { "x-request-id": "contract-401", origin: "https://app.example" },
  });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  expect(answer.headers.get("access-control-expose-headers")).toContain("X-Request-Id");
  expect(answer.headers.get("x-request-id")).toBe("contract-401");
  expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  expect(await answer.json()).toMatchObject({ status: 401, code: "unauthenticated", request_id: "contract-401" });
});

test.each(each(routes.filter(is("GET"))))("%s refuses an unknown query parameter", async (_, route) => {
  const answer = await route.app.request(`${samplePath(route)}?surprise=1`, { headers: await signedIn() });
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({
    code: "invalid_input",
    errors: expect.arrayContaining([expect.objectContaining({ pointer: "#/query/surprise" })]),
  });
});

test.each(each(routes.filter(({ path }) => path.includes("{id}"))))(
  "%s refuses an id that is none",
  async (_, route) => {
    const { calls } = fakeDataApi(() => Response.json(null));
    const answer = await route.app.request(samplePath(route, "not-an-id"), {
      method: route.method,
      headers: await signedIn(),
      ...(route.inputs.json !== undefined && { body: "{}" }),
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: "invalid_input" });
    expect(calls).toEqual([]);
  },
);

describe.each(each(withBody))("the body of %s", (_, route) => {
  const send = async (body: string, headers: Record<string, string> = {}) => {
    const answer = await route.app.request(samplePath(route), {
      method: route.method,
      body,
      headers: await signedIn(headers),
    });
    return { status: answer.status, body: await answer.json() };
  };

  test("may not have an unknown field", async () => {
    expect(await send('{"surprise": 1}')).toMatchObject({
      status: 422,
      body: { errors: expect.arrayContaining([expect.objectContaining({ pointer: "/surprise" })]) },
    });
  });

  test("has to be JSON", async () => {
    expect(await send('{"cut')).toMatchObject({ status: 400, body: { code: "malformed_json" } });
    expect(await send("<xml/>", { "content-type": "text/xml" })).toMatchObject({
      status: 415,
      body: { code: "unsupported_media_type" },
    });
  });

  test("is an object", async () => {
    for (const other of ["[]", "null", '"text"', "1"]) {
      expect(await send(other)).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    }
  });
});

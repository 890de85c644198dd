import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { encodeCursor, pageOf, pageQuery } from "../../shared/data/paging.ts";
import { rowFields, uuid } from "../../shared/schema/fields.ts";
import {
  createApp,
  describeRoute,
  idParam,
  listed,
  rowsOf,
  sendRow,
  transition,
  validate,
} from "../../shared/route.ts";
import { outOfStock } from "./sample-app.ts";
import { routesOf } from "../../shared/openapi/openapi.ts";
import { fakeDataApi, signedIn, testEnv } from "./kit.ts";

const id = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";
const other = "11111111-1111-4111-8111-111111111111";
const membership = z.object({
  ...rowFields,
  user_id: uuid,
  status: z.string(),
  person: z.object({ email: z.string(), family_name: z.string() }),
});
const stored = {
  id,
  version: 3,
  created_at: "2026-03-01T09:30:00+00:00",
  updated_at: "2026-03-01T09:30:00+00:00",
  user_id: other,
  status: "active",
  person: { email: "ada@example.org", family_name: "Adler" },
};
const memberships = rowsOf({
  table: "memberships",
  schema: membership,
  filters: ["status", "is_prescriber"],
  order: ["-created_at", "id"],
  embed: { person: "profiles!inner" },
});
const query = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: z.string(), id: uuid })),
  status: z.string().optional(),
  is_prescriber: z.stringbool().optional(),
});
const change = z.strictObject({ position: z.string().nullable() });

const app = createApp("members", { problems: [outOfStock], env: testEnv() })
  .get(
    "/",
    describeRoute({ summary: "List", responses: { 200: pageOf(membership) } }),
    validate("query", query),
    async (c) => c.json(await memberships.list(c, c.req.valid("query"), [["person.email", "not.is", null]]), 200),
  )
  .get(
    "/:id",
    validate("param", idParam),
    async (c) =>
      sendRow(c, await memberships.read(c, { ...c.req.valid("param"), user_id: other, licence_number: null })),
  )
  .patch(
    "/:id",
    validate("param", idParam),
    validate("json", change),
    async (c) => sendRow(c, await memberships.change(c, c.req.valid("param"), c.req.valid("json"))),
  )
  .delete("/:id", validate("param", idParam), async (c) => {
    await memberships.remove(c, c.req.valid("param"));
    return c.body(null, 204);
  })
  .post(
    "/:id/suspend",
    transition("Suspend", membership, { id: "suspend", problems: [outOfStock] }),
    (c) => c.body(null, 204),
  );

/** What the data API answers, one after the other, and what it was asked. */
let answers: Response[] = [];
let calls: ReturnType<typeof fakeDataApi>["calls"] = [];
beforeEach(() => {
  answers = [];
  calls = fakeDataApi(() => answers.shift() ?? Response.json([])).calls;
});

async function ask(method: string, path: string, headers: Record<string, string> = {}, body?: object) {
  const init = { method, headers: await signedIn(headers), ...(body && { body: JSON.stringify(body) }) };
  const answer = await app.request(`/members${path}`, init);
  const text = await answer.text();
  return { status: answer.status, etag: answer.headers.get("etag"), body: text === "" ? undefined : JSON.parse(text) };
}

const asked = (call = calls[0]) => Object.fromEntries(call?.url.searchParams ?? []);

test("a list selects the fields of the schema, in its order, with one row more than the limit", async () => {
  answers = [Response.json([{ ...stored, secret: "not in the schema" }])];
  const answer = await ask("GET", "?limit=5");
  expect(answer.body).toEqual({ data: [stored], page: { next_cursor: null, has_more: false } });
  expect(calls).toHaveLength(1);
  expect(calls[0]?.url.pathname).toBe("/rest/v1/memberships");
  expect(asked()).toEqual({
    select: "id,version,created_at,updated_at,user_id,status,person:profiles!inner(email,family_name)",
    "person.email": "not.is.null",
    order: "created_at.desc,id.asc",
    limit: "6",
  });
});

test("parameters of the query filter, and those that are not given do not", async () => {
  await ask("GET", "?status=active&is_prescriber=false");
  expect(asked()).toMatchObject({ status: "eq.active", is_prescriber: "eq.false" });
});

test("a page ends with the cursor of its last row, and goes on behind it", async () => {
  answers = [Response.json([stored, { ...stored, id: other }])];
  const first = await ask("GET", "?limit=1");
  expect(first.body.data).toHaveLength(1);
  const cursor = encodeCursor({ id, created_at: stored.created_at });
  expect(first.body.page).toEqual({ next_cursor: cursor, has_more: true });
  await ask("GET", `?limit=1&cursor=${cursor}`);
  expect(asked(calls[1])).toMatchObject({
    or: `(created_at.lt."${stored.created_at}",and(created_at.eq."${stored.created_at}",id.gt."${id}"))`,
  });
});

test("the first page counts along, and later ones count all that match in a call of their own", async () => {
  answers = [Response.json([stored], { headers: { "content-range": "0-0/1" } })];
  expect((await ask("GET", "?count=exact")).body.page.total).toBe(1);
  expect(calls).toHaveLength(1);
  expect(calls[0]?.headers.get("prefer")).toBe("count=exact");

  const cursor = encodeCursor({ id, created_at: stored.created_at });
  answers = [Response.json([]), new Response(null, { headers: { "content-range": "*/7" } })];
  expect((await ask("GET", `?count=exact&status=active&cursor=${cursor}`)).body.page.total).toBe(7);
  expect(calls.slice(1).map(({ method }) => method).toSorted()).toEqual(["GET", "HEAD"]);
  const counted = calls.find(({ method }) => method === "HEAD");
  expect(asked(counted)).toMatchObject({ status: "eq.active", "person.email": "not.is.null" });
  expect(asked(counted)).not.toHaveProperty("or");
});

test("a row that is not as its schema says is not answered", async () => {
  answers = [Response.json([{ ...stored, version: "three" }])];
  expect((await ask("GET", "")).status).toBe(500);
});

test("one row is found by its key, and 404 when there is none", async () => {
  answers = [Response.json([stored])];
  expect(await ask("GET", `/${id}`)).toEqual({ status: 200, etag: 'W/"3"', body: stored });
  expect(asked()).toMatchObject({ id: `eq.${id}`, user_id: `eq.${other}`, licence_number: "is.null" });
  expect((await ask("GET", `/${id}`)).status).toBe(404);
});

test("a change is one call, of the version that If-Match names", async () => {
  answers = [Response.json([stored])];
  const answer = await ask("PATCH", `/${id}`, { "if-match": 'W/"2"' }, { position: null });
  expect(answer).toEqual({ status: 200, etag: 'W/"3"', body: stored });
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatchObject({ method: "PATCH", body: { position: null } });
  expect(asked()).toMatchObject({ id: `eq.${id}`, version: "eq.2" });
});

test.each([
  ["404 where it sees no row", 'W/"2"', [], { status: 404 }],
  ["412 where the row has moved on", 'W/"2"', [{ version: 3 }], { status: 412, current_version: 3 }],
  ["403 where it sees the row and may not change it", 'W/"3"', [{ version: 3 }], { status: 403 }],
  ["403 without a version", "*", [{ version: 3 }], { status: 403 }],
])("a change or a removal that matched no row is %s", async (_, ifMatch, seen, refusal) => {
  for (const method of ["PATCH", "DELETE"]) {
    answers = [Response.json([]), Response.json(seen)];
    const body = method === "PATCH" ? { position: null } : undefined;
    expect((await ask(method, `/${id}`, { "if-match": ifMatch }, body)).body).toMatchObject(refusal);
    expect(asked(calls.at(-1))).toEqual({ select: "version", id: `eq.${id}` });
  }
});

test("a removal is one call, of the version that If-Match names", async () => {
  answers = [Response.json([{ id }])];
  expect((await ask("DELETE", `/${id}`, { "if-match": 'W/"2"' })).status).toBe(204);
  expect(calls).toHaveLength(1);
  expect(calls[0]?.method).toBe("DELETE");
  expect(asked()).toMatchObject({ id: `eq.${id}`, version: "eq.2" });
});

test("a schema with a transform reads the columns that it takes and answers what it makes of them", () => {
  const named = rowsOf({
    table: "memberships",
    schema: membership.pick({ id: true, status: true }).transform(({ id, status }) => ({
      id,
      open: status === "active",
    })),
    order: ["id"],
  });
  expect(named.columns).toBe("id, status");
});

test("tables, columns, filters and cursors that do not exist do not compile", () => {
  const order = ["id"] as const;
  const room = z.object({ id: uuid, name: z.string() });
  // @ts-expect-error -- there is no such table
  rowsOf({ table: "chambers", schema: room, order });
  // @ts-expect-error -- rooms have no colour
  rowsOf({ table: "rooms", schema: room.extend({ colour: z.string() }), order });
  // @ts-expect-error -- rooms have no floor
  rowsOf({ table: "rooms", schema: room, filters: ["floor"], order });
  // @ts-expect-error -- the schema has no such field
  rowsOf({ table: "rooms", schema: room, order: ["created_at", "id"] });
  const rooms = rowsOf({ table: "rooms", schema: room, order: ["name", "id"] });
  // @ts-expect-error -- the cursor is of another list
  expect((c: Parameters<typeof rooms.list>[0]) => rooms.list(c, { limit: 1, cursor: { created_at: "", id } }))
    .toBeDefined();
});

test("a list by RPC is a page of its rows, parsed, with the cursor's columns left out where they are not shown", () => {
  const named = pageOf(z.object({ id: uuid, name: z.string() })).extend({ unread: z.int() });
  const rows = [{ id, name: "Ada", sort_name: "ada" }, { id: other, name: "Bo", sort_name: "bo" }];
  const answer = { data: { rows, total: 9, unread: 4 }, error: null, status: 200 } as const;
  const cursor: { sort_name: string; id: string } | undefined = undefined;
  expect(listed(answer, named, { limit: 1, cursor }, ["sort_name", "id"])).toEqual({
    data: [{ id, name: "Ada" }],
    page: { next_cursor: encodeCursor({ id, sort_name: "ada" }), has_more: true, total: 9 },
    unread: 4,
  });
});

test("a list by RPC without a total has none, one that is null is 404, and any other shape is an error", () => {
  const ids = pageOf(z.object({ id: uuid }));
  const of = (data: unknown) => () => listed({ data, error: null, status: 200 }, ids, { limit: 1 }, []);
  expect(of({ rows: [], total: null })()).toEqual({ data: [], page: { next_cursor: null, has_more: false } });
  expect(of(null)).toThrow(expect.objectContaining({ code: "not_found" }));
  expect(of([{ id, total: 1 }])).toThrow(z.ZodError);
  expect(of({ rows: [{ id: "7" }], total: 1 })).toThrow(z.ZodError);
});

test("a transition answers the row, compares versions, can be repeated and be refused by the state", () => {
  const route = routesOf("members", app).find(({ path }) => path.endsWith("/suspend"));
  expect(route?.description).toEqual({
    id: "suspend",
    summary: "Suspend",
    responses: { 200: membership },
    problems: ["illegal_transition", outOfStock],
    idempotent: true,
    versioned: true,
  });
});

import { expect, test } from "vitest";
import { z } from "zod";
import { uuid } from "../../shared/schema/fields.ts";
import { afterKey } from "../../shared/data/keyset.ts";
import { encodeCursor, page, pageQuery } from "../../shared/data/paging.ts";

const key = z.strictObject({ name: z.string(), id: uuid });
const query = z.strictObject(pageQuery(key));
const id = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";
const rows = ["Ada", "Zoë", "李"].map((name) => ({ id, name }));

test("limit is 25 unless it is said, and 1 to 100", () => {
  expect(query.parse({})).toEqual({ limit: 25 });
  expect(query.parse({ limit: "100" }).limit).toBe(100);
  for (const limit of ["0", "101", "1.5", "-1", "ten", "NaN", "Infinity", ""]) {
    expect(query.safeParse({ limit }).success).toBe(false);
  }
});

test("a page ends with the cursor of its last row, and the cursor comes back as that row's key", () => {
  const first = page({ rows, limit: 2, key: (row) => row });
  expect(first.data).toHaveLength(2);
  expect(first.page.has_more).toBe(true);
  expect(query.parse({ cursor: first.page.next_cursor }).cursor).toEqual({ id, name: "Zoë" });
});

test("the last page has none; the total is there when it was asked for", () => {
  expect(page({ rows, limit: 3, key: (row) => row }).page).toEqual({ next_cursor: null, has_more: false });
  expect(page({ rows: [], limit: 3, key: (row) => row, total: 0 }).page).toEqual({
    next_cursor: null,
    has_more: false,
    total: 0,
  });
});

const genuine = encodeCursor({ name: "Ada", id });
test.each([
  ["text", "hello"],
  ["not base64url", "%%%"],
  ["cut", genuine.slice(0, -4)],
  ["changed", `A${genuine.slice(1)}`],
  ["of another list", encodeCursor({ created_at: "2026-01-01", id })],
  ["with a member more", encodeCursor({ name: "Ada", id, limit: 9999 })],
  ["with another type", encodeCursor({ name: { or: 1 }, id })],
  ["far too long", "A".repeat(1001)],
])("a cursor that is %s is refused by name", (_name, cursor) => {
  const result = query.safeParse({ cursor });
  expect(result.error?.issues.map((issue) => issue.path)).toEqual([["cursor"]]);
});

test("the condition behind a cursor compares column by column and quotes values", () => {
  const condition = afterKey([{ column: "name", value: 'A,"b".c)\\' }, { column: "at", value: 5, descending: true }, {
    column: "id",
    value: id,
  }]);
  const name = '"A,\\"b\\".c)\\\\"';
  expect(condition).toBe(
    `name.gt.${name},and(name.eq.${name},at.lt."5"),and(name.eq.${name},at.eq."5",id.gt."${id}")`,
  );
});

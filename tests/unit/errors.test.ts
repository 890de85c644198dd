import { expect, test } from "vitest";
import { translate } from "../../shared/data/errors.ts";
import { problems } from "../../functions/problems.ts";
import { addProblems, problemKind, problemResponse } from "../../shared/core/problem.ts";
import { describeRoute } from "../../shared/schema/route-parts.ts";
import { testEnv } from "./kit.ts";
import { outOfStock, sampleApp } from "./sample-app.ts";

addProblems(problems);

const SECRET = "4711-of-somebody";
const texts = { message: `bad value "${SECRET}"`, details: `Key (mrn)=(${SECRET}) exists`, hint: SECRET };

test.each([
  ["42501", 403, "forbidden"],
  ["23505", 409, "already_exists"],
  ["23P01", 409, "conflict"],
  ["23514", 422, "invalid_input"],
  ["23502", 422, "invalid_input"],
  ["22P02", 422, "invalid_input"],
  ["22001", 422, "invalid_input"],
  ["22P05", 422, "invalid_input"],
  ["PGRST116", 404, "not_found"],
  ["PGRST301", 401, "unauthenticated"],
  ["PGRST303", 401, "unauthenticated"],
  ["PGRST000", 503, "unavailable"],
  ["PGRST003", 503, "unavailable"],
  ["57014", 504, "timeout"],
  ["40001", 503, "unavailable"],
  ["40P01", 503, "unavailable"],
  ["53300", 503, "unavailable"],
  ["57P03", 503, "unavailable"],
  ["08006", 503, "unavailable"],
  ["PGRST202", 500, "internal_error"],
  ["42P01", 500, "internal_error"],
  ["P0001", 500, "internal_error"],
  ["XX000", 500, "internal_error"],
])("%s becomes %i %s, without the database's own words", async (code, status, expected) => {
  const error = translate({ code, ...texts }, 400);
  expect(error).toMatchObject({ status, code: expected });
  const answer = problemResponse(error, "/x", "r");
  expect(await answer.text()).not.toContain(SECRET);
  if (status === 503) expect(answer.headers.get("retry-after")).toBe("2");
});

test.each([
  [{
    code: "23505",
    message: 'duplicate key value violates unique constraint "x_key"',
    details: "Key (mrn)=(1) already exists.",
  }, ["/mrn"]],
  [{ code: "23505", message: 'duplicate key value violates unique constraint "x_key"', details: "Key (a, mrn)" }, [
    "/a",
    "/mrn",
  ]],
  [
    { code: "23502", message: 'null value in column "given_name" of relation "patients" violates not-null constraint' },
    ["/given_name"],
  ],
  [{
    code: "23514",
    message: 'new row for relation "patients" violates check constraint "patients_birth_date_check"',
    details: "Failing row contains (Ada)",
  }, ["/birth_date"]],
  [{
    code: "23503",
    message: 'insert or update on table "a" violates foreign key constraint "a_b_fkey"',
    details: "Key (b_id)=(1) is not present",
  }, [
    "/b_id",
  ]],
])("the pointer of %o comes from names only", (error, pointers) => {
  expect(translate(error, 400).options.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
});

test("23503: a missing reference is 422, a row that is still referred to 409", () => {
  expect(translate({ code: "23503", message: 'insert or update on table "a" violates …' }, 409)).toMatchObject({
    status: 422,
  });
  expect(translate({ code: "23503", message: 'update or delete on table "a" violates …' }, 409)).toMatchObject({
    status: 409,
  });
});

test("a connection that broke in the middle of a statement is a failure of ours, not of the client", () => {
  expect(translate({ code: "", message: "", details: null, hint: null }, 400)).toMatchObject({ status: 503 });
});

test("a refusal of our own SQL goes on with sentence, code and details", async () => {
  const refusal = {
    code: "PT409",
    message: "A dispatched order cannot be cancelled.",
    hint: "illegal_transition",
    details: '{"allowed":["receive"],"secret":"x"}',
  };
  const body: unknown = await problemResponse(translate(refusal, 409), "/orders/1/cancel", "r").json();
  expect(body).toMatchObject({
    status: 409,
    code: "illegal_transition",
    detail: refusal.message,
    allowed: ["receive"],
  });
  expect(body).not.toHaveProperty("secret");
});

const SLOT = {
  practitioner_id: "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10",
  starts_at: "2026-03-02T09:30:00+00:00",
  ends_at: "2026-03-02T10:00:00+00:00",
};

test.each([
  ["slot_taken", { alternatives: [SLOT] }],
  ["patient_busy", { alternatives: [] }],
  ["dates_taken", {
    conflicts: [{ day: "2026-03-02", starts_at: SLOT.starts_at, reason: "past", alternatives: [SLOT] }],
  }],
])("the refusal %s goes on with its members and with no other", async (hint, members) => {
  const details = JSON.stringify({ ...members, merged_into: SLOT.practitioner_id, missing: 3 });
  const error = translate({ code: "PT409", message: "No.", hint, details }, 409);
  const { type: _, title: __, instance: ___, request_id: ____, ...said }: Record<string, unknown> =
    await problemResponse(error, "/x", "r").json();
  expect(said).toEqual({ status: 409, code: hint, detail: "No.", ...members });
});

test("members that are not as they were declared are left out", () => {
  const details = JSON.stringify({ alternatives: [{ ...SLOT, starts_at: "soon" }] });
  expect(translate({ code: "PT409", message: "No.", hint: "slot_taken", details }, 409).options.members).toEqual({});
});

test("an app adds the refusals of its domain to the closed list", () => {
  const refusal = { code: "PT409", message: "Two are missing.", hint: "a_kind_of_late", details: '{"missing":2}' };
  expect(translate(refusal, 409)).toMatchObject({ code: "conflict", options: { members: {} } });
  sampleApp(testEnv());
  expect(translate({ ...refusal, hint: outOfStock.code }, 409)).toMatchObject({
    code: "out_of_stock",
    options: { members: { missing: 2 } },
  });
});

test("a code belongs to one kind of refusal", () => {
  expect(() => addProblems([problemKind("slot_taken", 409, "Taken, somewhere else")])).toThrow("slot_taken");
});

test("a route names refusals that are declared, or it does not compile", () => {
  // @ts-expect-error -- the code of a domain stands for nothing by itself
  describeRoute({ summary: "Take one", responses: { 204: null }, problems: ["out_of_stock"] });
  describeRoute({ summary: "Take one", responses: { 204: null }, problems: ["conflict", outOfStock] });
});

test("a refusal names the field and the time to wait", () => {
  const named = translate({
    code: "PT422",
    message: "must lie in the past",
    hint: "invalid_input",
    details: '{"pointer":"/birth_date"}',
  }, 422);
  expect(named.options.errors).toEqual([{ pointer: "/birth_date", message: "must lie in the past" }]);
  const later = translate(
    { code: "PT429", message: "Slow down.", hint: "rate_limited", details: '{"retry_after":12}' },
    429,
  );
  expect(later.options.headers).toEqual({ "Retry-After": "12" });
});

test("a refusal with an unknown code keeps its status, broken details are left out", () => {
  expect(translate({ code: "PT403", message: "No.", hint: "because", details: "{" }, 403)).toMatchObject({
    code: "forbidden",
  });
});

test.each([[502, "unavailable"], [503, "unavailable"], [504, "timeout"], [0, "unavailable"], [401, "unauthenticated"], [
  418,
  "internal_error",
]])(
  "an answer without a code is read by its status %i",
  (status, code) => {
    expect(translate({ message: "<html>" }, status)).toMatchObject({ code });
  },
);

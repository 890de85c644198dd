import { beforeAll, describe, expect, test } from "vitest";
import { sql } from "../../support/database.ts";
import { HOSPITAL } from "../../support/people.ts";
import { at, call, listAt, signIn, textAt } from "../../support/stack.ts";

const PATH = "/prescriptions/interaction-policies";
let admin: string;
let doctor: string;

/** Rules of the content: a moderate one, and one that is contraindicated. */
const keys = { moderate: "", contraindicated: "" };

beforeAll(async () => {
  [admin, doctor] = await Promise.all([signIn("admin@demo.health"), signIn("doctor@demo.health")]);
  for (const severity of ["moderate", "contraindicated"] as const) {
    const { rows: [rule] } = await sql().query<{ rule_key: string }>(
      `select r.rule_key from public.interaction_rules r
       where r.until_version is null and r.kind = 'drug' and r.severity = $1
         and not exists (select from public.interaction_policies p where p.rule_key = r.rule_key)
       order by md5(r.rule_key || $2) limit 1`,
      [severity, crypto.randomUUID()],
    );
    keys[severity] = rule?.rule_key ?? "";
  }
});

const decide = (token: string, more: object = {}) =>
  call(PATH, {
    token,
    body: {
      organization_id: HOSPITAL,
      rule_key: keys.moderate,
      display: "silent",
      reason: "Pharmacy committee",
      ...more,
    },
  });

describe("how the findings of a rule are shown", () => {
  test("is decided by the admin, seen by the staff, changed and taken back", async () => {
    const made = await decide(admin);
    expect(made).toMatchObject({
      status: 201,
      body: { display: "silent", decided_severity: "moderate", organization_id: HOSPITAL, version: 1 },
    });
    const path = `${PATH}/${textAt(made.body, "/id")}`;
    expect(made.headers.get("location")).toBe(`/functions/v1${path}`);
    expect(await decide(admin)).toMatchObject({ status: 409, body: { code: "already_exists" } });

    const listed = await call(`${PATH}?organization_id=${HOSPITAL}&rule_key=${keys.moderate}`, { token: doctor });
    expect(listAt(listed.body, "/data")).toMatchObject([{ id: at(made.body, "/id"), reason: "Pharmacy committee" }]);
    expect(await call(path, { token: await signIn("doctor@north.health") })).toMatchObject({ status: 404 });

    const body = { display: "show", reason: "Seen too seldom" };
    expect(await call(path, { token: doctor, method: "PATCH", body })).toMatchObject({ status: 403 });
    const headers = { "if-match": 'W/"1"' };
    expect(await call(path, { token: admin, method: "PATCH", body, headers })).toMatchObject({
      status: 200,
      body: { ...body, version: 2 },
    });
    expect(await call(path, { token: admin, method: "PATCH", body, headers })).toMatchObject({ status: 412 });
    expect((await call(path, { token: doctor, method: "DELETE" })).status).toBe(403);
    expect((await call(path, { token: admin, method: "DELETE" })).status).toBe(204);
    expect((await call(path, { token: admin })).status).toBe(404);
  });

  test("is decided once for one Idempotency-Key", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const body = { organization_id: HOSPITAL, rule_key: keys.contraindicated, display: "show", reason: "Committee" };
    const [first, second] = [
      await call(PATH, { token: admin, body, headers }),
      await call(PATH, { token: admin, body, headers }),
    ];
    expect([first.status, second.status, at(second.body, "/id")]).toEqual([201, 201, at(first.body, "/id")]);
    expect((await call(`${PATH}/${textAt(first.body, "/id")}`, { token: admin, method: "DELETE" })).status).toBe(204);
  });

  test("is not decided by those whom it would stop, nor for others", async () => {
    expect(await decide(doctor)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await decide(admin, { organization_id: "20000000-0000-4000-8000-000000000001" })).toMatchObject({
      status: 403,
    });
  });

  test.each<[string, () => object, string]>([
    ["what is contraindicated is not silent", () => ({ rule_key: keys.contraindicated }), "/display"],
    ["there is no such rule", () => ({ rule_key: "no-such-rule" }), "/rule_key"],
    ["a reason is given", () => ({ reason: "" }), "/reason"],
  ])("%s: 422", async (_, wrong, pointer) => {
    expect(await decide(admin, wrong())).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});

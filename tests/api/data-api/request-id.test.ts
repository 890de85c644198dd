import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { newPerson, type Person } from "../../support/people.ts";
import { gateway, signIn } from "../../support/stack.ts";

const NORTH_PATIENT =
  "select id from public.patients where user_id = (select id from auth.users where email = 'patient@north.health')";

let doctor: string;
let person: Person;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  person = await newPerson();
});

const hostile: [name: string, id: string][] = [
  ["9.5 KB that no index takes", randomBytes(4750).toString("hex")],
  ["256 characters", "a".repeat(256)],
  ["a name and a birth date", "Paula Becker 1988-04-12"],
  ["markup", '{"json":"<script>alert(1)</script>"}'],
  ["letters that are not ASCII", Buffer.from("Müller-1").toString("latin1")],
  ["nothing", ""],
];

/** The newest entry of somebody. */
async function newest(actorId: string): Promise<unknown> {
  const { rows } = await sql().query(
    "select action, reason, request_id from audit.entries where actor_id = $1 order by id desc limit 1",
    [actorId],
  );
  return rows[0];
}

describe("an X-Request-Id that is none", () => {
  test.each(hostile)("leaves the denial, without it: %s", async (_, id) => {
    const patient = await sqlValue(NORTH_PATIENT);
    const before = await sqlValue("select count(*)::int from audit.entries where patient_id = $1 and action = 'deny'", [
      patient,
    ]);
    const answer = await gateway("/rest/v1/rpc/explain_closed_chart", {
      token: doctor,
      headers: { "x-request-id": id },
      body: { p_patient_id: patient },
    });
    expect(answer.status).toBeLessThan(500);
    expect(
      await sqlValue("select count(*)::int from audit.entries where patient_id = $1 and action = 'deny'", [patient]),
    )
      .toBeGreaterThan(Number(before));
    expect(await newest("30000000-0000-4000-8000-000000000002")).toMatchObject({ action: "deny", request_id: null });
  });

  test.each(hostile)("leaves the change, without it: %s", async (name, id) => {
    const changed = await gateway(`/rest/v1/profiles?id=eq.${person.id}`, {
      token: person.token,
      method: "PATCH",
      headers: { "x-request-id": id },
      body: { given_name: `Ada ${hostile.findIndex(([one]) => one === name)}` },
    });
    expect(changed.status).toBe(204);
    expect(await newest(person.id)).toMatchObject({ action: "update", request_id: null });
  });
});

test.each(["abc-DEF_123=", "a".repeat(255)])("an X-Request-Id of the form is kept: %s", async (id) => {
  await gateway(`/rest/v1/profiles?id=eq.${person.id}`, {
    token: person.token,
    method: "PATCH",
    headers: { "x-request-id": id },
    body: { given_name: `Eve ${id.slice(0, 3)}` },
  });
  expect(await newest(person.id)).toMatchObject({ action: "update", request_id: id });
});

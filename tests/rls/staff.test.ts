import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sql, sqlValue } from "../support/database.ts";
import { newPerson } from "../support/people.ts";
import { call, DEMO_PASSWORD, gateway, supabaseAs, uniqueEmail } from "../support/stack.ts";
import { demoHospital, people } from "./people.ts";

const membershipsOf = (email: string) =>
  sqlValue("select count(*)::int from public.memberships m join auth.users u on u.id = m.user_id where u.email = $1", [
    email,
  ]);

const staffClaims = {
  role: "admin",
  roles: ["admin"],
  is_prescriber: true,
  organization_id: demoHospital,
  memberships: [{ organization_id: demoHospital, role: "admin" }],
  app_metadata: { role: "admin" },
};

beforeEach(resetLimits);
afterEach(resetLimits);

describe("nobody becomes staff by saying so", () => {
  test("in the body of a registration", async () => {
    const email = uniqueEmail("claims");
    const person = {
      email,
      password: DEMO_PASSWORD,
      given_name: "Eve",
      family_name: "Mallory",
      birth_date: "1990-01-01",
    };
    const refused = await call("/auth/register", { body: { ...person, role: "admin" } });
    expect(refused).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    expect(await sqlValue("select count(*)::int from auth.users where email = $1", [email])).toBe(0);
  });

  test("in the metadata of a sign-up at Auth itself", async () => {
    const email = uniqueEmail("metadata");
    await gateway("/auth/v1/signup", { body: { email, password: DEMO_PASSWORD, data: staffClaims } });
    expect(await sqlValue("select count(*)::int from auth.users where email = $1", [email])).toBe(1);
    await sql().query("update auth.users set email_confirmed_at = now() where email = $1", [email]);
    expect(await membershipsOf(email)).toBe(0);
    expect(await sqlValue("select raw_user_meta_data ->> 'role' from auth.users where email = $1", [email])).toBeNull();
  });

  test("in the metadata of an account, changed later", async () => {
    const { email, token } = await newPerson({ given_name: "Eve" });
    const changed = await gateway("/auth/v1/user", { method: "PUT", token, body: { data: staffClaims } });
    expect(changed.status).toBe(200);
    expect(await membershipsOf(email)).toBe(0);
    const fresh = await gateway("/rest/v1/rpc/list_patients", { token, body: {} });
    expect(fresh).toMatchObject({
      status: 200,
      body: { rows: [expect.objectContaining({ sort_name: expect.stringContaining("eve") })] },
    });
  });

  test.each([null, "patient@demo.health", "doctor@demo.health", "pharmacist@demo.health", "admin@demo.health"])(
    "by a row inserted as %s",
    async (email) => {
      const row = { user_id: people.paula, organization_id: demoHospital, role: "admin" as const };
      const { error } = await supabaseAs(email).from("memberships").insert(row);
      expect(error).toMatchObject({ code: "42501" });
      expect(await membershipsOf("patient@demo.health")).toBe(0);
    },
  );

  test("by a row changed", async () => {
    for (const email of ["doctor@demo.health", "nurse@demo.health", "admin@demo.health"]) {
      const { error } = await supabaseAs(email).from("memberships").update({ role: "admin" }).eq(
        "user_id",
        people.nurse,
      );
      expect(error, email).toMatchObject({ code: "42501" });
    }
  });
});

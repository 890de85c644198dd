import { randomUUID } from "node:crypto";
import { createClient } from "@supabase/supabase-js";
import { describe, expect, test } from "vitest";
import { sql } from "../support/database.ts";
import { gateway, signIn, stackInfo, supabaseAs } from "../support/stack.ts";

const PEOPLE = ["patient", "doctor", "nurse", "pharmacist", "admin", "privacy"].map((name) => `${name}@demo.health`);

/** supabase-js as an application has it that does not know our types. */
const clientOf = (email: string) =>
  createClient(stackInfo().url, stackInfo().publishableKey, {
    auth: { persistSession: false },
    accessToken: () => signIn(email),
  });

/** The tables of the API, with a column that may be written in the way of p_privilege where there is one. */
async function tablesFor(privilege: "select" | "insert" | "update"): Promise<{ name: string; column: string }[]> {
  const { rows } = await sql().query<{ name: string; column: string }>(
    `select c.relname as name, min(a.attname) as column
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
       and has_column_privilege('authenticated', c.oid, a.attnum, $1) group by 1 order by 1`,
    [privilege],
  );
  expect(rows.length).toBeGreaterThan(5);
  return rows;
}

describe.each(PEOPLE)("supabase-js as %s", (email) => {
  const client = clientOf(email);

  test("reads every table with .select()", async () => {
    for (const { name } of await tablesFor("select")) {
      const { error, data } = await client.from(name).select().limit(5);
      expect({ name, error, data }).toEqual({ name, error: null, data: expect.any(Array) });
    }
  });

  test("may ask every table that it may change for what an .update() changed", async () => {
    for (const { name, column } of await tablesFor("update")) {
      const { error, data } = await client.from(name).update({ [column]: null }).eq("id", randomUUID()).select();
      expect({ name, error, data }).toEqual({ name, error: null, data: [] });
    }
  });

  test("may ask every table that it may add to for what an .insert() added", async () => {
    for (const { name, column } of await tablesFor("insert")) {
      const { error } = await client.from(name).insert({ [column]: null }).select();
      expect(`${name}: ${error?.message ?? ""}`).not.toMatch(/permission denied/);
    }
  });
});

test("supabase-js gets the whole row that it added, changed and removed", async () => {
  const patient = supabaseAs("patient@demo.health");
  const { data: own } = await patient.from("patients").select().single();
  const city = own?.city ?? null;
  const changed = await patient.from("patients").update({ city: "Potsdam" }).eq("id", own?.id ?? "").select().single();
  expect(changed).toMatchObject({ error: null, data: { id: own?.id, city: "Potsdam", deleted_at: null } });
  await patient.from("patients").update({ city }).eq("id", own?.id ?? "");

  const contact = { patient_id: own?.id ?? "", kind: "emergency", name: "Anna Becker", phone: "+4930123450" } as const;
  const added = await patient.from("patient_contacts").insert(contact).select().single();
  expect(added).toMatchObject({ error: null, data: { ...contact, version: 1 } });
  const removed = await patient.from("patient_contacts").delete().eq("id", added.data?.id ?? "").select().single();
  expect(removed).toMatchObject({ error: null, data: added.data });

  const doctor = supabaseAs("doctor@demo.health");
  const seen = await doctor.from("patients").update({ city }).eq("id", own?.id ?? "").select();
  expect(seen).toMatchObject({ error: null, data: [{ id: own?.id, city }] });
});

test("PATCH answers the whole row without being told its columns", async () => {
  const token = await signIn("patient@demo.health");
  const headers = { prefer: "return=representation" };
  const answer = await gateway("/rest/v1/patients?user_id=eq.30000000-0000-4000-8000-000000000005", {
    method: "PATCH",
    token,
    headers,
    body: { region: null },
  });
  expect(answer).toMatchObject({ status: 200, body: [{ given_name: "Paula", region: null, merged_into: null }] });
});

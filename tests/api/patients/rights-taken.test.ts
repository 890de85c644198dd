import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { DEMO } from "../../support/appointments.ts";
import { actAs, sql, sqlValue } from "../../support/database.ts";
import { connection } from "../../support/overlap.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL, invite, newColleague, newPerson } from "../../support/people.ts";

/** Somebody who holds one role at the demo hospital and loses it while a change waits. */
async function member(role: "admin" | "hospital_staff"): Promise<string> {
  const { id } = await newPerson();
  await sql().query(
    "insert into public.memberships (user_id, organization_id, role, may_schedule) values ($1, $2, $3, $4)",
    [id, HOSPITAL, role, role === "hospital_staff"],
  );
  return id;
}

const membershipOf = (userId: string) =>
  sqlValue("select id from public.memberships where user_id = $1 and organization_id = $2", [userId, HOSPITAL]);

type Change = {
  role: "admin" | "hospital_staff";
  table: string;
  row: () => Promise<unknown>;
  rpc: string;
  args: (id: unknown) => unknown[];
};

const changes: Record<string, Change> = {
  "a membership": {
    role: "admin",
    table: "memberships",
    row: async () => await membershipOf((await newColleague()).id),
    rpc: "public.set_membership_status($1, $2)",
    args: (id) => [id, "suspended"],
  },
  "an invitation": {
    role: "admin",
    table: "invitations",
    row: async () => {
      await invite(`waits-${crypto.randomUUID()}@example.org`);
      return await sqlValue("select id from public.invitations order by created_at desc limit 1");
    },
    rpc: "public.revoke_invitation($1)",
    args: (id) => [id],
  },
  "a patient": {
    role: "hospital_staff",
    table: "patients",
    row: () => newPatientId(),
    rpc: "public.update_patient($1, $2)",
    args: (id) => [id, { city: "Potsdam" }],
  },
  "a service": {
    role: "hospital_staff",
    table: "services",
    row: () => Promise.resolve(DEMO.consultation),
    rpc: "public.change_service($1, $2)",
    args: (id) => [id, { active: false }],
  },
};

/** The refusal of a change that waits for its row while the actor's membership is suspended; null when it was answered. */
async function refusedWhileWaiting(
  userId: string,
  table: string,
  id: unknown,
  query: string,
  args: unknown[],
): Promise<string | null> {
  const [holder, actor] = [await connection(), await connection()];
  try {
    await holder.query("begin");
    await holder.query(`select 1 from public.${table} where id = $1 for update`, [id]);
    await actor.query("begin");
    await actAs(actor, { role: "authenticated", userId });
    const asked = actor.query(query, args).then(
      () => null,
      (error: unknown) => error instanceof pg.DatabaseError ? error.code ?? "unknown" : String(error),
    );
    await delay(200);
    await sql().query("update public.memberships set status = 'suspended' where user_id = $1", [userId]);
    await holder.query("commit");
    const refused = await asked;
    await actor.query(refused === null ? "commit" : "rollback");
    return refused;
  } finally {
    await Promise.all([holder.end(), actor.end()]);
  }
}

test.each(Object.entries(changes))(
  "%s that was waited for is not changed by who lost the right meanwhile",
  async (_, change) => {
    const userId = await member(change.role);
    const id = await change.row();
    const versionOf = () => sqlValue(`select version from public.${change.table} where id = $1`, [id]);
    const before = await versionOf();
    expect(await refusedWhileWaiting(userId, change.table, id, `select ${change.rpc}`, change.args(id))).toBe("PT404");
    expect(await versionOf()).toBe(before);
  },
);

test("a person whose memberships were waited for is not suspended by who lost the right meanwhile", async () => {
  const userId = await member("admin");
  const colleague = await newColleague();
  const id = await membershipOf(colleague.id);
  const args = [colleague.id, "suspended"];
  expect(await refusedWhileWaiting(userId, "memberships", id, "select public.set_person_status($1, $2)", args)).toBe(
    "PT404",
  );
  expect(await sqlValue("select status from public.memberships where id = $1", [id])).toBe("active");
});

import pg from "pg";
import { expect, test } from "vitest";
import { newVisitors, type Visitor } from "../../support/appointments.ts";
import { actAs, sql, sqlValue } from "../../support/database.ts";
import { connection, without } from "../../support/overlap.ts";
import { at, call } from "../../support/stack.ts";

const ROUNDS = 10;
const LOCK = /perform 1 from public\.organizations where id = old\.organization_id for no key update;/;

type Admin = Visitor & { membership: string };

/** A new organization with two admins. */
async function organization(): Promise<{ id: string; admins: [Admin, Admin] }> {
  const id = String(
    await sqlValue(
      "insert into public.organizations (kind, name, time_zone) values ('hospital', 'Race ' || gen_random_uuid(), 'UTC') returning id",
    ),
  );
  const [one, other] = await newVisitors(2);
  if (one === undefined || other === undefined) throw new Error("Nobody was made");
  const admin = async (person: Visitor): Promise<Admin> => {
    const membership = await sqlValue(
      "insert into public.memberships (user_id, organization_id, role) values ($1, $2, 'admin') returning id",
      [person.userId, id],
    );
    return { ...person, membership: String(membership) };
  };
  return { id, admins: [await admin(one), await admin(other)] };
}

const adminsOf = (organization: string) =>
  sqlValue(
    "select count(*)::int from public.memberships where organization_id = $1 and role = 'admin' and status = 'active'",
    [organization],
  );

/** Two admins who suspend each other in transactions that overlap: the code of each refusal, or `done`. */
async function suspendEachOther([one, other]: [Admin, Admin]): Promise<string[]> {
  const clients = [await connection(), await connection()] as const;
  const suspend = async (client: pg.Client, { membership }: Admin): Promise<string> => {
    try {
      const { rowCount } = await client.query("update public.memberships set status = 'suspended' where id = $1", [
        membership,
      ]);
      return rowCount === 1 ? "done" : "nothing";
    } catch (error) {
      if (error instanceof pg.DatabaseError) return error.code ?? "unknown";
      throw error;
    }
  };
  try {
    for (const [index, actor] of [one, other].entries()) {
      await clients[index]?.query("begin");
      await actAs(clients[index] ?? clients[0], { role: "authenticated", userId: actor.userId });
    }
    const first = await suspend(clients[0], other);
    const second = suspend(clients[1], one);
    await sql().query("select pg_sleep(0.2)");
    await clients[0].query("commit");
    const outcomes = [first, await second];
    await clients[1].query("commit");
    return outcomes;
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

test("of two admins who suspend each other at once one stays, in each of 10 rounds", async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const { id, admins: [one, other] } = await organization();
    const suspend = (by: Admin, whom: Admin) =>
      call(`/admin/memberships/${whom.membership}/suspend`, { token: by.token, method: "POST" });
    const answers = await Promise.all([suspend(one, other), suspend(other, one)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    // Whoever comes second finds the other one left alone, or is suspended: before the request, or while it is looked at.
    const refused = answers.find(({ status }) => status !== 200);
    expect(["last_admin", "account_suspended", "not_found"]).toContain(at(refused?.body, "/code"));
    expect(await adminsOf(id)).toBe(1);
  }
});

test("the second waits for the first and is told that an admin has to stay", async () => {
  const { id, admins } = await organization();
  expect(await suspendEachOther(admins)).toEqual(["done", "PT409"]);
  expect(await adminsOf(id)).toBe(1);
});

test("the negative control: without the lock of the organization nobody stays", async () => {
  const { id, admins } = await organization();
  await without("private.keep_one_admin()", LOCK, async () => {
    expect(await suspendEachOther(admins)).toEqual(["done", "done"]);
  });
  expect(await adminsOf(id)).toBe(0);
});

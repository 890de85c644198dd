import { beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sql, sqlValue } from "../../support/database.ts";
import {
  FIRST_PASSWORD,
  HOSPITAL,
  invite,
  newColleague,
  newMember,
  newOrganization,
  newPerson,
} from "../../support/people.ts";
import { call, gateway, listAt, signIn, textAt, uniqueEmail } from "../../support/stack.ts";

beforeEach(resetLimits);

const PHARMACY = "10000000-0000-4000-8000-000000000002";
const membershipsOf = async (id: string) =>
  (await sql().query(
    "select role, status, is_prescriber from memberships where user_id = $1 and organization_id = $2 order by role",
    [id, HOSPITAL],
  )).rows;
const suspend = async (userId: string) => {
  const id = await sqlValue("select id from memberships where user_id = $1 and organization_id = $2", [
    userId,
    HOSPITAL,
  ]);
  const token = await signIn("admin@demo.health");
  const answer = await call(`/admin/memberships/${String(id)}/suspend`, { token, method: "POST" });
  expect(answer.status).toBe(200);
};
/** A second membership, so that the person is not suspended as a whole and gets to the database. */
const alsoAtThePharmacy = (userId: string) =>
  sqlValue(
    "insert into memberships (user_id, organization_id, role) values ($1, $2, 'pharmacy_staff') returning id",
    [userId, PHARMACY],
  );
const accept = (token: string, invitation: string) =>
  call("/auth/invitations/accept", { token, body: { token: invitation } });

describe("a suspension", () => {
  test("is not lifted by an invitation that was left over, by either door", async () => {
    const colleague = await newColleague();
    await alsoAtThePharmacy(colleague.id);
    const leftOver = [await invite(colleague.email), await invite(colleague.email)];
    await suspend(colleague.id);
    const byFunction = await accept(colleague.token, leftOver[0] ?? "");
    const byDataApi = await gateway("/rest/v1/rpc/accept_invitation", {
      token: colleague.token,
      body: { p_input: { token: leftOver[1] } },
    });
    expect([byFunction.status, byDataApi.status]).toEqual([422, 422]);
    expect(await membershipsOf(colleague.id)).toEqual([
      { role: "hospital_staff", status: "suspended", is_prescriber: false },
    ]);
  });

  test.each(["hospital_staff", "privacy_officer"])("is not lifted by a later invitation as %s", async (role) => {
    const colleague = await newColleague();
    await alsoAtThePharmacy(colleague.id);
    await suspend(colleague.id);
    const invitation = await invite(colleague.email);
    await sqlValue(
      "update invitations set role = $2 where email = $1 and accepted_at is null and revoked_at is null returning id",
      [colleague.email, role],
    );
    expect(await accept(colleague.token, invitation)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await membershipsOf(colleague.id)).toEqual([
      { role: "hospital_staff", status: "suspended", is_prescriber: false },
    ]);
  });

  test("and an invitation that is accepted at the same moment wait for each other", async () => {
    for (let round = 0; round < 4; round++) {
      const colleague = await newColleague();
      await alsoAtThePharmacy(colleague.id);
      const tokens = [await invite(colleague.email), await invite(colleague.email)];
      const [, ...accepted] = await Promise.all([
        suspend(colleague.id),
        ...tokens.map((token) => accept(colleague.token, token)),
      ]);
      for (const { status } of accepted) expect([409, 422]).toContain(status);
      expect(await membershipsOf(colleague.id)).toMatchObject([{ status: "suspended" }]);
    }
  });

  test("is not lifted by a login that is deleted and registered anew", async () => {
    const colleague = await newColleague();
    const invitation = await invite(colleague.email);
    await suspend(colleague.id);
    await sql().query("delete from auth.users where id = $1", [colleague.id]);
    await expect(newPerson({ invitation_token: invitation }, colleague.email)).rejects.toThrow("invitation_invalid");
    await sql().query("delete from auth.users where email = $1", [colleague.email]);
    const anew = await newPerson({}, colleague.email);
    expect(await membershipsOf(anew.id)).toEqual([]);
    expect((await accept(anew.token, invitation)).status).toBe(422);
  });

  test("keeps an admin from inviting the person again", async () => {
    const colleague = await newColleague();
    await suspend(colleague.id);
    const body = { organization_id: HOSPITAL, email: colleague.email, role: "privacy_officer" };
    const answer = await call("/admin/invitations", { token: await signIn("admin@demo.health"), body });
    expect(answer).toMatchObject({ status: 409, body: { code: "conflict", errors: [{ pointer: "/email" }] } });
  });
});

describe("a suspension of a person who has two logins", () => {
  const second = (email: string) => email.replace("@", "+two@");

  test("is not led past by an invitation to the other, made before or afterwards", async () => {
    const colleague = await newColleague();
    const other = await newPerson({}, second(colleague.email));
    const leftOver = await invite(other.email);
    await suspend(colleague.id);
    expect(await accept(other.token, leftOver)).toMatchObject({ status: 422 });
    expect(await accept(other.token, await invite(other.email))).toMatchObject({ status: 409 });
    expect(await membershipsOf(other.id)).toEqual([]);
    const body = { organization_id: HOSPITAL, email: other.email, role: "hospital_staff" };
    const answer = await call("/admin/invitations", { token: await signIn("admin@demo.health"), body });
    expect(answer).toMatchObject({ status: 409, body: { errors: [{ pointer: "/email" }] } });
  });

  test("is not lifted by the other, by either door", async () => {
    const { id: hospital } = await newOrganization("hospital");
    const one = await newMember(hospital, "admin");
    const other = await newPerson({}, second(one.email));
    await sqlValue("insert into memberships (user_id, organization_id, role) values ($1, $2, 'admin') returning id", [
      other.id,
      hospital,
    ]);
    const id = String(
      await sqlValue("update memberships set status = 'suspended' where user_id = $1 returning id", [one.id]),
    );
    const { token } = other;
    expect((await call(`/admin/memberships/${id}/activate`, { token, method: "POST" })).status).toBe(403);
    const direct = await gateway(`/rest/v1/memberships?id=eq.${id}`, {
      token,
      method: "PATCH",
      body: { status: "active" },
    });
    expect(direct.status).toBe(403);
    expect(await sqlValue("select status from memberships where id = $1", [id])).toBe("suspended");
  });
});

test("a suspension of an admin takes the open invitations along that they made", async () => {
  const { id: hospital, admin } = await newOrganization("hospital");
  const other = await newMember(hospital, "admin");
  const body = { organization_id: hospital, email: uniqueEmail(), role: "hospital_staff" };
  const made = await call("/admin/invitations", { token: admin.token, body });
  expect(made.status).toBe(201);
  const id = await sqlValue("select id from memberships where user_id = $1", [admin.id]);
  const answer = await call(`/admin/memberships/${String(id)}/suspend`, { token: other.token, method: "POST" });
  expect(answer.status).toBe(200);
  expect(await sqlValue("select revoked_at from invitations where id = $1", [textAt(made.body, "/id")])).not.toBeNull();
});

test("an invitation changes nothing of a role that the person has", async () => {
  const colleague = await newColleague();
  await sql().query(
    "update memberships set is_prescriber = true, licence_number = 'DE-1', position = 'Head' where user_id = $1",
    [colleague.id],
  );
  const answer = await accept(colleague.token, await invite(colleague.email));
  expect(answer).toMatchObject({ status: 409, body: { code: "conflict" } });
  const me = await call("/auth/me", { token: colleague.token });
  expect(listAt(me.body, "/memberships")).toMatchObject([{ is_prescriber: true, position: "Head", status: "active" }]);
});

test("nothing is made of a registration before its address is confirmed", async () => {
  const email = uniqueEmail();
  const names = { given_name: "Nobody", family_name: "Yet" };
  await gateway("/auth/v1/signup", { body: { email, password: FIRST_PASSWORD, data: names } });
  expect(await sqlValue("select count(*)::int from auth.users where email = $1", [email])).toBe(1);
  expect(await sqlValue("select count(*)::int from profiles where email = $1", [email])).toBe(0);
  expect(await sqlValue("select count(*)::int from patients where email = $1", [email])).toBe(0);
});

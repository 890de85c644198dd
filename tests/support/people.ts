import { createHash, randomBytes, randomUUID } from "node:crypto";
import { DatabaseError } from "pg";
import { z } from "zod";
import { actAs, sql, sqlValue } from "./database.ts";
import { call, gateway, lastMailTo, type Mail, mailsTo, textAt, uniqueEmail } from "./stack.ts";
import { tokenOf } from "./tokens.ts";

/** The password that people made by tests start with. */
export const FIRST_PASSWORD = "First-Password-2026";
/** Demo General Hospital of the seeds. */
export const HOSPITAL = "10000000-0000-4000-8000-000000000001";

/** A confirmed account and a session of it. */
export type Person = { id: string; email: string; token: string };

/** The code in a mail of Auth. */
export function codeIn(mail: Mail): string {
  const code = /\b\d{10}\b/.exec(mail.text)?.[0];
  if (code === undefined) throw new Error(`There is no code in: ${mail.text}`);
  return code;
}

const session = z.object({ access_token: z.string(), refresh_token: z.string(), user: z.object({ id: z.string() }) });

/** What `complete_registration` takes, out of the data of a sign-up; the token of an invitation by its name there. */
function personOf(data: Record<string, unknown>): Record<string, unknown> {
  const { given_name, family_name, birth_date, phone, language, time_zone, invitation_token: token } = data;
  return { given_name, family_name, birth_date, phone, language, time_zone, token };
}

/** A new person as a registration leaves them, with a session opened by a mailed code. Made by SQL, which is fast. */
export async function newPerson(data: Record<string, unknown> = {}, email = uniqueEmail()): Promise<Person> {
  const named = { given_name: "Test", family_name: "Person", ...data };
  const [id, session_id] = [randomUUID(), randomUUID()];
  const client = await sql().connect();
  try {
    await client.query("begin");
    await client.query(
      `insert into auth.users (instance_id, id, aud, role, email, raw_app_meta_data, created_at, updated_at,
         confirmation_token, recovery_token, email_change_token_new, email_change)
       values ('00000000-0000-0000-0000-000000000000', $1, 'authenticated', 'authenticated', lower($2),
         '{"provider": "email", "providers": ["email"]}', now(), now(), '', '', '', '')`,
      [id, email],
    );
    // What is given before the address is confirmed does not count, as in a registration.
    await client.query(`
      update auth.users set email_confirmed_at = now() where id = '${id}';
      update auth.users set encrypted_password = extensions.crypt('${FIRST_PASSWORD}', extensions.gen_salt('bf', 4))
      where id = '${id}';
      insert into auth.identities
        (id, user_id, provider_id, identity_data, provider, last_sign_in_at, created_at, updated_at)
      select gen_random_uuid(), id, id::text,
        jsonb_build_object('sub', id, 'email', email, 'email_verified', true), 'email', now(), now(), now()
      from auth.users where id = '${id}';
      insert into auth.sessions (id, user_id, aal, created_at, updated_at)
      values ('${session_id}', '${id}', 'aal1', now(), now());
      insert into auth.mfa_amr_claims (id, session_id, authentication_method, created_at, updated_at)
      values (gen_random_uuid(), '${session_id}', 'otp', now(), now())`);
    await actAs(client, { role: "authenticated", userId: id });
    await client.query("select public.complete_registration($1)", [personOf(named)]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    const hint = error instanceof DatabaseError ? error.hint : undefined;
    throw new Error(`${email} cannot register: ${hint}`, { cause: error });
  } finally {
    client.release();
  }
  return { id, email, token: await tokenOf(id, { email, session_id }) };
}

/** The same by way of the Auth API, for tests of just that: signs up, confirms, sets the password, registers. */
export async function signedUp(
  data: Record<string, unknown> = {},
  email = uniqueEmail(),
): Promise<Person & { refreshToken: string }> {
  const named = { given_name: "Test", family_name: "Person", ...data };
  const asked = await gateway("/auth/v1/signup", { body: { email, password: FIRST_PASSWORD, data: named } });
  if (asked.status !== 200) throw new Error(`${email} cannot sign up: ${JSON.stringify(asked.body)}`);
  const code = codeIn(await lastMailTo(email));
  const opened = await confirmed(email, code);
  const set = await gateway("/auth/v1/user", {
    method: "PUT",
    token: opened.access_token,
    body: { password: FIRST_PASSWORD },
  });
  if (set.status !== 200) throw new Error(`${email} cannot set a password: ${JSON.stringify(set.body)}`);
  const completed = await gateway("/rest/v1/rpc/complete_registration", {
    token: opened.access_token,
    body: { p_input: personOf(named) },
  });
  if (completed.status !== 200) throw new Error(`${email} cannot register: ${JSON.stringify(completed.body)}`);
  return { id: opened.user.id, email, token: opened.access_token, refreshToken: opened.refresh_token };
}

/** Lets the pause pass that Auth makes between two mails to an address. */
export async function mayGetMail(email: string): Promise<void> {
  await sql().query(
    `update auth.users
     set confirmation_sent_at = confirmation_sent_at - pause, recovery_sent_at = recovery_sent_at - pause,
       email_change_sent_at = email_change_sent_at - pause, reauthentication_sent_at = reauthentication_sent_at - pause
     from (select interval '2 seconds' as pause) as passed where email = $1`,
    [email],
  );
}

/** Confirms an address at the Auth API and answers the session, of somebody who has no password yet and is nobody. */
export async function confirmed(email: string, token: string): Promise<z.infer<typeof session>> {
  return session.parse((await gateway("/auth/v1/verify", { body: { type: "signup", email, token } })).body);
}

/** A new person who came in as staff of the demo hospital. */
export async function newColleague(data: Record<string, unknown> = {}): Promise<Person> {
  const email = uniqueEmail("colleague");
  return await newPerson({ ...data, invitation_token: await invite(email) }, email);
}

/** What a person may be in an organization. */
export type Role = "hospital_staff" | "pharmacy_staff" | "admin" | "privacy_officer";

/** Opens an organization of a name of its own, as the operator does, with a new person as its first admin. */
export async function newOrganization(
  kind: "hospital" | "pharmacy" | "laboratory",
): Promise<{ id: string; admin: Person }> {
  const admin = await newPerson();
  const id = await sqlValue(
    "select private.open_organization($1, 'Tried ' || gen_random_uuid(), 'Europe/Berlin', $2)",
    [
      kind,
      admin.email,
    ],
  );
  return { id: String(id), admin };
}

/** A new person who is something in an organization. */
export async function newMember(organizationId: string, role: Role): Promise<Person> {
  const person = await newPerson();
  await sqlValue("insert into public.memberships (user_id, organization_id, role) values ($1, $2, $3) returning id", [
    person.id,
    organizationId,
    role,
  ]);
  return person;
}

/** Invites an address into the demo hospital and answers the token. */
export async function invite(email: string, validFor = "1 day"): Promise<string> {
  const token = randomBytes(24).toString("base64url");
  const hash = createHash("sha256").update(token).digest("hex");
  await sqlValue(
    `with made as (
       insert into public.invitations (organization_id, email, role, position, expires_at)
       values ($1, $2, 'hospital_staff', 'Nurse', now() + $4::interval) returning id)
     insert into private.invitation_tokens (invitation_id, token_hash) select id, $3 from made returning invitation_id`,
    [HOSPITAL, email, hash, validFor],
  );
  return token;
}

/** Asks a route that sends mail and answers the code of the mail that came of it. */
export async function codeSentBy(path: string, body: { email: string } & Record<string, unknown>): Promise<string> {
  const known = (await mailsTo(body.email)).length;
  const asked = await call(path, { body });
  if (asked.status !== 202) throw new Error(`${path} answered ${asked.status} ${JSON.stringify(asked.body)}`);
  return codeIn(await lastMailTo(body.email, known));
}

/** Signs in through the function and answers the access token. */
export async function logIn(email: string, password: string): Promise<string> {
  const answer = await call("/auth/login", { body: { email, password } });
  return textAt(answer.body, "/access_token");
}

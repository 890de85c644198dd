import { beforeEach, expect, test } from "vitest";
import { resetLimits } from "../../support/database.ts";
import { codeIn, codeSentBy, FIRST_PASSWORD, mayGetMail, newPerson } from "../../support/people.ts";
import { call, gateway, lastMailTo, mailsTo, stackInfo, uniqueEmail } from "../../support/stack.ts";

beforeEach(resetLimits);

const person = (email: string) => ({
  email,
  password: FIRST_PASSWORD,
  given_name: "Ada",
  family_name: "Adler",
});
/** Every address in a mail, followed as a scanner does that looks for harmful pages before a person opens the mail. */
async function scan(text: string): Promise<void> {
  for (const [link] of text.matchAll(/https?:\/\/[^\s"'<>]+/g)) await fetch(link, { redirect: "manual" });
}

test("a scanner that follows what is in a mail spends no code", async () => {
  const email = uniqueEmail();
  await codeSentBy("/auth/register", person(email));
  const mail = await lastMailTo(email);
  await scan(mail.html + mail.text);
  const confirmed = await call("/auth/confirm", { body: { ...person(email), code: codeIn(mail) } });
  expect(confirmed.status).toBe(200);

  const known = (await mailsTo(email)).length;
  await call("/auth/password-reset", { body: { email } });
  const reset = await lastMailTo(email, known);
  await scan(reset.html + reset.text);
  const body = { email, code: codeIn(reset), new_password: "Second-Password-2026" };
  expect((await call("/auth/password-reset/confirm", { body })).status).toBe(200);
});

test("no code is spent by a link, not even by one that somebody makes up", async () => {
  const email = uniqueEmail();
  const code = await codeSentBy("/auth/register", person(email));
  for (const token of [code, "made-up"]) {
    for (const type of ["signup", "recovery", "magiclink", "email_change"]) {
      const link = `${stackInfo().url}/auth/v1/verify?token=${token}&type=${type}&email=${encodeURIComponent(email)}`;
      for (const method of ["GET", "HEAD"]) {
        const followed = await fetch(link, { method, redirect: "manual" });
        expect(followed.status).toBe(405);
        expect(followed.headers.get("location")).toBeNull();
      }
    }
  }
  expect((await call("/auth/confirm", { body: { ...person(email), code } })).status).toBe(200);
});

test("mails are in the language of the latest registration, and then of the profile", async () => {
  const email = uniqueEmail();
  await call("/auth/register", { body: { ...person(email), language: "fr" } });
  expect((await lastMailTo(email)).subject).toBe("Confirm your e-mail address");
  await mayGetMail(email);
  await call("/auth/register", { body: { ...person(email), language: "de-AT" } });
  const german = await lastMailTo(email, 1);
  expect(german.subject).toBe("Ihre E-Mail-Adresse bestätigen");
  expect(german.text).toContain("Der Code gilt eine Stunde");

  const { email: other, token } = await newPerson();
  const resetMail = async () => {
    const known = (await mailsTo(other)).length;
    await call("/auth/password-reset", { body: { email: other } });
    return (await lastMailTo(other, known)).subject;
  };
  expect(await resetMail()).toBe("Set a new password");
  await call("/auth/profile", { method: "PATCH", token, body: { language: "de" } });
  await mayGetMail(other);
  expect(await resetMail()).toBe("Neues Passwort festlegen");
});

test("a change of address writes to both, and tells each code to its own address alone", async () => {
  const { email, token } = await newPerson({ language: "de" });
  const next = uniqueEmail("next");
  const known = (await mailsTo(email)).length;
  await gateway("/auth/v1/user", { method: "PUT", token, body: { email: next } });
  const [present, coming] = [await lastMailTo(email, known), await lastMailTo(next)];
  for (const mail of [present, coming]) {
    expect(mail.subject).toBe("Die neue E-Mail-Adresse bestätigen");
    expect(mail.text).toContain(next);
  }
  expect(codeIn(present)).not.toBe(codeIn(coming));
  expect(coming.text + coming.html).not.toContain(email);
});

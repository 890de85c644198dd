import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newPatient, uniqueName } from "../support/patients.ts";
import { call, lastMailTo, signIn, stackInfo, textAt } from "../support/stack.ts";

/** All that the parts of the stack have logged so far. */
function logs(): string {
  const folder = join(stackInfo().dataDir, "logs");
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
}

test("no log holds personal data, whatever succeeds or fails", async () => {
  const name = uniqueName();
  const email = `${name.toLowerCase()}@logs.example`;
  const number = name.toUpperCase().slice(0, 20);
  const token = await signIn("doctor@demo.health");
  const nationalId = { country: "DE", value: number };

  await newPatient({ family_name: name, national_id: nationalId, email, phone: "+493055512399" });
  const twice = await call("/patients", {
    token,
    body: { given_name: "A", family_name: name, national_id: nationalId },
  });
  expect(twice.status).toBe(409);
  const refused = await call("/patients", { token, body: { given_name: "<b>", family_name: name } });
  expect(refused.status).toBe(422);
  await call("/patients/search", { token, body: { name, birth_date: "1990-02-30" } });
  await call("/patients/search", { token, body: { name }, headers: { "x-request-id": "logs-test" } });
  const registration = { email, password: `${name}-Password`, given_name: "Ada", family_name: name };
  await Promise.all([1, 2, 3].map(() => call("/auth/register", { body: registration })));
  await lastMailTo(email);
  await call("/auth/login", { body: { email, password: `${name}-Wrong-1` } });

  const text = logs();
  expect(text).toContain("logs-test");
  for (const secret of [name, name.toLowerCase(), number, "+493055512399"]) expect(text).not.toContain(secret);
});

test("no log holds the token of a calendar feed, whether it opens something or not", async () => {
  const made = await call("/appointments/feeds", {
    token: await signIn("patient@demo.health"),
    body: { calendar: "patient", name: "For the logs" },
  });
  const token = textAt(made.body, "/token");
  const path = `/appointments/feeds/${token}/calendar.ics`;
  const read = (method: string) => call(path, { method, headers: { "x-request-id": "logs-feed" } });
  expect((await read("GET")).status).toBe(200);
  expect((await read("PUT")).status).toBe(405);
  expect((await call(`${path}?a=1`)).status).toBe(422);
  expect((await call(`${path}/more`)).status).toBe(404);
  const revoke = `/appointments/feeds/${textAt(made.body, "/id")}/revoke`;
  expect((await call(revoke, { token: await signIn("patient@demo.health"), method: "POST" })).status).toBe(200);
  expect((await read("GET")).status).toBe(404);

  const text = logs();
  expect(text).toContain("/appointments/feeds/:token/calendar.ics");
  expect(text).toContain("logs-feed");
  expect(text).not.toContain(token);
});

import { expect, test } from "vitest";
import { sendFromDatabase } from "../realtime/support/target.ts";
import { sqlValue } from "../support/database.ts";
import { uniqueName } from "../support/patients.ts";
import { FIRST_PASSWORD, HOSPITAL, newColleague, newPerson } from "../support/people.ts";
import { call, freshSession, signIn, stackInfo } from "../support/stack.ts";
import { tell } from "../support/told.ts";
import { inBrowser, openLivePage, signInOn } from "./support/browser.ts";
import { channelsOn, connectionIs, eventually, settledOn, shows } from "./support/told-on-page.ts";

const DOCTOR = "30000000-0000-4000-8000-000000000002";
const NORTH_HOSPITAL = "20000000-0000-4000-8000-000000000001";

inBrowser("the live page", () => {
  test("shows a doctor which channels they may join, and what happens there", async () => {
    const { page, complaints, violations, strays, sockets } = await openLivePage();
    await signInOn(page, "doctor@demo.health");
    expect(await settledOn(page)).toEqual({
      [`user:${DOCTOR}`]: "joined",
      [`org:${HOSPITAL}:appointments`]: "joined",
      [`org:${HOSPITAL}:inventory`]: "refused",
      [`org:${HOSPITAL}:orders`]: "joined",
      [`org:${HOSPITAL}:labs`]: "joined",
    });
    await connectionIs(page, "live");

    const foreign = `org:${NORTH_HOSPITAL}:labs`;
    await page.getByLabel("Another topic").fill(foreign);
    await page.getByLabel("Another topic").press("Enter");
    await eventually(async () => (await channelsOn(page))[foreign]).toBe("refused");
    await sendFromDatabase(foreign, "lab.foreign", { at: new Date().toISOString() });
    await sendFromDatabase(`org:${HOSPITAL}:labs`, "lab.own", { at: new Date().toISOString(), status: "final" });
    const events = page.locator("#events li");
    await eventually(() => events.allInnerTexts()).toEqual([expect.stringContaining("lab.own")]);

    expect(await page.getByRole("link").evaluateAll((links) => links.map((link) => link.getAttribute("href")))).toEqual(
      ["/docs", "/redoc", "/functions/v1/docs/openapi.json", "/mailbox", "/health"],
    );
    expect({ complaints, violations, strays }).toEqual({ complaints: [], violations: [], strays: [] });
    expect(sockets.map((address) => address.replace(/\?.*/, ""))).toEqual([
      `${stackInfo().url.replace("http", "ws")}/realtime/v1/websocket`,
    ]);
  });

  test("shows a patient at once that a stranger has opened their chart, and marks it as read", async () => {
    const who = { family_name: uniqueName(), given_name: "Nora", birth_date: "1970-05-06" };
    const patient = await newPerson(who);
    const { page, complaints, violations, strays } = await openLivePage();
    await signInOn(page, patient.email, FIRST_PASSWORD);
    expect(await settledOn(page)).toEqual({ [`user:${patient.id}`]: "joined" });
    await shows(page, [], 0);

    const emergency = { purpose: "emergency_treatment", reason: "Unconscious, no relatives present" };
    const token = await signIn("doctor@north.health");
    expect((await call("/patients/break-glass", { token, body: { ...who, ...emergency } })).status).toBe(201);
    await shows(page, ["Your chart was opened in an emergency"], 1);
    expect(await page.locator("#arrived").innerText()).toBe("New: Your chart was opened in an emergency");

    await tell(patient.id, { link: "/appointments" });
    await shows(page, ["Told by a test", "Your chart was opened in an emergency"], 2);
    await page.getByRole("button", { name: "Mark as read: Your chart" }).click();
    await eventually(() => page.locator("#unread").innerText()).toBe("1");
    expect(await page.locator("#notifications li.unread").allInnerTexts()).toEqual([
      expect.stringContaining("Told by a test"),
    ]);
    await page.getByRole("button", { name: "Mark all as read" }).click();
    await eventually(() => page.locator("#unread").innerText()).toBe("0");

    await page.reload();
    await settledOn(page);
    await shows(page, ["Told by a test", "Your chart was opened in an emergency"], 0);
    expect({ complaints, violations, strays }).toEqual({ complaints: [], violations: [], strays: [] });
  });

  test("tells staff what an administrator changes, and closes the channels of whoever is suspended", async () => {
    const colleague = await newColleague();
    const membership = `/admin/memberships/${
      String(await sqlValue("select id from public.memberships where user_id = $1", [colleague.id]))
    }`;
    const { page, complaints } = await openLivePage();
    await signInOn(page, colleague.email, FIRST_PASSWORD);
    const labs = `org:${HOSPITAL}:labs`;
    expect((await settledOn(page))[labs]).toBe("joined");
    const token = await signIn("admin@demo.health");
    const body = { is_prescriber: true, licence_number: "DE-78" };
    expect((await call(membership, { token, method: "PATCH", body })).status).toBe(200);
    await shows(page, ["Your membership has changed"], 1);
    expect((await settledOn(page))[labs]).toBe("joined");
    expect(complaints).toEqual([]);

    expect((await call(`${membership}/suspend`, { token, method: "POST" })).status).toBe(200);
    await eventually(() => page.getByRole("alert").innerText()).toMatch(/^This account is suspended/);
    await eventually(async () => new Set(Object.values(await channelsOn(page)))).toEqual(
      new Set(["refused"]),
    );
    await connectionIs(page, "no channel");
  });

  test("leaves nothing of a person who was signed out by another device", async () => {
    const patient = await newPerson();
    await tell(patient.id);
    const { page } = await openLivePage();
    await signInOn(page, patient.email, FIRST_PASSWORD);
    await settledOn(page);
    const { access_token: token } = await freshSession(patient.email, FIRST_PASSWORD);
    expect((await call("/auth/logout", { token, body: { scope: "global" } })).status).toBe(204);
    await eventually(() => page.getByRole("alert").innerText()).toBe("Signed out.");
    expect(await page.evaluate(() => document.body.textContent)).not.toContain(patient.email);
  });

  test("tells a wrong password, and lets the right one in", async () => {
    const { page, complaints } = await openLivePage();
    await signInOn(page, "doctor@demo.health", "Wrong-Password-2026!");
    await eventually(() => page.getByRole("alert").innerText()).toBe("Email or password is wrong.");
    expect(await page.locator("#live").isVisible()).toBe(false);
    expect(complaints).toEqual([expect.stringContaining("the server responded with a status of 400")]);
    await signInOn(page, "doctor@demo.health");
    await settledOn(page);
    expect(await page.getByRole("alert").textContent()).toBe("");
  });

  test("leaves nothing of a person who has signed out, by keyboard alone", async () => {
    const patient = await newPerson();
    await tell(patient.id);
    const { page, complaints } = await openLivePage();
    await page.getByLabel("Account").selectOption("");
    await page.getByLabel("Email").fill(patient.email);
    await page.getByLabel("Password").fill(FIRST_PASSWORD);
    await page.keyboard.press("Enter");
    await shows(page, ["Told by a test"], 1);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await eventually(() => page.getByRole("alert").innerText()).toBe("Signed out.");
    await tell(patient.id, { title: "Told too late" });
    expect(await page.locator("#live").isVisible()).toBe(false);
    expect(await page.evaluate(() => document.body.textContent)).not.toContain(patient.email);

    await signInOn(page, "doctor@north.health");
    await settledOn(page);
    expect(await page.evaluate(() => document.body.textContent)).not.toMatch(/Told/);
    expect(complaints).toEqual([]);
  });

  test("lets two tabs be two people", async () => {
    const [one, two] = [await newPerson(), await newPerson()];
    const { page, context } = await openLivePage();
    const other = await context.newPage();
    await other.goto(stackInfo().url);
    await signInOn(page, one.email, FIRST_PASSWORD);
    await settledOn(page);
    await signInOn(other, two.email, FIRST_PASSWORD);
    await settledOn(other);
    await tell(one.id, { title: "For one" });
    await tell(two.id, { title: "For the other" });
    await shows(page, ["For one"], 1);
    await shows(other, ["For the other"], 1);
    expect(await channelsOn(page)).toEqual({ [`user:${one.id}`]: "joined" });
  });
});

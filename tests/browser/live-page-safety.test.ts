import { expect, test } from "vitest";
import { sendFromDatabase } from "../realtime/support/target.ts";
import { FIRST_PASSWORD, newPerson } from "../support/people.ts";
import { inBrowser, openLivePage, signInOn } from "./support/browser.ts";
import { channelsOn, eventually, settledOn, shows } from "./support/told-on-page.ts";

inBrowser("the live page", () => {
  test("shows markup as text, wherever it comes from", async () => {
    const patient = await newPerson();
    const hostile = "<img src=x onerror=\"document.title='taken over'\">";
    const { page, context, complaints, violations, strays } = await openLivePage();
    await context.route("**/functions/v1/notifications?*", (route) =>
      route.fulfill({
        json: {
          data: [{
            id: hostile,
            version: 1,
            title: hostile,
            body: hostile,
            link: hostile,
            created_at: "2026-01-01T00:00:00Z",
            read_at: null,
          }],
          unread: 1,
        },
      }));
    await signInOn(page, patient.email, FIRST_PASSWORD);
    await settledOn(page);
    await sendFromDatabase(`user:${patient.id}`, hostile, { status: hostile, at: new Date().toISOString() });
    await shows(page, [hostile], 1);
    await eventually(() => page.locator("#events li").allInnerTexts()).toEqual([expect.stringContaining(hostile)]);
    await page.getByLabel("Another topic").fill(hostile);
    await page.getByLabel("Another topic").press("Enter");
    await eventually(async () => (await channelsOn(page))[hostile]).toBe("refused");
    expect(await page.locator("img").count()).toBe(0);
    expect({ complaints, violations, strays }).toEqual({ complaints: [], violations: [], strays: [] });
  });

  test("fits a phone, and is dark where people want it", async () => {
    const { page } = await openLivePage({ viewport: { width: 320, height: 640 }, colorScheme: "dark" });
    await signInOn(page, "doctor@demo.health");
    await settledOn(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe("rgb(255, 255, 255)");
  });

  test("runs no script but its own, and the tests would see one that asks elsewhere", async () => {
    const { page, violations, strays } = await openLivePage();
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.append("document.title = 'taken over'");
      document.body.append(script);
    });
    await page.evaluate(() => fetch("https://elsewhere.example/").catch(() => undefined));
    await eventually(() => violations.length).toBe(2);
    expect(violations).toEqual([
      expect.stringMatching(/^(script-src|require-trusted-types-for)/),
      expect.stringContaining("connect-src https://elsewhere.example"),
    ]);
    expect(await page.title()).toBe("Health Ecosystem Hub");
    await page.goto("https://elsewhere.example/").catch(() => undefined);
    expect(strays).toEqual(["https://elsewhere.example/"]);
  });
});

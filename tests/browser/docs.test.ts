import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { call, signIn, stackInfo } from "../support/stack.ts";
import { inBrowser, openPage } from "./support/browser.ts";

/** The document describes every operation of the API: viewers take their time for it, on a busy machine most of all. */
const PATIENCE_MS = 90_000;
const PHONE = { width: 390, height: 844 };
const VIEWPORTS = [PHONE, { width: 1280, height: 800 }];

test("the description of the API comes through the gateway whole, and not again to who has it", async () => {
  const { status, body, headers } = await call("/docs/openapi.json");
  expect({ status, body }).toMatchObject({ status: 200, body: { openapi: "3.1.0" } });
  const again = await fetch(`${stackInfo().url}/functions/v1/docs/openapi.json`, {
    headers: { "if-none-match": headers.get("etag") ?? "" },
  });
  expect({ status: again.status, text: await again.text() }).toEqual({ status: 304, text: "" });
});

/** No page is wider than its window, on a desk or on a phone. */
async function fitsEveryWindow(page: Page): Promise<void> {
  for (const viewport of VIEWPORTS) {
    await page.setViewportSize(viewport);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(viewport.width);
  }
}

// A viewer takes seconds of processor time to show the document, so that each is opened once.
inBrowser("the pages of the API documentation", () => {
  test("show operations in Swagger UI on a phone and on a desk, and answer what is tried out", async () => {
    const { page, complaints, strays } = await openPage("/docs", { viewport: PHONE });
    const first = page.locator(".opblock-summary").first();
    await first.waitFor({ state: "visible", timeout: PATIENCE_MS });
    await first.scrollIntoViewIfNeeded();
    expect(await first.innerText()).toContain("/auth/register");
    await fitsEveryWindow(page);

    await page.locator(".auth-wrapper").getByRole("button", { name: "Authorize" }).click({ timeout: PATIENCE_MS });
    const dialog = page.locator(".modal-ux");
    await dialog.locator("input").first().fill(await signIn("doctor@demo.health"));
    await dialog.getByRole("button", { name: "Apply credentials" }).first().click();
    await dialog.getByRole("button", { name: "Close" }).first().click();
    const operation = page.locator(".opblock-get", { has: page.locator('[data-path="/auth/me"]') });
    // Swagger UI keeps in the page only what is in sight.
    while (!(await operation.isVisible())) await page.mouse.wheel(0, 200).then(() => page.waitForTimeout(100));
    await operation.locator(".opblock-summary-control").click();
    await operation.getByRole("button", { name: "Try it out" }).click({ timeout: PATIENCE_MS });
    await operation.getByRole("button", { name: "Execute" }).click();
    const answer = operation.locator(".live-responses-table .response");
    await answer.waitFor({ timeout: PATIENCE_MS });
    expect(await answer.locator(".response-col_status").innerText()).toMatch(/^200/);
    expect(await answer.innerText()).toContain("doctor@demo.health");
    await fitsEveryWindow(page);
    expect({ complaints, strays }).toEqual({ complaints: [], strays: [] });
  });

  test("show operations in ReDoc on a phone and on a desk", async () => {
    const { page, complaints, strays } = await openPage("/redoc", { viewport: PHONE });
    const operation = page.locator('[data-section-id*="/operation/"], [data-section-id*="/paths/"]').first();
    await operation.waitFor({ state: "visible", timeout: PATIENCE_MS });
    await operation.scrollIntoViewIfNeeded();
    expect(await operation.innerText()).toContain("application/json");
    await fitsEveryWindow(page);
    expect({ complaints, strays }).toEqual({ complaints: [], strays: [] });
  });
}, 4 * PATIENCE_MS);

import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Waits for what a page is about to show. */
export const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 10_000 });

/** The topics on the page and what became of each. */
export const channelsOn = (page: Page): Promise<Record<string, string | undefined>> =>
  page.locator("#channels li").evaluateAll((items) =>
    Object.fromEntries(items.map((item) => [item.querySelector("code")?.textContent, item.dataset.state]))
  );

/** Waits until the page shows that the connection is in a state. */
export const connectionIs = (page: Page, text: string): Promise<void> =>
  eventually(() => page.locator("#connection").innerText()).toBe(text);

/** Waits until every channel on the page was either joined or refused, and answers them. */
export async function settledOn(page: Page): Promise<Record<string, string | undefined>> {
  await eventually(async () => {
    const states = Object.values(await channelsOn(page));
    return states.length > 0 && states.every((state) => state === "joined" || state === "refused");
  }).toBe(true);
  return await channelsOn(page);
}

/** The titles of the notifications on the page, from the first to the last. */
export const titlesOn = (page: Page): Promise<string[]> => page.locator("#notifications li strong").allInnerTexts();

/** Waits until the page shows these notifications, the newest first, and how many are unread. */
export async function shows(page: Page, titles: string[], unread: number): Promise<void> {
  await eventually(() => titlesOn(page)).toEqual(titles);
  await eventually(() => page.locator("#unread").innerText()).toBe(String(unread));
}

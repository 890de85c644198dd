import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseState } from "../../supabase/local/stack-state.ts";
import { FIRST_PASSWORD, newPerson } from "../support/people.ts";
import { stackFile } from "../support/stack-info.ts";
import { stackInfo } from "../support/stack.ts";
import { tell } from "../support/told.ts";
import { inBrowser, openLivePage, signInOn, type Watched } from "./support/browser.ts";
import { connectionIs, eventually, settledOn, shows } from "./support/told-on-page.ts";

/** A patient who is signed in and listens. */
async function listening(): Promise<Watched & { id: string; email: string }> {
  const { id, email } = await newPerson();
  const watched = await openLivePage();
  await signInOn(watched.page, email, FIRST_PASSWORD);
  await settledOn(watched.page);
  return { ...watched, id, email };
}

/** Kills Realtime, which the stack starts again; answers the process that was killed. */
function killRealtime(): number {
  const state = parseState(readFileSync(stackFile(), "utf8"));
  const pid = state.pids.realtime;
  if (pid === undefined) throw new Error("Realtime does not run");
  process.kill(pid, "SIGKILL");
  return pid;
}

const realtimeReady = () =>
  fetch(`http://127.0.0.1:${stackInfo().ports.realtime}/ready`).then(({ ok }) => ok, () => false);

/** What a browser itself writes about a connection that fails; everything else is a complaint of the page. */
const ofTheNetwork = /WebSocket connection to|net::ERR_|status of 503/;

inBrowser("the live page, when something fails", () => {
  test("joins again after a restart of Realtime, and shows what was told meanwhile", async () => {
    const { page, id, complaints, sockets } = await listening();
    killRealtime();
    await connectionIs(page, "lost, connecting again");
    await tell(id, { title: "Told into the gap" });
    await shows(page, ["Told into the gap"], 1);
    await connectionIs(page, "live");
    await tell(id, { title: "Told afterwards" });
    await shows(page, ["Told afterwards", "Told into the gap"], 2);
    expect(sockets.length).toBeGreaterThan(1);
    expect(complaints.filter((line) => !ofTheNetwork.test(line))).toEqual([]);
  });

  test("says that it is offline, and fetches once it is not", async () => {
    const { page, context, id } = await listening();
    await context.setOffline(true);
    await connectionIs(page, "offline");
    killRealtime();
    await eventually(realtimeReady).toBe(true);
    await tell(id, { title: "Told while away" });
    await eventually(() => page.locator("#channels li").getAttribute("data-state")).toBe("lost");
    expect(await page.locator("#notifications li").count()).toBe(0);
    await context.setOffline(false);
    await shows(page, ["Told while away"], 1);
    await connectionIs(page, "live");
    await tell(id, { title: "Told afterwards" });
    await shows(page, ["Told afterwards", "Told while away"], 2);
  });

  test("says when the functions do not answer, and asks again by itself", async () => {
    const { page, context, id } = await listening();
    await context.route("**/functions/v1/**", (route) => route.abort("connectionrefused"));
    await tell(id, { title: "Told in vain" });
    await eventually(() => page.getByRole("alert").innerText()).toBe(
      "The stack does not answer. Is it running? Asking again every few seconds.",
    );
    await context.unroute("**/functions/v1/**");
    await shows(page, ["Told in vain"], 1);
    await eventually(() => page.getByRole("alert").textContent()).toBe("");
  });

  test("says what a refusal says, and does not repeat what was refused", async () => {
    const { page, context, id } = await listening();
    let asked = 0;
    await context.route("**/functions/v1/notifications**", (route) => {
      asked += 1;
      return route.fulfill({ status: 403, json: { detail: "This account is suspended." } });
    });
    await tell(id);
    await eventually(() => page.getByRole("alert").innerText()).toBe("This account is suspended.");
    await page.waitForTimeout(3_500);
    expect(asked).toBe(1);
  });

  test("says when nobody can be signed in or out, and forgets the person all the same", async () => {
    const { page, context, email } = await listening();
    await context.route("**/auth/v1/**", (route) => route.abort("connectionrefused"));
    await page.getByRole("button", { name: "Sign out" }).click();
    await eventually(() => page.getByRole("alert").innerText()).toMatch(/^Signed out here/);
    expect(await page.locator("#live").isVisible()).toBe(false);
    expect(await page.evaluate(() => Object.values(sessionStorage).join())).not.toContain(email);
    await signInOn(page, "doctor@demo.health");
    await eventually(() => page.getByRole("alert").innerText()).toBe(
      "The stack does not answer. Is it running?",
    );
  });

  test("says when it cannot even begin", async () => {
    const { page, context } = await openLivePage();
    await context.route("**/page/stack.json", (route) => route.abort("connectionrefused"));
    await page.reload();
    await eventually(() => page.getByRole("alert").innerText()).toBe(
      "The stack does not answer. Is it running? Start it with npm start, then load this page again.",
    );
  });
});

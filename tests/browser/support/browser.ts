import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, describe } from "vitest";
import { stackInfo } from "../../support/stack.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The Chromium of the machine, as its packages name it. */
const executablePath = (process.env.PATH ?? "").split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** Tests that need a real browser, which takes its time on a busy machine; skipped, and the reason printed, where there is none. */
export function inBrowser(name: string, tests: () => void, timeout = 60_000): void {
  describe.skipIf(executablePath === undefined)(name, { timeout }, tests);
}
if (executablePath === undefined) {
  process.stdout.write(`Tests in a browser are skipped: none of ${NAMES.join(", ")} is on the PATH.\n`);
}

let browser: Promise<Browser> | undefined;
const contexts = new Set<BrowserContext>();

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      // Chromium refuses its sandbox to root, which is who runs the tests in many containers.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
}

afterEach(async () => {
  await Promise.all([...contexts].map((context) => context.close()));
  contexts.clear();
});
afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});

/** What a page does that it should not. `complaints` are lines of the console of the kinds error and warning, and uncaught errors. */
export type Watched = {
  page: Page;
  context: BrowserContext;
  complaints: string[];
  violations: string[];
  /** Addresses outside of the stack that were asked for; none of these requests is let through. */
  strays: string[];
  /** The addresses of the sockets that were opened. */
  sockets: string[];
};

type Options = Parameters<Browser["newContext"]>[0];

/** Opens the live page in a browser profile of its own, and watches it. */
export const openLivePage = (options: Options = {}): Promise<Watched> => openPage("/", options);

/** Opens a page of the stack in a browser profile of its own, and watches it. */
export async function openPage(path: string, options: Options = {}): Promise<Watched> {
  browser ??= launch();
  const context = await (await browser).newContext(options);
  contexts.add(context);
  const watched = { context, complaints: [], violations: [], strays: [], sockets: [] };
  const page = await context.newPage();
  await watch({ page, ...watched });
  await page.goto(`${stackInfo().url}${path}`);
  return { page, ...watched };
}

async function watch({ page, context, complaints, violations, strays, sockets }: Watched): Promise<void> {
  const { host } = new URL(stackInfo().url);
  await context.route("**", async (route) => {
    const address = route.request().url();
    if (new URL(address).host === host) return await route.continue();
    strays.push(address);
    await route.abort();
  });
  page.on("websocket", (socket) => {
    sockets.push(socket.url());
    if (new URL(socket.url()).host !== host) strays.push(socket.url());
  });
  page.on("console", (line) => {
    if (["error", "warning"].includes(line.type())) complaints.push(line.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await context.exposeFunction("tellViolation", (what: string) => violations.push(what));
  await context.addInitScript(`addEventListener("securitypolicyviolation", (event) =>
    tellViolation(event.effectiveDirective + " " + event.blockedURI))`);
}

/** Signs in on the page, as a demo account or as one made by a test. */
export async function signInOn(page: Page, email: string, password?: string): Promise<void> {
  const isDemo = password === undefined;
  await page.getByLabel("Account").selectOption(isDemo ? email : "");
  if (!isDemo) {
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(password);
  }
  await page.getByRole("button", { name: "Sign in" }).click();
}

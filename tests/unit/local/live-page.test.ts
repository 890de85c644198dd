import { expect, test } from "vitest";
import { livePage } from "../../../supabase/local/gateway/live-page.ts";
import { route } from "../../../supabase/local/gateway/routes.ts";

const facts = {
  publishableKey: "sb_publishable_one",
  accounts: [{ email: "a@demo.health", password: "p", is: "patient" }],
};
const get = (name: string) => livePage(name, new Request(`http://127.0.0.1:54999${name}`), facts);

test.each(["/", "/page/live.js", "/page/elements.js", "/page/live.css", "/page/supabase.js", "/page/stack.json"])(
  "%s is served under a strict policy",
  (name) => {
    expect(route(name)).toEqual({ to: "page", name });
    const answer = get(name);
    expect(answer?.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws://127.0.0.1:54999; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    expect(answer?.headers.get("x-content-type-options")).toBe("nosniff");
  },
);

test("the page learns the key for browsers and the demo accounts, and nothing else", async () => {
  expect(await get("/page/stack.json")?.json()).toEqual(facts);
});

test.each(["/page/", "/page/index.html", "/page/../stack.json", "/page/live.ts"])(
  "%s is no file of the page",
  (name) => {
    expect(livePage(name, new Request("http://127.0.0.1:54999/"), facts)).toBeNull();
  },
);

test("the page asks for nothing but what the stack serves, and writes no HTML", async () => {
  const html = await get("/")?.text() ?? "";
  const addresses = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address]) => address ?? "");
  expect(addresses).toHaveLength(8);
  for (const address of addresses) expect(route(address).to, address).not.toBe("nowhere");
  for (const file of ["/page/live.js", "/page/elements.js"]) {
    expect(await get(file)?.text()).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
  }
});

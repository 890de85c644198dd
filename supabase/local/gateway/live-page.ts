import { readFileSync } from "node:fs";
import { join } from "node:path";
import { localFolder, nodeModules } from "../paths.ts";

/** What the live page has to know of the stack. None of it is secret: the key is for browsers, the accounts are those of the demo. */
export interface LivePageFacts {
  publishableKey: string;
  accounts: { email: string; password: string; is: string }[];
}

/** The files of the page: name in the URL, file, type. supabase-js is the bundle of its package, as it is published. */
const files: Record<string, [file: string, type: string]> = {
  "/": [join(localFolder, "page", "index.html"), "text/html"],
  "/page/live.css": [join(localFolder, "page", "live.css"), "text/css"],
  "/page/elements.js": [join(localFolder, "page", "elements.js"), "text/javascript"],
  "/page/live.js": [join(localFolder, "page", "live.js"), "text/javascript"],
  "/page/supabase.js": [join(nodeModules, "@supabase", "supabase-js", "dist", "umd", "supabase.js"), "text/javascript"],
};

/** The page at / on which one sees what arrives, its files and its facts; null for every other address. */
export function livePage(name: string, request: Request, facts: LivePageFacts): Response | null {
  if (name === "/page/stack.json") return Response.json(facts, { headers: headers(request) });
  const file = files[name];
  if (file === undefined) return null;
  const [path, type] = file;
  return new Response(readFileSync(path), {
    headers: { ...headers(request), "content-type": `${type}; charset=utf-8` },
  });
}

/** Scripts, styles and connections of the stack alone. The socket is named too, for browsers that do not count it as 'self'. */
function headers(request: Request): Record<string, string> {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ws://${new URL(request.url).host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesBelow, manifest, read, root } from "./project.ts";

const pages = [
  ...(existsSync(join(root, "README.md")) ? ["README.md"] : []),
  ...filesBelow("supabase", ".md"),
  ...filesBelow("functions", ".md"),
];
const SHORT_FORMS = ["start", "stop", "test"];

test("npm commands in the documentation exist", () => {
  for (const page of pages) {
    const commands = [...read(page).matchAll(/\bnpm (?:run ([\w:-]+)|(\w+))/g)];
    for (const [text, long, short] of commands) {
      if (long !== undefined) expect(manifest.scripts, `${page}: ${text}`).toHaveProperty([long]);
      else if (short !== undefined && SHORT_FORMS.includes(short)) {
        expect(manifest.scripts, `${page}: ${text}`).toHaveProperty([short]);
      }
    }
  }
});

test("files that the documentation links to exist", () => {
  for (const page of pages) {
    for (const [text, path = ""] of read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)) {
      expect(existsSync(join(root, page, "..", path)), `${page}: ${text}`).toBe(true);
    }
  }
});

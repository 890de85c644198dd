import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { render } from "../../../supabase/local/auth/go-template.ts";
import { mailKinds } from "../../../supabase/local/auth/mails.ts";
import { mailTemplates, parseConfig } from "../../../supabase/local/config.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const config = parseConfig(read("supabase/config.toml"));
const templates = mailTemplates(config, read);
const facts = (language: string) => ({
  Token: "1234567890",
  TokenHash: "the-hash",
  ConfirmationURL: "http://link.example/verify",
  Email: "ada@tests.example",
  NewEmail: "new+ada@tests.example",
  SiteURL: "http://site.example",
  Data: { language, given_name: "Ada" },
});

test("every mail of Auth has a template, and every template a mail", () => {
  expect(Object.keys(templates).sort()).toEqual([...mailKinds].sort());
  const files = readdirSync(new URL("supabase/templates/", root)).map((name) => name.replace(".html", ""));
  expect(files.sort()).toEqual([...mailKinds].sort());
});

describe.each(mailKinds)("the mail %s", (kind) => {
  const { subject, html } = templates[kind];

  test("carries the code and nothing that can be followed or that spends it", () => {
    for (const language of ["de", "en"]) {
      const written = render(html, facts(language));
      expect(written).toContain("1234567890");
      expect(written).not.toMatch(/https?:|<a\b|href|the-hash|<img|url\(/);
    }
    expect(html).not.toMatch(/ConfirmationURL|TokenHash|SiteURL|RedirectTo/);
  });

  test("is in the language of its reader, else in English", () => {
    const [german, austrian, english, other, unknown] = ["de", "de-AT", "en", "fr", ""].map((language) => ({
      subject: render(subject, facts(language)),
      html: render(html, facts(language)),
    }));
    expect(german?.html).toContain('<html lang="de">');
    expect(german?.html).toContain("Bitte antworten Sie nicht");
    expect(austrian).toEqual(german);
    expect(english?.html).toContain('<html lang="en">');
    expect(english?.subject).not.toBe(german?.subject);
    expect(other).toEqual(english);
    expect(unknown).toEqual(english);
  });

  test("names nobody, not even in the subject", () => {
    for (const language of ["de", "en"]) {
      expect(render(subject, facts(language))).not.toMatch(/Ada|ada@|1234567890|new\+ada/);
      expect(render(html, facts(language))).not.toMatch(/Ada\b|"ada@/);
    }
  });

  test("says for how long the code is valid", () => {
    expect(config.auth.email.otp_expiry).toBe(3600);
    expect(render(html, facts("de"))).toContain("eine Stunde");
    expect(render(html, facts("en"))).toContain("one hour");
  });
});

describe("a template", () => {
  test("escapes what it is filled with", () => {
    expect(render("<p>{{ .A }}</p>", { A: `<b>"&'` })).toBe("<p>&lt;b&gt;&#34;&amp;&#39;</p>");
  });

  test("has branches, also in one another", () => {
    const text = "{{ if eq (printf `%.2s` .L) `de` }}D{{ else if .X }}X{{ if .Y }}Y{{ end }}{{ else }}E{{ end }}!";
    const written = [{ L: "de" }, { L: "", X: "x", Y: "y" }, { L: "d", X: "x" }, {}].map((data) => render(text, data));
    expect(written).toEqual(["D!", "XY!", "X!", "E!"]);
  });

  test.each(["{{ .A | html }}", "{{ range .A }}{{ end }}", "{{ if .A }}", "{{ end }}", "{{ else }}"])(
    "that says %s is refused",
    (text) => {
      expect(() => render(text, {})).toThrow("mail template");
    },
  );
});

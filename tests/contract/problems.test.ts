import { describe, expect, test } from "vitest";
import { problems } from "../../functions/problems.ts";
import { kindByCode, problemKinds } from "../../shared/core/problem.ts";
import { openApi } from "./apps.ts";
import { code as codeIn, filesBelow, functionFolders, read } from "./project.ts";

const migrations = filesBelow("supabase/migrations", ".sql").map(read).join("\n");
const domains = functionFolders.filter((name) => filesBelow(`functions/${name}`, "problems.ts").length > 0);

/** What SQL refuses by itself, as `409 slot_taken`. A refusal that is raised again has its code from the first one. */
const raised = [
  ...new Set(
    [
      ...migrations.matchAll(/\brefuse(?:_committed)?\(\s*(\d{3}),\s*'(\w+)'/g),
      ...migrations.matchAll(/'code', 'PT(\d{3})', 'hint', '(\w+)'/g),
    ].map(([, status = "", code = ""]) => `${status} ${code}`),
  ),
];

test("SQL refuses with codes of the closed list alone, each with the status that it has there", () => {
  expect(raised.length).toBeGreaterThan(20);
  const declared = problemKinds().map(({ status, code }) => `${status} ${code}`);
  expect(raised.filter((one) => !declared.includes(one))).toEqual([]);
});

test("every call of private.refuse names its code, but for one that raises a refusal again", () => {
  const calls = [...migrations.matchAll(/(?:perform|return) private\.refuse(?:_committed)?\(([^']*)'/g)];
  expect(calls.length).toBeGreaterThan(100);
  expect(calls.map(([, first = ""]) => first.trim()).filter((first) => !/^\d{3},$/.test(first))).toEqual([
    "case p_code when",
  ]);
});

test("every refusal of a domain is raised by SQL or thrown by its function", () => {
  expect(domains.length).toBeGreaterThan(3);
  for (const domain of domains) {
    const source = filesBelow(`functions/${domain}`, ".ts").map(read).join("\n");
    for (
      const [, name = "", code = ""] of read(`functions/${domain}/problems.ts`).matchAll(
        /const (\w+) = problemKind\(\s*"(\w+)"/g,
      )
    ) {
      const used = raised.some((one) => one.endsWith(` ${code}`)) || source.includes(`problem(${name},`);
      expect(used, code).toBe(true);
    }
  }
});

test("the closed list has the refusals of every domain, each declared by one", () => {
  const declared = domains.flatMap((domain) =>
    [...read(`functions/${domain}/problems.ts`).matchAll(/problemKind\(\s*"(\w+)"/g)].map(([, code = ""]) => code)
  );
  expect(problems.map(({ code }) => code).sort()).toEqual(declared.sort());
  expect(declared).toEqual([...new Set(declared)]);
});

test("shared/ knows no refusal of a domain", () => {
  const shared = filesBelow("shared", ".ts").filter((path) => !path.endsWith("database.types.ts"));
  const names = problems.flatMap(({ code, members }) => [code, ...Object.keys(members)]);
  const naming = shared.filter((path) =>
    names.some((name) => new RegExp(`"${name}"|\\b${name}\\??:|\\.${name}\\b`).test(codeIn(path)))
  );
  expect(naming).toEqual([]);
});

describe("members of refusals", () => {
  const described = JSON.stringify(openApi.components.schemas?.Problem);
  const members = problemKinds().flatMap(({ code, members: own }) =>
    Object.keys(own).map((name): [string, string] => [name, code])
  );

  test.each(members)("%s of %s is put in by SQL or by a function, and described", (name, code) => {
    const sources = [...filesBelow("functions", ".ts"), ...filesBelow("shared", ".ts")].map(read).join("\n");
    expect(migrations + sources).toMatch(new RegExp(`['"]${name}['"]|members: \\{ ${name}: `));
    expect(described).toContain(`"${name}":{`);
    expect(described).toContain(`\`${code}\``);
    expect(kindByCode(code)?.members).toHaveProperty(name);
  });
});

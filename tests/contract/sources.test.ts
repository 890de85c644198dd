import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf, isRelative, reachable, target } from "./imports.ts";
import { code, filesBelow, functionFolders, importMap, read, root } from "./project.ts";

/** What only a runtime offers is used in one file each: its environment and its console. */
const ENVIRONMENT = "shared/core/env.ts";
const LOG = "shared/core/log.ts";
/** The functions that may use the secret key. */
const MAY_USE_SECRET = ["auth", "integrations", "jobs"];
/** The files that may read a secret key itself: the client, the check of callers that bring one, and what signs or derives with it. */
const MAY_READ_SECRET = [
  ENVIRONMENT,
  "shared/auth/derive-secret.ts",
  "shared/auth/verify-secret-key.ts",
  "shared/data/secret-client.ts",
];

const sources = [...filesBelow("functions", ".ts"), ...filesBelow("shared", ".ts")].filter((path) =>
  !path.endsWith(".d.ts")
);
const entries = functionFolders.map((name) => `functions/${name}/index.ts`);

describe.each(entries)("%s", (entry) => {
  const imports = reachable(entry).flatMap(importsOf);

  test("reaches own code by relative paths with their extension, inside the project", () => {
    const wrong = imports.filter(isRelative).filter((one) =>
      !/\.(ts|json)$/.test(one.specifier) || target(one).startsWith("..") || !existsSync(join(root, target(one)))
    );
    expect(wrong).toEqual([]);
  });

  test("reaches packages through the import map", () => {
    const isMapped = (specifier: string) =>
      specifier in importMap || Object.keys(importMap).some((key) => key.endsWith("/") && specifier.startsWith(key));
    const wrong = imports.filter((one) =>
      !isRelative(one) && !isMapped(one.specifier) && !(one.from === ENVIRONMENT && one.specifier === "node:process")
    );
    expect(wrong).toEqual([]);
  });
});

/** The function that a file belongs to; undefined for shared ones. */
const ownerOf = (path: string) => /^functions\/([^/]+)\//.exec(path)?.[1];

/** What brings the functions together: their documentation, and the closed list of refusals. */
const GATHERS = ["functions/docs/apps.ts", "functions/problems.ts"];

test("functions do not reach into one another, but for what brings them together", () => {
  const across = sources.flatMap(importsOf).filter(isRelative).filter((one) => {
    const owner = ownerOf(target(one));
    return owner !== undefined && owner !== ownerOf(one.from);
  });
  expect(across.map(({ from }) => from).filter((from) => !GATHERS.includes(from))).toEqual([]);
});

test("only functions that need the secret key reach its client", () => {
  const reach = functionFolders.filter((name) =>
    reachable(`functions/${name}/index.ts`, {
      runtime: true,
      within: (path) => [name, undefined].includes(ownerOf(path)),
    })
      .includes("shared/data/secret-client.ts")
  );
  expect(reach).not.toEqual([]);
  expect(MAY_USE_SECRET).toEqual(expect.arrayContaining(reach));
});

test("nothing in shared/ hands the secret key on", () => {
  const importers = filesBelow("shared", ".ts").filter((path) =>
    importsOf(path).some((one) => !one.typeOnly && isRelative(one) && target(one) === "shared/data/secret-client.ts")
  );
  expect(importers).toEqual([]);
});

test("the secret keys of the environment are read where they are needed, and nowhere else", () => {
  const readers = sources.filter((path) => /\bsecretKeys\b/.test(code(path)));
  expect(MAY_READ_SECRET).toEqual(expect.arrayContaining(readers));
});

test.each(sources)("%s runs on every runtime and logs through the log alone", (path) => {
  if (path !== LOG) expect(code(path)).not.toMatch(/\bconsole\s*[.[]/);
  if (path === ENVIRONMENT) return;
  expect(code(path)).not.toMatch(/\bDeno\s*[.[]/);
  expect(code(path)).not.toMatch(/\bprocess\s*[.[]/);
});

/** The floors of shared/, and those each may stand on. `route.ts` is the door of all of them. */
const FLOORS: Record<string, readonly string[]> = {
  core: [],
  data: ["core"],
  schema: ["core"],
  auth: ["core", "data"],
  http: ["core", "data", "auth", "schema"],
  openapi: ["core", "schema", "http"],
};
const floorOf = (path: string) => /^shared\/([^/]+)\//.exec(path)?.[1];

test.each(Object.keys(FLOORS))("shared/%s imports from the floors below it alone", (floor) => {
  const upwards = sources.filter((path) => floorOf(path) === floor).flatMap(importsOf).filter(isRelative).filter(
    (one) => {
      const other = floorOf(target(one));
      return other !== floor && !(other !== undefined && FLOORS[floor]?.includes(other));
    },
  );
  expect(upwards.map((one) => `${one.from} -> ${target(one)}`)).toEqual([]);
});

/** What a generator writes; everything else is written by hand and read by people. */
const GENERATED = ["shared/data/database.types.ts"];
const MOST_LINES = 300;
const linesOf = (path: string) => read(path).trimEnd().split("\n").length;

test(`no file written by hand is longer than ${MOST_LINES} lines`, () => {
  const written = ["functions", "shared", "supabase", "tests"].flatMap((folder) =>
    [".ts", ".js", ".sql"].flatMap((ending) => filesBelow(folder, ending))
  );
  expect(written).toContain("supabase/local/launch.js");
  const long = written.filter((path) => !GENERATED.includes(path) && linesOf(path) > MOST_LINES);
  expect(long).toEqual([]);
});

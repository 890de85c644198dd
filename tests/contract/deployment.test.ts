import { expect, test } from "vitest";
import { routes } from "./apps.ts";
import { configured, functionFolders, importMap, manifest, read } from "./project.ts";

const SHELL = `import { app } from "./routes.ts";

export default { fetch: app.fetch };
`;

test("config.toml names every function, and no other", () => {
  expect(Object.keys(configured).sort()).toEqual(functionFolders);
});

test.each(functionFolders)("%s is deployed from its folder with the import map, and checks tokens itself", (name) => {
  expect(configured[name]).toEqual({
    enabled: true,
    verify_jwt: false,
    entrypoint: `../functions/${name}/index.ts`,
    import_map: "../deno.json",
  });
});

test.each(functionFolders)("the entry of %s is a shell", (name) => {
  expect(read(`functions/${name}/index.ts`)).toBe(SHELL);
});

test.each(functionFolders)("the routes of %s lie below its name", (name) => {
  const own = routes.filter((route) => route.function === name);
  expect(own.length).toBeGreaterThan(0);
  for (const { path } of own) expect(`${path}/`).toMatch(new RegExp(`^/${name}/`));
});

test.each(Object.entries(importMap))("the import map and package.json agree on %s", (key, address) => {
  const name = key.replace(/\/$/, "");
  const version = manifest.dependencies[name];
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(address).toBe(key.endsWith("/") ? `npm:/${name}@${version}/` : `npm:${name}@${version}`);
});

test("versions in package.json are exact", () => {
  for (const version of Object.values({ ...manifest.dependencies, ...manifest.devDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
  }
});

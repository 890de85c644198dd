import { beforeAll, expect, test } from "vitest";
import { newIngredient, newPharmacist, uniqueDrug } from "../../support/medications.ts";
import { type Answer, at, call, listAt } from "../../support/stack.ts";

let curator: string;

beforeAll(async () => {
  curator = (await newPharmacist()).token;
});

/** Sends an edition of a file of codes: what each code of RxNorm means. */
const send = (source: string, codes: [code: string, target: string][], dry_run = false, token = curator) =>
  call("/medications/imports", {
    token,
    body: {
      kind: "catalogue",
      source,
      dry_run,
      rows: codes.map(([code, target]) => ({ section: "codes", row: { system: "rxnorm", code, target } })),
    },
  });

const code = () => String(10_000_000 + Math.floor(Math.random() * 89_999_999));
const meanings = async (value: string) =>
  listAt((await call(`/medications/codes?code=${value}`, { token: curator })).body, "/data").length;
const counts = ({ body }: Answer) => at(body, "/counts/codes");

test("a small file is tried, imported, not imported twice, and ended by its next edition", async () => {
  const [name, source, one, other] = [uniqueDrug(), uniqueDrug(), code(), code()];
  await newIngredient(curator, { name });
  const tried = await send(source, [[one, name]], true);
  expect(tried).toMatchObject({ status: 200, body: { status: "dry_run" } });
  expect(counts(tried)).toEqual({ added: 1, changed: 0, unchanged: 0, ended: 0 });
  expect(await meanings(one)).toBe(0);
  expect(await send(source, [[one, name]])).toMatchObject({ status: 200, body: { status: "imported" } });
  expect(await meanings(one)).toBe(1);
  expect(await send(source, [[one, name]])).toMatchObject({ status: 200, body: { status: "unchanged" } });
  const next = await send(source, [[other, name]]);
  expect(counts(next)).toEqual({ added: 1, changed: 0, unchanged: 0, ended: 1 });
  expect([await meanings(one), await meanings(other)]).toEqual([0, 1]);
});

test("a file with rows at fault names each of them, and nothing of it is imported", async () => {
  const [name, right] = [uniqueDrug(), code()];
  await newIngredient(curator, { name });
  const refused = await send(uniqueDrug(), [[right, name], ["no-code", name], [code(), uniqueDrug()]]);
  expect(refused).toMatchObject({ status: 422, body: { code: "invalid_input" } });
  expect(listAt(refused.body, "/errors").map((error) => at(error, "/pointer"))).toEqual([
    "/rows/1/row/code",
    "/rows/2/row/target",
  ]);
  expect(await meanings(right)).toBe(0);
});

test("what was shipped as a larger file is not ended by a few rows, and files are imported by curators", async () => {
  const body = {
    kind: "knowledge",
    source: "knowledge",
    dry_run: false,
    rows: [{ section: "classes", row: { name: "only_one", title: "Only one" } }],
  };
  expect(await call("/medications/imports", { token: curator, body })).toMatchObject({
    status: 409,
    body: { code: "conflict" },
  });
  const { token } = await newPharmacist({ curator: false });
  expect((await send(uniqueDrug(), [[code(), "acetaminophen"]], true, token)).status).toBe(403);
});

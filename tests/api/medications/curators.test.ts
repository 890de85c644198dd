import { expect, test } from "vitest";
import { newPharmacist, uniqueDrug } from "../../support/medications.ts";
import { newPerson } from "../../support/people.ts";
import { call, listAt, signIn, textAt } from "../../support/stack.ts";

const add = (token: string) => call("/medications/ingredients", { token, body: { name: uniqueDrug() } });

test("the demo pharmacist is a curator, and another pharmacist is none", async () => {
  expect((await add(await signIn("pharmacist@demo.health"))).status).toBe(201);
  expect((await add(await signIn("pharmacist@north.health"))).status).toBe(403);
});

test("a curator makes a colleague one, who is one with the next request, until it is taken", async () => {
  const [curator, colleague] = await Promise.all([newPharmacist(), newPharmacist({ curator: false })]);
  expect((await add(colleague.token)).status).toBe(403);
  const body = { user_id: colleague.id };
  const headers = { "idempotency-key": crypto.randomUUID() };
  const given = await call("/medications/curators", { token: curator.token, body, headers });
  expect(given).toMatchObject({
    status: 201,
    body: { user_id: colleague.id, given_by: curator.id, person: { family_name: "Person" } },
  });
  const again = await call("/medications/curators", { token: curator.token, body, headers });
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect((await call("/medications/curators", { token: curator.token, body })).status).toBe(409);
  expect((await add(colleague.token)).status).toBe(201);
  const listed = await call("/medications/curators?limit=100", { token: colleague.token });
  const ids = listAt(listed.body, "/data").map((one) => textAt(one, "/user_id"));
  expect(ids).toEqual(expect.arrayContaining([curator.id, colleague.id]));
  const path = `/medications/curators/${textAt(given.body, "/id")}`;
  expect((await call(path, { token: curator.token, method: "DELETE" })).status).toBe(204);
  expect((await add(colleague.token)).status).toBe(403);
  expect(listAt((await call("/medications/curators", { token: colleague.token })).body, "/data")).toEqual([]);
});

test("strangers and people who are not there are refused alike, and whoever is no curator gives nothing", async () => {
  const [curator, colleague, stranger] = await Promise.all([
    newPharmacist(),
    newPharmacist({ curator: false }),
    newPerson(),
  ]);
  const give = (token: string, user_id: string) => call("/medications/curators", { token, body: { user_id } });
  const answers = await Promise.all([
    give(curator.token, stranger.id),
    give(curator.token, crypto.randomUUID()),
    give(colleague.token, colleague.id),
    give(stranger.token, stranger.id),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
});

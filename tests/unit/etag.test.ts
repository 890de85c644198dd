import { expect, test } from "vitest";
import { etag } from "../../shared/data/etag.ts";
import { fakeDataApi, signedIn, testEnv } from "./kit.ts";
import { sampleApp } from "./sample-app.ts";

const app = sampleApp(testEnv());
const path = "/things/list/5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";

async function patch(ifMatch?: string) {
  fakeDataApi(() => Response.json([]));
  const headers = await signedIn(ifMatch === undefined ? {} : { "if-match": ifMatch });
  return await app.request(path, { method: "PATCH", headers, body: "{}" });
}

test.each([[undefined, null], ["*", null], ['W/"7"', 7], ['"7"', 7], [etag(12), 12]])(
  "If-Match %j expects version %j",
  async (header, expected) => {
    expect(await (await patch(header)).json()).toMatchObject({ expected });
  },
);

test.each(["7", 'W/"0"', 'W/"x"', 'W/"1", W/"2"', "", 'W/"99999999999"'])("If-Match %j is refused", async (header) => {
  const answer = await patch(header);
  expect(answer.status).toBe(422);
  expect(await answer.json()).toMatchObject({ errors: [{ pointer: "#/header/if-match" }] });
});

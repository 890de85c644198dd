import { beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sqlValue } from "../../support/database.ts";
import { codeIn, newPerson } from "../../support/people.ts";
import { gateway, lastMailTo, mailsTo, uniqueEmail } from "../../support/stack.ts";

describe("an address that changes", () => {
  beforeEach(resetLimits);

  const change = async (token: string, email: string) => {
    const body = { email };
    expect((await gateway("/auth/v1/user", { method: "PUT", token, body })).status).toBe(200);
  };
  const verify = (email: string, token: string) =>
    gateway("/auth/v1/verify", { body: { type: "email_change", email, token } });
  const address = (id: string) => sqlValue("select email from auth.users where id = $1", [id]);

  test("needs the codes of both addresses, in either order", async () => {
    for (const order of [[0, 1], [1, 0]]) {
      const { id, email, token } = await newPerson();
      const next = uniqueEmail("next");
      const known = (await mailsTo(email)).length;
      await change(token, next);
      const both: [string, string][] = [
        [email, codeIn(await lastMailTo(email, known))],
        [next, codeIn(await lastMailTo(next))],
      ];
      for (const [step, which] of order.entries()) {
        const [to, code] = both[which] ?? ["", ""];
        expect((await verify(to, code)).status).toBe(200);
        expect(await address(id)).toBe(step === 0 ? email : next);
        if (step === 0) expect((await verify(to, code)).status).toBe(403);
      }
      expect(await sqlValue("select email from profiles where id = $1", [id])).toBe(next);
    }
  });

  test("is nobody's with the code of the present one", async () => {
    const { id, email, token } = await newPerson();
    const known = (await mailsTo(email)).length;
    await change(token, uniqueEmail("victim"));
    const code = codeIn(await lastMailTo(email, known));
    for (const _ of [1, 2, 3]) await verify(email, code);
    expect(await address(id)).toBe(email);
  });
});

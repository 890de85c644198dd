import { expect, test } from "vitest";
import { z } from "zod";
import {
  birthDate,
  calendarDate,
  country,
  email,
  instant,
  language,
  phone,
  plainText,
  text,
  uuid,
  zone,
} from "../../shared/schema/fields.ts";
import { validate } from "../../shared/schema/validation.ts";
import { signedIn, testEnv } from "./kit.ts";
import { fakeDataApi } from "./kit.ts";
import { sampleApp } from "./sample-app.ts";

const app = sampleApp(testEnv());
const errorsOf = async (answer: Response) => {
  expect(answer.status).toBe(422);
  const { errors } = z.object({ errors: z.array(z.object({ pointer: z.string(), message: z.string() })) }).parse(
    await answer.json(),
  );
  return errors.map(({ pointer }) => pointer);
};

test("every wrong field of a body is named, unknown ones too", async () => {
  const body = {
    given_name: " ",
    birth_date: "2023-02-30",
    admin: true,
    contacts: [{ name: "x", phone: "030", "a/b": 1 }],
  };
  const answer = await app.request("/things/echo", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect((await errorsOf(answer)).toSorted()).toEqual([
    "/admin",
    "/birth_date",
    "/contacts/0/a~1b",
    "/contacts/0/phone",
    "/given_name",
  ]);
});

test("values from elsewhere carry their place", async () => {
  fakeDataApi(() => Response.json([]));
  const headers = await signedIn();
  expect(await errorsOf(await app.request("/things/list?limit=0&colour=red", { headers }))).toEqual([
    "#/query/limit",
    "#/query/colour",
  ]);
  expect(await errorsOf(await app.request("/things/list/7", { headers }))).toEqual(["#/path/id"]);
});

test("a schema that would let unknown fields pass is refused when the route is made", () => {
  expect(() => validate("json", z.object({ a: z.string() }))).toThrow("strict");
});

const good: [string, z.ZodType, unknown, unknown][] = [
  ["uuid", uuid, "5F0C5F6E-8A3B-4C1E-9D55-2F6F0F7F3A10", "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10"],
  ["uuid of a seed", uuid, "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000001"],
  ["instant", instant, "2026-03-01T10:30:00+01:00", "2026-03-01T10:30:00+01:00"],
  ["leap day", calendarDate, "2024-02-29", "2024-02-29"],
  ["text", text(5), "  Zoë ", "Zoë"],
  ["text, decomposed", text(5), "Zoe\u0308", "Zoë"],
  ["name with an apostrophe", plainText(20), "O'Brien-Åström", "O'Brien-Åström"],
  ["phone", phone, "+49 (30) 123456", "+4930123456"],
  ["email", email, " Ada@Example.ORG ", "ada@example.org"],
  ["language", language, "pt-br", "pt-BR"],
  ["country", country, "de", "DE"],
  ["zone", zone, "America/Argentina/Ushuaia", "America/Argentina/Ushuaia"],
];
test.each(good)("%s is accepted", (_name, schema, given, expected) => expect(schema.parse(given)).toBe(expected));

const bad: [string, z.ZodType, unknown][] = [
  ["day that does not exist", calendarDate, "2023-02-29"],
  ["date with a time", calendarDate, "2023-02-01T00:00:00Z"],
  ["birth in the future", birthDate, "2999-01-01"],
  ["birth before 1875", birthDate, "1874-12-31"],
  ["instant without a zone", instant, "2026-03-01T10:30:00"],
  ["text of blanks", text(5), "   "],
  ["text that is too long", text(5), "abcdef"],
  ["text with a line break", text(9), "a\nb"],
  ["text with an escape", text(9), "a\u001bb"],
  ["half a surrogate pair", text(9), "a\ud800"],
  ["markup", plainText(50), "<script>alert(1)</script>"],
  ["SQL", plainText(50), "x'; drop table patients; --"],
  ["phone without a country", phone, "030 123456"],
  ["phone that is too long", phone, "+49301234567890123456"],
  ["email", email, "ada@"],
  ["language", language, "not a tag"],
  ["country", country, "XX"],
  ["no country but a group", country, "EU"],
  ["offset", zone, "+02:00"],
  ["zone", zone, "Europe/Nowhere"],
];
test.each(bad)("a %s is refused", (_name, schema, given) => expect(schema.safeParse(given).success).toBe(false));

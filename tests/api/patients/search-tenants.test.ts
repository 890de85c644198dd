import { beforeAll, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL } from "../../support/people.ts";
import { call, gateway, listAt, signIn, textAt } from "../../support/stack.ts";

const NORTH = "doctor@north.health";
const letters = [..."abcdefghijklmnopqrstuvwxyz"];

let doctor: string;
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
});

async function search(name: string): Promise<string[]> {
  const { body } = await gateway("/rest/v1/rpc/search_patients", {
    token: doctor,
    body: { p_name: name, p_limit: 100 },
  });
  return listAt(body, "/rows").map((one) => textAt(one, "/id"));
}

const registerAll = (families: string[], email?: string) =>
  Promise.all(families.map((family_name) => newPatientId({ family_name }, email)));

test("names of other hospitals take no place among those of the own one, as one types", async () => {
  const start = uniqueName().slice(0, 9);
  await registerAll(letters.map((letter) => `${start}a${letter}`), NORTH);
  const mine = await registerAll([`${start}ia`, `${start}tin`]);
  const yusuf = await newPatientId({ given_name: "Yusuf", family_name: `${start}wanov` });
  expect((await search(start)).sort()).toEqual([...mine, yusuf].sort());
  expect(await search(`Yusuf ${start}`)).toEqual([yusuf]);
  expect(await search(`${start} Yus`)).toEqual([yusuf]);
});

test("a beginning finds every name of the hospital that it begins, however many words these are", async () => {
  const start = uniqueName().slice(0, 9);
  const mine = await registerAll(letters.map((letter) => `${start}${letter}`));
  expect((await search(start)).sort()).toEqual(mine.sort());
  expect((await search(`Paul ${start}`)).sort()).toEqual(mine.sort());
});

test("a patient of many words takes one place among those found, as one types", async () => {
  const start = uniqueName().slice(0, 9);
  const words = (endings: string[]) => endings.map((letter) => `${start}${letter}`).join(" ").slice(0, 98);
  const wordy = await Promise.all(
    Array.from(
      { length: 13 },
      () => newPatientId({ given_name: words(letters.slice(0, 9)), family_name: words(letters.slice(9, 18)) }),
    ),
  );
  const mine = await newPatientId({ family_name: `${start}zz` });
  expect((await search(start)).sort()).toEqual([...wordy, mine].sort());
});

test("names of other hospitals take no place among typing errors", async () => {
  const stem = uniqueName().slice(0, 12);
  await registerAll(letters.map((letter) => `${stem}${letter}`), NORTH);
  const mine = await newPatientId({ given_name: "Yusuf", family_name: `${stem}zz` });
  expect(await search(`${stem}yx`)).toEqual([mine]);
  expect(await search(`Yussuf ${stem}yx`)).toEqual([mine]);
});

test("names of other hospitals take no place among the candidates for a duplicate", async () => {
  const stem = uniqueName().slice(0, 12);
  await registerAll(letters.map((letter) => `${stem}a${letter}`), NORTH);
  const one = await newPatientId({ family_name: `${stem}zz`, birth_date: "1950-03-03" });
  const other = await newPatientId({ family_name: `${stem}zx`, phone: "+493011223344" });
  await sql().query(`update public.patients set birth_date = null where id = '${other}'`);
  const variants = await sqlValue(
    `select '${stem}zx paul' ilike any (private.name_variants('${HOSPITAL}', 'Paul', '${stem}zz'))`,
  );
  expect(variants).toBe(true);
  expect(one).not.toBe(other);
});

test("who registers without a hospital changes nothing that a hospital finds, and is in no index", async () => {
  const start = uniqueName().slice(0, 9);
  const mine = await newPatientId({ family_name: `${start}er` });
  const words = (ending: string) => letters.slice(0, 7).map((letter) => `${start}${ending}${letter}`).join(" ");
  const { status } = await call("/auth/register", {
    body: {
      email: `${start}@search.example`.toLowerCase(),
      password: `Long-${start}-Password-1`,
      given_name: words("a"),
      family_name: words("b"),
    },
  });
  expect(status).toBe(202);
  expect(await search(start)).toEqual([mine]);
  expect(await search(`${start}ee`)).toEqual([mine]);
  const indexed = `select array_agg(word) from private.hospital_words where word like '${start.toLowerCase()}%'`;
  expect(await sqlValue(indexed)).toEqual([`${start.toLowerCase()}er`]);
});

test("a word that nobody carries any more leaves the vocabulary, one that somebody carries stays", async () => {
  const [gone, kept] = [uniqueName(), uniqueName()];
  const leaving = await newPatientId({ family_name: gone, given_name: kept });
  await newPatientId({ family_name: kept });
  const indexed = () =>
    sqlValue(
      `select array_agg(word order by word) from private.hospital_words where word in (lower('${gone}'), lower('${kept}'))`,
    );
  expect(await indexed()).toEqual([gone.toLowerCase(), kept.toLowerCase()].sort());
  const [care] = listAt((await call(`/patients/${leaving}/care-relationships`, { token: doctor })).body, "/data");
  const ended = await call(`/patients/${leaving}/care-relationships/${textAt(care, "/id")}/end`, {
    token: doctor,
    method: "POST",
  });
  expect(ended.status).toBe(200);
  await sql().query("select private.forget_words()");
  expect(await indexed()).toEqual([kept.toLowerCase()]);
});

test("the vocabulary is cleaned by a job", async () => {
  expect(await sqlValue("select command from cron.job where jobname = 'forget-words' and active")).toBe(
    "select private.forget_words()",
  );
});

import { beforeAll, describe, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL } from "../../support/people.ts";
import { pauseJob } from "../../support/jobs.ts";
import { at, call, listAt, signIn, supabaseAs, textAt } from "../../support/stack.ts";

let doctor: string;
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  return await pauseJob("check-duplicates");
});

const duplicatesOf = async (id: string) =>
  listAt((await call(`/patients/${id}/duplicates`, { token: doctor })).body, "/data");
const check = () => sqlValue("select private.check_duplicates(now() + interval '1 minute', 100000)");
const dismiss = (id: string, other: string, headers: Record<string, string> = {}, token = doctor) =>
  call(`/patients/${id}/duplicates/dismiss`, {
    token,
    headers,
    body: { other_patient_id: other, reason: "Twin sisters" },
  });

/** The pair of two patients in the worklist. */
async function pairOf(one: string, other: string, status = "open"): Promise<unknown> {
  for (let path = `/patients/duplicates?limit=100&status=${status}`;;) {
    const { body } = await call(path, { token: doctor });
    const found = listAt(body, "/data").find((pair) =>
      [one, other].includes(textAt(pair, "/patient_id")) && [one, other].includes(textAt(pair, "/other_patient_id"))
    );
    const next = at(body, "/page/next_cursor");
    if (found !== undefined || typeof next !== "string") return found;
    path = `/patients/duplicates?limit=100&status=${status}&cursor=${next}`;
  }
}

const born = "1984-03-07";
const value = () => `N${crypto.randomUUID().slice(0, 12).toUpperCase()}`;
const family = uniqueName();
const changed = (text: string) => `${text.slice(0, -1)}${text.endsWith("q") ? "r" : "q"}`;

type Fields = Record<string, unknown>;
const cases: [what: string, one: Fields, other: Fields, reasons: [field: string, match: string][]][] = [
  ["the same name and birth date", {}, {}, [["name", "exact"], ["birth_date", "exact"]]],
  ["the same telephone as well", { phone: "+4930111111" }, { phone: "+4930111111" }, [
    ["name", "exact"],
    ["birth_date", "exact"],
    ["phone", "exact"],
  ]],
  ["day for month", {}, { birth_date: "1984-07-03" }, [["name", "exact"], ["birth_date", "swapped"]]],
  ["one digit of the birth date", {}, { birth_date: "1985-03-07" }, [["name", "exact"], ["birth_date", "similar"]]],
  ["given for family name", {}, { given_name: family, family_name: "Paul" }, [
    ["birth_date", "exact"],
    ["name", "swapped"],
  ]],
  ["a typing error in the name", {}, { family_name: changed(family) }, [["birth_date", "exact"], ["name", "similar"]]],
  ["another given name in between", {}, { given_name: "Paul Anton" }, [["birth_date", "exact"], ["name", "similar"]]],
  ["a name alone, where a birth date is not known", {}, { birth_date: null }, [["name", "exact"]]],
];

describe("candidates", () => {
  test.each(cases)("%s", async (_, one, other, reasons) => {
    const base = { given_name: "Paul", family_name: family, birth_date: born };
    const first = await newPatientId({ ...base, ...one });
    const second = await newPatientId({ ...base, ...other });
    const found = (await duplicatesOf(first)).find((candidate) => at(candidate, "/patient/id") === second);
    expect(listAt(found, "/reasons").map((reason) => [at(reason, "/field"), at(reason, "/match")])).toEqual(reasons);
    const sum = listAt(found, "/reasons").reduce<number>((total, reason) => total + Number(at(reason, "/weight")), 0);
    expect(at(found, "/score")).toBeCloseTo(Math.min(1, sum), 5);
    expect((await duplicatesOf(second)).some((candidate) => at(candidate, "/patient/id") === first)).toBe(true);
  });

  test("a national id with a typing error, found by the birth date", async () => {
    const id = value();
    const first = await newPatientId({ birth_date: born, national_id: { country: "DE", value: id } });
    const second = await newPatientId({
      birth_date: born,
      given_name: "Other",
      national_id: { country: "DE", value: `${id}1` },
    });
    const found = (await duplicatesOf(first)).find((candidate) => at(candidate, "/patient/id") === second);
    expect(found).toMatchObject({
      score: 0.4,
      reasons: [
        { field: "birth_date", match: "exact" },
        { field: "identifier", match: "similar" },
        { field: "name", match: "different", weight: -0.2 },
      ],
    });
  });

  test("a number that was entered in the wrong place", async () => {
    const id = value();
    const name = uniqueName();
    const first = await newPatientId({ family_name: name, mrn: id });
    const second = await newPatientId({ family_name: name, national_id: { country: "DE", value: id } });
    const found = (await duplicatesOf(first)).find((candidate) => at(candidate, "/patient/id") === second);
    expect(found).toMatchObject({ score: 0.7, reasons: [{ field: "name" }, { field: "identifier", match: "exact" }] });
  });

  test("twins, namesakes and people with different national ids are none", async () => {
    const name = uniqueName();
    const phone = "+4930222222";
    const first = await newPatientId({
      given_name: "Mia",
      family_name: name,
      birth_date: born,
      phone,
      national_id: { country: "DE", value: value() },
    });
    await newPatientId({ given_name: "Zoe", family_name: name, birth_date: born, phone });
    await newPatientId({ given_name: "Mia", family_name: name, birth_date: "1951-12-24" });
    await newPatientId({
      given_name: "Mia",
      family_name: changed(name),
      birth_date: born,
      national_id: { country: "DE", value: value() },
    });
    expect(await duplicatesOf(first)).toEqual([]);
  });

  test("only the caller's hospitals are looked at, and only staff of them see", async () => {
    const same = { given_name: "Paul", family_name: uniqueName(), birth_date: born };
    const here = await newPatientId(same);
    const elsewhere = await newPatientId(same, "doctor@north.health");
    expect(await duplicatesOf(here)).toEqual([]);
    expect((await call(`/patients/${elsewhere}/duplicates`, { token: doctor })).status).toBe(404);
    const pharmacist = await signIn("pharmacist@demo.health");
    expect((await call(`/patients/${here}/duplicates`, { token: pharmacist })).status).toBe(404);
    expect((await call("/patients/duplicates", { token: pharmacist })).body).toMatchObject({ data: [] });
  });

  test("come in pages, best first", async () => {
    const same = { given_name: "Paul", family_name: uniqueName(), birth_date: born };
    const ids = [await newPatientId(same)];
    for (let count = 0; count < 4; count++) {
      ids.push(await newPatientId({ ...same, ...(count > 1 && { birth_date: "1984-07-03" }) }));
    }
    const seen: unknown[] = [];
    for (let cursor = "";;) {
      const { body } = await call(`/patients/${ids[0]}/duplicates?limit=1${cursor}`, { token: doctor });
      seen.push(...listAt(body, "/data"));
      const next = at(body, "/page/next_cursor");
      if (typeof next !== "string") break;
      cursor = `&cursor=${next}`;
    }
    expect(seen.map((one) => at(one, "/score"))).toEqual([0.75, 0.75, 0.65, 0.65]);
    expect(seen.map((one) => textAt(one, "/patient/id")).sort()).toEqual(ids.slice(1).sort());
  });
});

describe("the worklist", () => {
  const twoOfOne = async () => {
    const same = { given_name: "Paul", family_name: uniqueName(), birth_date: born };
    return [await newPatientId(same), await newPatientId(same)] as const;
  };

  test("has a pair once the job has run, and loses it when it is none any more", async () => {
    const [one, other] = await twoOfOne();
    await check();
    expect(await pairOf(one, other)).toMatchObject({
      organization_id: HOSPITAL,
      score: 0.75,
      status: "open",
      patient: { given_name: "Paul" },
      other_patient: { birth_date: born },
    });
    await call(`/patients/${one}`, { token: doctor, method: "PATCH", body: { family_name: uniqueName() } });
    await check();
    expect(await pairOf(one, other)).toBeUndefined();
  });

  test("does not show a dismissed pair again, until it is reopened", async () => {
    const [one, other] = await twoOfOne();
    const dismissed = await dismiss(other, one);
    expect(dismissed).toMatchObject({ status: 201, body: { status: "dismissed", decision_reason: "Twin sisters" } });
    const location = String(dismissed.headers.get("location")).replace("/functions/v1", "");
    expect((await call(location, { token: doctor })).body).toMatchObject({ id: textAt(dismissed.body, "/id") });
    expect(at(dismissed.body, "/decided_by")).toBe("30000000-0000-4000-8000-000000000002");
    await call(`/patients/${one}`, { token: doctor, method: "PATCH", body: { phone: "+493055501234" } });
    await check();
    expect(await duplicatesOf(one)).toEqual([]);
    expect(await pairOf(one, other)).toBeUndefined();
    expect(await pairOf(one, other, "dismissed")).toBeDefined();
    const again = await dismiss(one, other);
    expect(again).toMatchObject({ status: 409, body: { code: "illegal_transition", allowed: ["reopen"] } });
    const body = { source_id: other, reason: "Registered twice" };
    expect(await call(`/patients/${one}/merge`, { token: doctor, body })).toMatchObject({
      status: 409,
      body: { code: "conflict" },
    });

    const reopen = `/patients/duplicates/${textAt(dismissed.body, "/id")}/reopen`;
    const stale = await call(reopen, { token: doctor, method: "POST", headers: { "if-match": 'W/"9"' } });
    expect(stale.status).toBe(412);
    expect(await call(reopen, { token: doctor, method: "POST" })).toMatchObject({
      status: 200,
      body: { status: "open", decided_by: null },
    });
    expect(await call(reopen, { token: doctor, method: "POST" })).toMatchObject({
      status: 409,
      body: { allowed: ["dismiss"] },
    });
    expect(await duplicatesOf(one)).toHaveLength(1);
    expect(await call(`/patients/${one}/merge`, { token: doctor, body })).toMatchObject({ status: 201 });
    expect(await pairOf(one, other)).toBeUndefined();
  });

  test("is decided by staff of a hospital that cares for both", async () => {
    const [one, other] = await twoOfOne();
    const elsewhere = await newPatientId({}, "doctor@north.health");
    expect((await dismiss(one, other, {}, await signIn("doctor@north.health"))).status).toBe(404);
    for (const no of [elsewhere, one, crypto.randomUUID()]) {
      expect(await dismiss(one, no)).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: "/other_patient_id" }] },
      });
    }
    const { error } = await supabaseAs("doctor@demo.health").from("patient_duplicates").update({ status: "dismissed" })
      .eq("status", "open");
    expect(error?.code).toBe("42501");
  });

  test("is worked at once for an Idempotency-Key", async () => {
    const [one, other] = await twoOfOne();
    const key = { "idempotency-key": crypto.randomUUID() };
    const answers = await Promise.all(Array.from({ length: 5 }, () => dismiss(one, other, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  });

  test("counts, and filters by hospital", async () => {
    const [one, other] = await twoOfOne();
    await check();
    const { body } = await call(`/patients/duplicates?count=exact&organization_id=${HOSPITAL}&limit=1`, {
      token: doctor,
    });
    const { rows } = await sql().query(
      `select count(*)::int as n from public.patient_duplicates d where organization_id = $1 and status = 'open'
      and private.is_in_care(patient_id, array[$1::uuid]) and private.is_in_care(other_patient_id, array[$1::uuid])`,
      [HOSPITAL],
    );
    expect(at(body, "/page/total")).toBe(at(rows, "/0/n"));
    expect(await pairOf(one, other)).toBeDefined();
  });

  test("the job runs once at a time, and takes each request once", async () => {
    await twoOfOne();
    const runs = await Promise.all([check(), check(), check()]);
    expect(runs.filter((count) => Number(count) > 0)).toHaveLength(1);
    expect(await check()).toBe(0);
  });
});

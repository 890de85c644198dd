import { beforeAll, beforeEach, expect, test } from "vitest";
import { addRecord, giveConsent, openChart } from "../../support/charts.ts";
import { sqlValue } from "../../support/database.ts";
import { HOSPITAL, newPerson, type Person } from "../../support/people.ts";
import { type Answer, call, signIn, textAt } from "../../support/stack.ts";

const TEXT = "Tells of a secret.";

let doctor: string;
let person: Person;
let patient: string;
let encounter: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  person = await newPerson({ given_name: "Ture", birth_date: "1980-01-02" });
  patient = textAt((await call("/patients/me", { token: person.token })).body, "/id");
  await call("/patients/me/care-relationships", { token: person.token, body: { organization_id: HOSPITAL } });
  await openChart(patient);
  encounter = textAt((await addRecord(patient, "encounters", { kind: "ambulatory" }, doctor)).body, "/id");
});
beforeEach(() => giveConsent(patient, person.token, "everything"));

const note = (fields: object = {}) => ({ encounter_id: encounter, kind: "plan", text: TEXT, ...fields });
const post = (path: string, body: object, key: string) =>
  call(`/patients/${patient}/${path}`, { token: doctor, body, headers: { "idempotency-key": key } });
const replayed = ({ headers }: Answer) => headers.get("idempotency-replayed");
const kept = (key: string) => sqlValue("select answer_id from private.idempotency_keys where key = $1", [key]);

test("a repetition answers the same record while the chart is open, and what is kept of it says nothing", async () => {
  const key = crypto.randomUUID();
  const first = await post("notes", note(), key);
  const again = await post("notes", note(), key);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect([replayed(first), replayed(again)]).toEqual([null, "true"]);
  expect(again.body).toEqual(first.body);
  for (const header of ["location", "etag"]) expect(again.headers.get(header)).toBe(first.headers.get(header));
  expect(await kept(key)).toBe(textAt(first.body, "/id"));
});

test("ten requests with one key at once make one record and ten equal answers", async () => {
  const key = crypto.randomUUID();
  const answers = await Promise.all(Array.from({ length: 10 }, () => post("notes", note(), key)));
  expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
  expect(answers.filter((answer) => replayed(answer) === "true")).toHaveLength(9);
});

test("a record that was changed since is answered as it is now, not as it was", async () => {
  const key = crypto.randomUUID();
  const id = textAt((await post("notes", note(), key)).body, "/id");
  const changed = await call(`/patients/${patient}/notes/${id}`, {
    token: doctor,
    method: "PATCH",
    body: { text: "Tells another one.", amendment_reason: "Misheard" },
  });
  const again = await post("notes", note(), key);
  expect(again).toMatchObject({ status: 201, body: changed.body });
  expect([replayed(again), again.headers.get("etag")]).toEqual(["true", 'W/"2"']);
});

test.each<[what: string, close: () => Promise<Answer>, refusal: object]>([
  ["consent", () => giveConsent(patient, person.token, "nothing"), { status: 403, body: { code: "no_consent" } }],
  ["the chart", () => call(`/patients/${patient}/close`, { token: doctor, method: "POST" }), {
    status: 403,
    body: { code: "chart_not_open" },
  }],
])(
  "a repetition is refused as any read is once %s is closed, and comes back when it is opened",
  async (_, close, refusal) => {
    const [adding, entering] = [crypto.randomUUID(), crypto.randomUUID()];
    const made = await post("notes", note(), adding);
    const path = `notes/${textAt(made.body, "/id")}/enter-in-error`;
    const entered = await post(path, { reason: "Wrong patient" }, entering);
    expect(entered).toMatchObject({ status: 200, body: { status: "entered_in_error" } });
    expect(await kept(entering)).toBe(textAt(made.body, "/id"));

    await close();
    for (
      const answer of [await post("notes", note(), adding), await post(path, { reason: "Wrong patient" }, entering)]
    ) {
      expect(answer).toMatchObject(refusal);
      expect(replayed(answer)).toBeNull();
      expect(JSON.stringify(answer.body)).not.toContain(TEXT);
      expect(
        await sqlValue("select count(*)::int from audit.entries where action = 'deny' and request_id = $1", [
          answer.headers.get("x-request-id"),
        ]),
      ).toBe(1);
    }

    await giveConsent(patient, person.token, "everything");
    await openChart(patient);
    for (
      const [answer, status] of [
        [await post("notes", note(), adding), 201],
        [await post(path, { reason: "Wrong patient" }, entering), 200],
      ] as const
    ) {
      expect(answer).toMatchObject({ status, body: entered.body });
      expect(replayed(answer)).toBe("true");
    }
  },
);

test("a repetition does not answer what the consent leaves out by now", async () => {
  const key = crypto.randomUUID();
  expect((await post("notes", note({ sensitivity: "hiv" }), key)).status).toBe(201);
  await giveConsent(patient, person.token, "without_sensitive");
  const again = await post("notes", note({ sensitivity: "hiv" }), key);
  expect(again).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(JSON.stringify(again.body)).not.toContain(TEXT);
});

test("a key of a record is not that of another one", async () => {
  const key = crypto.randomUUID();
  await post("notes", note(), key);
  expect(await post("notes", note({ text: "Else." }), key)).toMatchObject({
    status: 422,
    body: { code: "idempotency_key_reused" },
  });
});

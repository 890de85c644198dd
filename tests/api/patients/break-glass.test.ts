import { beforeAll, describe, expect, test } from "vitest";
import { addRecord, giveConsent, openChart } from "../../support/charts.ts";
import { sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newPerson, type Person } from "../../support/people.ts";
import { at, call, signIn, textAt } from "../../support/stack.ts";

let doctor: string;
let nurse: string;
let north: string;
let officer: string;
let person: Person;
let own: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  nurse = await signIn("nurse@demo.health");
  north = await signIn("doctor@north.health");
  officer = await signIn("privacy@demo.health");
  person = await newPerson({ given_name: "Ture", birth_date: "1980-01-02" });
  own = textAt((await call("/patients/me", { token: person.token })).body, "/id");
  await call("/patients/me/care-relationships", { token: person.token, body: { organization_id: HOSPITAL } });
});

const NORTHSIDE = "20000000-0000-4000-8000-000000000001";
const depression = { name: "Depression", code_system: "icd10", code: "F32.1", sensitivity: "mental_health" };

describe("break-glass", () => {
  const why = { purpose: "emergency_treatment", reason: "Unconscious, no relatives present" };

  test("opens for an hour, shows in the access log, and is reviewed", async () => {
    const family_name = uniqueName();
    const id = await newPatientId({ family_name, given_name: "Nora", birth_date: "1970-05-06" });
    await openChart(id);
    await addRecord(id, "conditions", depression, doctor);
    const broken = await call("/patients/break-glass", {
      token: north,
      body: { family_name, given_name: "Nora", birth_date: "1970-05-06", ...why },
    });
    expect(broken).toMatchObject({
      status: 201,
      body: { basis: "break_glass", reason: why.reason, chart: { conditions: [{ name: "Depression" }] } },
    });
    const [opened, expires] = ["/opened_at", "/expires_at"].map((pointer) => Date.parse(textAt(broken.body, pointer)));
    expect(Number(expires) - Number(opened)).toBe(3_600_000);
    expect((await call(`/patients/${id}/conditions`, { token: north })).status).toBe(200);
    expect((await call(`/patients/${id}`, { token: north })).status).toBe(200);

    const access = textAt(broken.body, "/id");
    expect(at((await call("/admin/break-glass", { token: north })).body, "/data/0/id")).toBe(access);
    expect(await call(`/admin/break-glass/${access}/review`, { token: north, body: { outcome: "justified" } }))
      .toMatchObject({ status: 403 });
    expect(await call(`/admin/break-glass/${access}/review`, { token: officer, body: { outcome: "justified" } }))
      .toMatchObject({ status: 200, body: { organization_id: NORTHSIDE, reviewing_organization_id: HOSPITAL } });
    await sqlValue("update public.chart_accesses set closed_at = now() where id = $1", [access]);
    expect((await call(`/patients/${id}/conditions`, { token: north })).status).toBe(404);
  });

  test("goes past a consent that is missing, and the privacy officer and the patient see it", async () => {
    await giveConsent(own, person.token, "without_sensitive");
    const broken = await call("/patients/break-glass", { token: nurse, body: { patient_id: own, ...why } });
    expect(broken).toMatchObject({ status: 201, body: { basis: "break_glass", scope: "everything" } });
    const access = textAt(broken.body, "/id");
    const log = await call(`/patients/${own}/access-log?basis=break_glass`, { token: person.token });
    expect(at(log.body, "/data/0")).toMatchObject({
      id: access,
      reason: why.reason,
      purpose: "emergency_treatment",
      user: { position: expect.any(String) },
      organization: { id: HOSPITAL },
    });
    const unreviewed = await call("/admin/break-glass?reviewed=false", { token: officer });
    expect(at(unreviewed.body, "/data/0/id")).toBe(access);
    const review = (outcome: string) =>
      call(`/admin/break-glass/${access}/review`, { token: officer, body: { outcome, comment: "Seen" } });
    expect(await review("justified")).toMatchObject({ status: 200, body: { review_outcome: "justified" } });
    expect(await review("unjustified")).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
    for (
      const [token, title] of [[officer, "A chart was opened in an emergency"], [
        person.token,
        "Your chart was opened in an emergency",
      ]]
    ) {
      const told = await call("/notifications?kind=chart_break_glass&limit=1", { token });
      expect(at(told.body, "/data/0/title")).toBe(title);
    }
    await giveConsent(own, person.token, "everything");
  });

  test("asks for a reason, a purpose and one patient, and is not for everybody", async () => {
    const ask = (body: object, token = north) => call("/patients/break-glass", { token, body });
    expect(await ask({ patient_id: own, ...why, reason: "short" })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/reason" }] },
    });
    expect(await ask({ patient_id: own, reason: why.reason })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/purpose" }] },
    });
    expect(await ask({ given_name: "Nora", ...why })).toMatchObject({ status: 422 });
    expect(await ask({ national_id: { country: "DE", value: "NOBODY1" }, ...why })).toMatchObject({ status: 404 });
    expect(await ask({ patient_id: own, ...why }, person.token)).toMatchObject({ status: 403 });
    await openChart(own);
    expect(await ask({ patient_id: own, ...why }, doctor), "the chart is open already").toMatchObject({ status: 409 });
  });
});

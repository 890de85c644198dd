import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { book, booked, dayAhead, DEMO, instantOf, type Visitor } from "../../support/appointments.ts";
import { isInCare, recordedOf, startCare } from "../../support/care.ts";
import { at, call, signIn, textAt } from "../../support/stack.ts";
import {
  cancel,
  decide,
  entryOf,
  joined,
  openOffer,
  runJob,
  threeOnEmptySchedule,
  withoutJob,
} from "../../support/waitlist.ts";

const DAY = dayAhead(4);

let doctor: string;
let ten: string;
let holder: Visitor;
let person: Visitor;

withoutJob();
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  ten = await instantOf(DAY, "10:00");
});
beforeEach(async () => {
  [holder, person] = await threeOnEmptySchedule();
});

const slot = (starts_at: string) => ({ service_id: DEMO.consultation, practitioner_id: DEMO.doctor, starts_at });
const statusOf = async (entry: string) => at(await entryOf(entry, person.token), "/status");
const offerTen = (entry: string) =>
  call(`/appointments/waitlist/${entry}/offers`, {
    token: doctor,
    body: { practitioner_id: DEMO.doctor, starts_at: ten },
  });

describe("who ended the care of a hospital", () => {
  test("is offered nothing by its staff, which is recorded, and leaves its waiting lists", async () => {
    const end = await startCare(person);
    const entry = await joined(person);
    await end();
    const refused = await offerTen(entry);
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await recordedOf(refused)).toMatchObject([
      { action: "deny", reason: "patient_ended_care", patient_id: person.patientId },
    ]);
    expect(await isInCare(person)).toBe(false);
    await runJob();
    expect(await entryOf(entry, person.token)).toMatchObject({ status: "left", closed_at: expect.any(String) });
  });

  test("is offered nothing that becomes free either, before the job comes", async () => {
    const id = await booked(holder, ten);
    const end = await startCare(person);
    const entry = await joined(person);
    await end();
    await cancel(id, holder.token);
    expect(await statusOf(entry)).toBe("waiting");
  });

  test("accepts an offer of before by their own decision alone, and is in care again by it", async () => {
    const end = await startCare(person);
    const entry = await joined(person);
    expect((await offerTen(entry)).status).toBe(201);
    const offer = await openOffer(entry, person);
    await end();
    const refused = await decide(offer, "accept", doctor);
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await recordedOf(refused)).toMatchObject([{ reason: "patient_ended_care", patient_id: person.patientId }]);
    expect(await isInCare(person)).toBe(false);
    expect(await openOffer(entry, person)).toBe(offer);
    expect((await decide(offer, "accept", person.token)).status).toBe(200);
    expect(await isInCare(person)).toBe(true);
  });

  test("is not booked out of a hold of theirs by its staff, and books it themselves", async () => {
    await (await startCare(person))();
    const held = await call("/appointments/holds", { token: person.token, body: slot(ten) });
    const hold_id = textAt(held.body, "/id");
    const refused = await book({ hold_id }, doctor);
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await recordedOf(refused)).toMatchObject([{ reason: "patient_ended_care", patient_id: person.patientId }]);
    expect(await isInCare(person)).toBe(false);
    expect(await book({ hold_id }, person.token)).toMatchObject({ status: 201, body: { status: "booked" } });
    expect(await isInCare(person)).toBe(true);
  });

  test("waits again when they join again, or when they begin the care again", async () => {
    const end = await startCare(person);
    const entry = await joined(person);
    await end();
    const endAgain = await startCare(person);
    await runJob();
    expect(await statusOf(entry)).toBe("waiting");
    await endAgain();
    await runJob();
    expect(await statusOf(entry)).toBe("left");
    const again = await joined(person);
    await runJob();
    expect(await statusOf(again)).toBe("waiting");
    expect((await offerTen(again)).status).toBe(201);
  });

  test("and whom the hospital dismissed are different things: the latter waits on", async () => {
    await startCare(person);
    const entry = await joined(person);
    const { body } = await call(`/patients/${person.patientId}/care-relationships`, { token: doctor });
    const path = `/patients/${person.patientId}/care-relationships/${textAt(body, "/data/0/id")}/end`;
    expect((await call(path, { token: doctor, method: "POST" })).status).toBe(200);
    await runJob();
    expect(await statusOf(entry)).toBe("waiting");
  });
});

test("who was never in care is booked by nobody else, neither out of a hold nor out of an offer", async () => {
  const id = await booked(holder, ten);
  const entry = await joined(person);
  await cancel(id, holder.token);
  const held = await call("/appointments/holds", {
    token: person.token,
    body: slot(await instantOf(DAY, "14:00")),
  });
  const attempts = [
    await decide(await openOffer(entry, person), "accept", doctor),
    await book({ hold_id: textAt(held.body, "/id") }, doctor),
  ];
  for (const refused of attempts) {
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await recordedOf(refused)).toMatchObject([{ reason: "not_in_care", patient_id: person.patientId }]);
  }
  expect(await isInCare(person)).toBe(false);
});

test("staff book a hold of a patient in care, as if they had booked the time", async () => {
  await startCare(person);
  const body = { service_id: DEMO.specialist, practitioner_id: DEMO.doctor, starts_at: ten };
  const held = await call("/appointments/holds", { token: person.token, body });
  expect(await book({ hold_id: textAt(held.body, "/id") }, doctor)).toMatchObject({
    status: 201,
    body: { status: "booked", booked_by: "staff" },
  });
});

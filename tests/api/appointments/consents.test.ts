import { expect, test } from "vitest";
import { book, dayAhead, DEMO, freeStarts } from "../../support/appointments.ts";
import { giveConsent } from "../../support/charts.ts";
import { HOSPITAL, newPerson } from "../../support/people.ts";
import { at, call, listAt, signIn, textAt } from "../../support/stack.ts";

test("a hospital that sees nothing runs the appointment without being told what it is for; the patient is", async () => {
  const patient = await newPerson({ given_name: "Nadja", birth_date: "1980-01-02" });
  const own = textAt((await call("/patients/me", { token: patient.token })).body, "/id");
  const day = dayAhead(30, 3);
  const [starts_at] = await freeStarts(DEMO.consultation, day);
  const booked = await book({ service_id: DEMO.consultation, practitioner_id: DEMO.doctor, starts_at }, patient.token);
  const path = `/appointments/${textAt(booked.body, "/id")}`;
  const doctor = await signIn("doctor@demo.health");
  expect(await call(path, { token: doctor })).toMatchObject({ status: 200, body: { service_name: "Consultation" } });

  expect((await giveConsent(own, patient.token, "nothing")).status).toBe(201);
  const hidden = { service_name: null, cancellation_reason: null, overbooking_reason: null };
  const shown = { patient: { given_name: "Nadja" }, starts_at: at(booked.body, "/starts_at"), status: "booked" };
  expect(await call(path, { token: doctor })).toMatchObject({ status: 200, body: { ...shown, ...hidden } });
  const list = await call(`/appointments?patient_id=${own}`, { token: doctor });
  expect(listAt(list.body, "/data")).toMatchObject([{ ...shown, ...hidden }]);
  const cancelled = await call(`${path}/cancel`, { token: patient.token, body: { reason: "I am better" } });
  expect(cancelled).toMatchObject({
    status: 200,
    body: { service_name: "Consultation", cancellation_reason: "I am better" },
  });
  expect((await call(path, { token: doctor })).body).toMatchObject(hidden);
  await giveConsent(own, patient.token, "without_sensitive");
  expect((await call(path, { token: doctor })).body).toMatchObject({ service_name: "Consultation" });
});

test("nor why the patient is served first on the waiting list; the patient is", async () => {
  const patient = await newPerson({ given_name: "Nadja", birth_date: "1980-01-02" });
  const own = textAt((await call("/patients/me", { token: patient.token })).body, "/id");
  await call("/patients/me/care-relationships", { token: patient.token, body: { organization_id: HOSPITAL } });
  const doctor = await signIn("doctor@demo.health");
  const body = { service_id: DEMO.consultation, patient_id: own, priority: 2, priority_reason: "In distress" };
  const joined = await call("/appointments/waitlist", { token: doctor, body });
  expect(joined).toMatchObject({ status: 201, body: { priority_reason: "In distress" } });
  const path = `/appointments/waitlist/${textAt(joined.body, "/id")}`;

  expect((await giveConsent(own, patient.token, "nothing")).status).toBe(201);
  expect((await call(path, { token: doctor })).body).toMatchObject({ service_name: null, priority_reason: null });
  expect((await call(path, { token: patient.token })).body).toMatchObject({ priority_reason: "In distress" });
  await call(`${path}/leave`, { token: patient.token, method: "POST" });
});

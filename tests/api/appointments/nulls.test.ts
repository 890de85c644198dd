import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { clearAppointments, dayAhead, DEMO, instantOf } from "../../support/appointments.ts";
import { sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { bookedSeries, consultations, occurrencesOf } from "../../support/series.ts";
import { gateway, signIn } from "../../support/stack.ts";

const DAY = dayAhead(8);

let doctor: string;
let patient_id: string;
let series: string;
let first: string;
let eleven: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  eleven = await instantOf(DAY, "11:00");
});
beforeEach(async () => {
  await clearAppointments();
  patient_id = await newPatientId();
  series = await bookedSeries(consultations(patient_id, DAY), doctor);
  first = (await occurrencesOf(patient_id))[0]?.id ?? "";
});
afterEach(clearAppointments);

/** Calls a function of the data API, where nothing but the database looks at the input. */
const rpc = (name: string, body: unknown) => gateway(`/rest/v1/rpc/${name}`, { token: doctor, body });

const appointments = () =>
  sqlValue("select md5(string_agg(to_jsonb(a)::text, ',' order by a.id)) from public.appointments a");

const slot = () => ({ service_id: DEMO.consultation, practitioner_id: DEMO.doctor, patient_id, starts_at: eleven });
const search = { p_service_id: DEMO.consultation, p_from: DAY, p_to: DAY };

const refused: [string, () => [string, unknown], string][] = [
  ["a search without a first day", () => ["search_slots", { ...search, p_from: null, p_to: "2126-01-01" }], "/from"],
  ["a search without a last day", () => ["search_slots", { ...search, p_to: null }], "/to"],
  ["a hold without a start", () => ["hold_slot", { p_input: { ...slot(), starts_at: null } }], "/starts_at"],
  ["a booking of nobody", () => ["book_appointment", { p_input: { ...slot(), patient_id: null } }], "/patient_id"],
  [
    "a booking with nobody",
    () => ["book_appointment", { p_input: { ...slot(), practitioner_id: null } }],
    "/practitioner_id",
  ],
  [
    "a series without a number of dates",
    () => ["book_series", { p_input: { ...consultations(patient_id, DAY), start_time: "15:00", count: null } }],
    "/count",
  ],
  [
    "a series without an end",
    () => ["book_series", { p_input: { ...consultations(patient_id, DAY), count: undefined, until: null } }],
    "/until",
  ],
  [
    "a series without a first day",
    () => ["book_series", { p_input: { ...consultations(patient_id, DAY), start_day: null } }],
    "/start_day",
  ],
  ...["start_time", "duration_minutes", "practitioner_id"].flatMap((
    field,
  ): [string, () => [string, unknown], string][] => [
    [
      `a series that moves to no ${field}`,
      () => ["move_series", { p_id: series, p_scope: "all", p_changes: { [field]: null } }],
      `/${field}`,
    ],
    [
      `a date of a series that moves to no ${field}`,
      () => [
        "move_series",
        { p_id: series, p_scope: "one", p_appointment_id: first, p_changes: { [field]: null } },
      ],
      `/${field}`,
    ],
  ]),
  [
    "a cancellation without a reason",
    () => ["cancel_series", { p_id: series, p_scope: "all", p_reason: null }],
    "/reason",
  ],
  [
    "nobody who waits",
    () => ["join_waitlist", { p_input: { service_id: DEMO.consultation, patient_id: null } }],
    "/patient_id",
  ],
];

test.each(refused)("%s is refused with its place", async (_, input, pointer) => {
  const before = await appointments();
  const [name, body] = input();
  const { status, body: answer } = await rpc(name, body);
  expect({ status, ...Object(answer) }).toMatchObject({
    status: 422,
    code: "PT422",
    hint: "invalid_input",
    details: `{"pointer": "${pointer}"}`,
  });
  expect(await appointments()).toBe(before);
});

test.each<[string, string, Record<string, unknown>, string]>([
  ["a feed of nothing", "create_calendar_feed", { calendar: null, name: "x", token_hash: "0".repeat(64) }, "23502"],
  [
    "a feed without a token",
    "create_calendar_feed",
    { calendar: "practitioner", name: "x", token_hash: null },
    "23502",
  ],
  ["days of no week", "join_waitlist", { service_id: DEMO.consultation, weekdays: [null] }, "23514"],
])("%s is refused", async (_, name, input, code) => {
  const who = name === "join_waitlist" ? { patient_id } : {};
  expect((await rpc(name, { p_input: { ...input, ...who } })).body).toMatchObject({ code });
});

test("what is left empty and may be is as if it were left out", async () => {
  const held = await rpc("hold_slot", {
    p_input: { ...slot(), hold_minutes: null, duration_minutes: null, room_id: null },
  });
  expect(held).toMatchObject({ status: 200, body: { status: "held", room_id: null } });
  expect(
    await sqlValue(
      "select array[extract(epoch from ends_at - starts_at), extract(epoch from hold_expires_at - created_at)]::int[] from public.appointments where status = 'held'",
    ),
  ).toEqual([1800, 600]);
  await rpc("join_waitlist", { p_input: { service_id: DEMO.consultation, patient_id, from_day: null, to_time: null } });
  for (const statuses of [{}, { p_statuses: null }]) {
    const waiting = await rpc("list_waitlist", { p_patient_id: patient_id, p_limit: null, ...statuses });
    expect(waiting).toMatchObject({ status: 200, body: { rows: [{ patient_id, status: "waiting" }] } });
  }
  const listed = await rpc("list_appointments", {
    p_patient_id: patient_id,
    p_statuses: null,
    p_limit: null,
    p_count: null,
  });
  expect(listed).toMatchObject({ status: 200, body: { rows: [{ id: first }], total: null } });
});

import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clearAppointments, dayAhead, DEMO } from "../../support/appointments.ts";
import { sql } from "../../support/database.ts";
import { newPerson, type Person } from "../../support/people.ts";
import { bookedSeries, changeSeries, consultations, dayAfter, occurrencesOf, weeks } from "../../support/series.ts";
import { signIn } from "../../support/stack.ts";

const DAY = dayAhead(8);
const [FIRST = "", SECOND = "", THIRD = ""] = weeks(DAY, 4);
const CONSULTATIONS = "Demo General Hospital";

let nurse: string;
let person: Person;
let patient_id: string;
let id: string;

beforeAll(async () => {
  nurse = await signIn("nurse@demo.health");
  person = await newPerson();
  const { rows } = await sql().query<{ id: string }>("select id from public.patients where user_id = $1", [person.id]);
  patient_id = rows[0]?.id ?? "";
  await sql().query("insert into public.care_relationships (patient_id, organization_id) values ($1, $2)", [
    patient_id,
    DEMO.hospital,
  ]);
});
beforeEach(async () => {
  await clearAppointments();
  id = await bookedSeries(consultations(patient_id, DAY), nurse);
});

/** What the patient and the practitioner were told of a series since `then`, in words and by the appointment that it leads to. */
async function toldOf(work: () => Promise<unknown>) {
  const read = async (recipient: string, kind: string) => {
    const { rows } = await sql().query<{ title: string; body: string; link: string }>(
      "select title, body, link from public.notifications where recipient_id = $1 and kind = $2 and created_at > $3 order by created_at",
      [recipient, kind, since],
    );
    return rows;
  };
  const since = new Date(Date.now() - 1);
  await work();
  return [await read(person.id, "appointment_changed"), await read(DEMO.doctorUser, "schedule_changed")];
}

const words = (day: string, time = "10:00") => `${day} at ${time} at ${CONSULTATIONS}`;
const occurrence = async (index: number) =>
  (await occurrencesOf(patient_id)).find(({ series_index }) => series_index === index)?.id ?? "";

/** The news of a change, to the patient and to the practitioner: one each, with the date that it names and leads to. */
async function news(title: string, index: number, body: string) {
  const link = `/appointments/${await occurrence(index)}`;
  return [
    [{ title: `Your repeated appointment was ${title === "moved" ? "changed" : title}`, body, link }],
    [{ title: `An appointment was ${title}`, body, link }],
  ];
}

describe("of a series people are told once, of the date that comes first", () => {
  test.each([[14, "later"], [-7, "earlier"], [1, "by a day"]])(
    "when all of it moves by %i days, %s",
    async (shift_days) => {
      const expected = await news(
        "moved",
        0,
        `It was on ${words(FIRST)} and is now on ${words(dayAfter(FIRST, shift_days))}.`,
      );
      expect(await toldOf(() => changeSeries(id, "reschedule", { scope: "all", shift_days }, nurse))).toEqual(expected);
    },
  );

  test("when one and what follows move", async () => {
    const change = {
      scope: "this_and_following",
      appointment_id: await occurrence(1),
      shift_days: 7,
      start_time: "11:00",
    };
    const expected = await news("moved", 1, `It was on ${words(SECOND)} and is now on ${words(THIRD, "11:00")}.`);
    expect(await toldOf(() => changeSeries(id, "reschedule", change, nurse))).toEqual(expected);
  });

  test("when all of it is cancelled, whatever the order of the rows", async () => {
    // The row of the first date is written anew, so that it lies behind the others.
    await changeSeries(
      id,
      "reschedule",
      { scope: "one", appointment_id: await occurrence(0), start_time: "11:00" },
      nurse,
    );
    const expected = await news("cancelled", 0, `It was on ${words(FIRST, "11:00")}.`);
    expect(await toldOf(() => changeSeries(id, "cancel", { scope: "all", reason: "Recovered" }, nurse))).toEqual(
      expected,
    );
  });

  test("when one and what follows are cancelled, the one that was moved before them first", async () => {
    const before = { scope: "one", appointment_id: await occurrence(3), shift_days: -20 };
    await changeSeries(id, "reschedule", before, nurse);
    const expected = await news("cancelled", 3, `It was on ${words(dayAfter(DAY, 1))}.`);
    const change = { scope: "this_and_following", appointment_id: await occurrence(1), reason: "Recovered" };
    expect(await toldOf(() => changeSeries(id, "cancel", change, nurse))).toEqual(expected);
  });
});

test("of a change that is refused nobody is told", async () => {
  const refused = () => changeSeries(id, "reschedule", { scope: "all", start_time: "22:00" }, nurse);
  expect(await toldOf(async () => expect((await refused()).status).toBe(409))).toEqual([[], []]);
});

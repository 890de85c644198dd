import { afterEach, beforeAll, expect, test } from "vitest";
import { newVisitors } from "../support/appointments.ts";
import { sql, sqlValue } from "../support/database.ts";
import { reduced } from "../support/reduced.ts";
import { call } from "../support/stack.ts";

const PARALLEL = 20;
const MOST = 10;
const LOCK = "perform from public.profiles where id = auth.uid() for no key update;";
/** Between the look at the feeds that there are and the new one, so that requests meet there whatever the machine does. */
const PAUSE = "perform pg_sleep(0.05);";
const INSERT = "insert into public.calendar_feeds";

let original = "";
beforeAll(async () => {
  original = String(
    await sqlValue("select pg_get_functiondef('private.create_calendar_feed'::regproc)"),
  );
  expect(original).toContain(LOCK);
  expect(original.split(INSERT)).toHaveLength(2);
});
afterEach(async () => {
  await sql().query(original);
});

/** How many feeds a new person gets who has some and asks for twenty at once. */
async function feedsOfOne(first = 0): Promise<number> {
  const [visitor] = await newVisitors(1);
  const body = { calendar: "patient", name: "Phone" };
  const ask = () => call("/appointments/feeds", { token: visitor?.token, body });
  const answers = [];
  for (let n = 0; n < first; n++) answers.push(await ask());
  answers.push(...await Promise.all(Array.from({ length: PARALLEL }, ask)));
  expect(answers.map(({ status }) => status).filter((status) => status !== 201 && status !== 409)).toEqual([]);
  return answers.filter(({ status }) => status === 201).length;
}

test.each(Array.from({ length: reduced(10, 3) }, (_, index) => index + 1))(
  "round %i: of twenty feeds asked for at once a person gets ten",
  async () => {
    expect(await feedsOfOne()).toBe(MOST);
  },
);

test("also when every request takes its time between looking and making", async () => {
  await sql().query(original.replace(INSERT, `${PAUSE} ${INSERT}`));
  expect(await feedsOfOne()).toBe(MOST);
});

test("the negative control: without the lock on the person there are more", async () => {
  await sql().query(original.replace(INSERT, `${PAUSE} ${INSERT}`).replace(LOCK, ""));
  // No more than the data API has connections look at once, so that all of them have to find room.
  expect(await feedsOfOne(MOST - 1)).toBeGreaterThan(MOST);
});

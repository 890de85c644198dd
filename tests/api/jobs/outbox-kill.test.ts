import { expect, test } from "vitest";
import { sqlValue } from "../../support/database.ts";
import { killBetweenSendAndMark } from "../../support/kill-jobs.ts";
import { newPerson } from "../../support/people.ts";
import { outboxOf, tell } from "../../support/told.ts";

const KILLS = 2;

test(`jobs killed ${KILLS} times between sending and noting it: no mail is lost, duplicates carry the same event id`, {
  timeout: 60_000,
}, async () => {
  const { id } = await newPerson();
  const { events, received, lost } = await killBetweenSendAndMark(id, KILLS);
  expect(events).toHaveLength(KILLS);
  expect(lost).toEqual([]);
  for (const event of events) {
    const copies = received.filter(({ eventId }) => eventId === event.id);
    expect(event).toMatchObject({ status: "sent" });
    expect(copies.length).toBeGreaterThanOrEqual(2);
    expect(new Set(copies.map((copy) => JSON.stringify(copy))).size).toBe(1);
  }
});

test("the negative control: a mail that was noted before it was sent is lost, and the count tells", {
  timeout: 60_000,
}, async () => {
  const { id } = await newPerson();
  await tell(id);
  const [early] = await outboxOf(id);
  await sqlValue("select private.finish_mail($1, 0, null, false, null)", [early?.id]);
  const { lost } = await killBetweenSendAndMark(id, 1);
  expect(lost.map((event) => event.id)).toEqual([early?.id]);
});

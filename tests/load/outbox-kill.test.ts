import { expect, test } from "vitest";
import { killBetweenSendAndMark } from "../support/kill-jobs.ts";
import { newPerson } from "../support/people.ts";
import { reduced } from "../support/reduced.ts";

const KILLS = reduced(50, 5);

test(`jobs killed ${KILLS} times between sending and noting it: no mail is lost, duplicates carry the same event id`, {
  timeout: 600_000,
}, async () => {
  const { id } = await newPerson();
  const { events, received, lost } = await killBetweenSendAndMark(id, KILLS);
  const copies = events.map((event) => received.filter(({ eventId }) => eventId === event.id));
  console.log(
    `${KILLS} kills: ${events.length} mails, ${lost.length} lost, ${copies.flat().length} copies received, at most ${
      Math.max(...copies.map(({ length }) => length))
    } of one`,
  );
  expect(events).toHaveLength(KILLS);
  expect(lost).toEqual([]);
  expect(events.filter(({ status }) => status !== "sent")).toEqual([]);
  expect(copies.filter((some) => some.length < 2 || new Set(some.map((one) => JSON.stringify(one))).size > 1)).toEqual(
    [],
  );
});

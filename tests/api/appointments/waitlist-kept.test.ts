import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  booked,
  dayAhead,
  DEMO,
  freeStarts,
  instantOf,
  newVisitors,
  type Visitor,
} from "../../support/appointments.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { at, textAt } from "../../support/stack.ts";
import {
  cancel,
  decide,
  emptySchedule,
  entryOf,
  joined,
  offerOf,
  openOffer,
  runJob,
  threeOnEmptySchedule,
  withoutJob,
} from "../../support/waitlist.ts";

const DAY = dayAhead(4);

let ten: string;
let two: string;
let holder: Visitor;
let person: Visitor;
let entry: string;

withoutJob();
beforeAll(async () => {
  [ten, two] = [await instantOf(DAY, "10:00"), await instantOf(DAY, "14:00")];
});
beforeEach(async () => {
  [holder, person] = await threeOnEmptySchedule();
});

const kept = () => sqlValue("select count(*)::int from private.released_slots");
const offeredAt = async () => new Date(textAt(await entryOf(entry, person.token), "/offer/starts_at")).toISOString();

/** Two times become free one after the other, while one person waits: they are offered the first. */
async function twoFreed(wishes = {}): Promise<void> {
  const ids = [await booked(holder, ten), await booked(holder, two)];
  entry = await joined(person, wishes);
  for (const id of ids) await cancel(id, holder.token);
  expect(await offeredAt()).toBe(ten);
}

describe("a time that becomes free while the only one whom it suits decides about another", () => {
  test("is offered to them when they decline, by the next run of the job", async () => {
    await twoFreed();
    expect(await kept()).toBe(1);
    await runJob();
    await decide(await openOffer(entry, person), "decline", person.token);
    await runJob();
    expect(await offeredAt()).toBe(two);
    expect(await kept()).toBe(0);
    expect(await freeStarts(DEMO.consultation, DAY)).not.toContain(two);
  });

  test("is offered to them when the offer lapses, by the run after", async () => {
    await twoFreed();
    await runJob(60);
    expect(await offerOf(entry, person)).toBeUndefined();
    await runJob(61);
    expect(await offeredAt()).toBe(two);
    expect(await kept()).toBe(0);
  });

  test("is kept in mind for nobody once they accept", async () => {
    await twoFreed();
    expect((await decide(await openOffer(entry, person), "accept", person.token)).status).toBe(200);
    await runJob();
    expect(await kept()).toBe(0);
    expect(at(await entryOf(entry, person.token), "/status")).toBe("accepted");
  });

  test("is not kept in mind when it does not suit them", async () => {
    await twoFreed({ to_time: "12:00" });
    expect(await kept()).toBe(0);
  });

  test("is not kept in mind past itself", async () => {
    await twoFreed();
    await sql().query("update private.released_slots set freed = tstzrange(now() - interval '1 hour', now())");
    await runJob();
    expect(await kept()).toBe(0);
  });

  test("is looked at again by no run of the job before they have decided", async () => {
    await twoFreed();
    // Somebody else may be offered it then; as long as nothing is decided the job leaves it alone.
    const [other] = await newVisitors(1);
    if (other === undefined) throw new Error("Nobody was made");
    const second = await joined(other);
    await runJob();
    expect(await offerOf(second, other)).toBeUndefined();
    expect(await kept()).toBe(1);
  });

  test("with another practitioner at the same time is offered to them as well", async () => {
    const resource = [DEMO.hospital, DEMO.consultation, DEMO.nurse];
    await sql().query(
      "insert into public.service_resources (organization_id, service_id, practitioner_id) values ($1, $2, $3)",
      resource,
    );
    try {
      const [other] = await newVisitors(1);
      if (other === undefined) throw new Error("Nobody was made");
      const theirs = await sqlValue(
        `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, status, starts_at, ends_at, booked_by)
         values ($1, $4, $2, $3, 'booked', $5, $5::timestamptz + interval '30 minutes', 'staff') returning id`,
        [...resource, other.patientId, ten],
      );
      const id = await booked(holder, ten);
      entry = await joined(person);
      await cancel(id, holder.token);
      await cancel(String(theirs), other.token);
      await decide(await openOffer(entry, person), "decline", person.token);
      await runJob();
      const next = await entryOf(entry, person.token);
      expect(at(next, "/offer/practitioner_id")).toBe(DEMO.nurse);
      expect(await offeredAt()).toBe(ten);
    } finally {
      await emptySchedule();
      await sql().query(
        "delete from public.service_resources where service_id = $2 and practitioner_id = $3 and organization_id = $1",
        resource,
      );
    }
  });
});

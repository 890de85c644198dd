import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { booked, dayAhead, DEMO, freeStarts, newVisitors, type Visitor } from "../../support/appointments.ts";
import { actAs, placesAtOnce, sql, sqlValue } from "../../support/database.ts";
import { without } from "../../support/overlap.ts";
import { call, gateway, signIn, stackInfo } from "../../support/stack.ts";
import { cancel, decide, emptySchedule, joined, openOffer, pauseOffers } from "../../support/waitlist.ts";

const AT_ONCE = 20;
const DAY = dayAhead(4);

let pool: pg.Pool;
let doctor: string;
let starts: string[];
let resume: () => Promise<void>;

beforeAll(async () => {
  await placesAtOnce(100);
  pool = new pg.Pool({ connectionString: stackInfo().adminDbUrl, max: AT_ONCE });
  doctor = await signIn("doctor@demo.health");
  resume = await pauseOffers();
  await emptySchedule();
  // Every second one: a consultation takes up the next start too.
  starts = (await freeStarts(DEMO.consultation, DAY)).filter((_, index) => index % 2 === 0);
});
afterAll(async () => {
  await placesAtOnce();
  await pool.end();
  await emptySchedule();
  await resume();
});
beforeEach(async () => {
  await emptySchedule();
});

const inParallel = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));
const jobs = (count: number, minutes = 0) =>
  inParallel(
    count,
    () => pool.query("select private.pass_on_waitlist_offers(now() + make_interval(mins => $1))", [minutes]),
  );
const count = (what: string) => sqlValue(`select count(*)::int from ${what}`);

/** A cancelled appointment and one who waits: an open offer. */
async function offered(): Promise<{ person: Visitor; offer: string }> {
  const [holder, person] = await newVisitors(2);
  if (holder === undefined || person === undefined) throw new Error("Nobody was made");
  const id = await booked(holder, starts[0] ?? "");
  const entry = await joined(person);
  await cancel(id, holder.token);
  return { person, offer: await openOffer(entry, person) };
}

/** Accepts past the functions, as the data API does it, on a connection of its own. */
async function acceptDirectly(offer: string, person: Visitor): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await actAs(client, { role: "authenticated", userId: person.userId });
    await client.query("select public.decide_waitlist_offer($1, 'accepted')", [offer]);
    await client.query("commit");
    return true;
  } catch (error) {
    await client.query("rollback");
    if (error instanceof pg.DatabaseError && error.code === "PT409") return false;
    throw error;
  } finally {
    client.release();
  }
}

describe("one offer", () => {
  test("accepted 20 times at once, by both ways in and beside 20 runs of the job, is booked once", async () => {
    const { person, offer } = await offered();
    const accepting = inParallel(AT_ONCE, async (index) => {
      if (index % 2 === 0) return (await decide(offer, "accept", person.token)).status;
      const body = { p_id: offer, p_status: "accepted" };
      return (await gateway("/rest/v1/rpc/decide_waitlist_offer", { token: person.token, body })).status;
    });
    await jobs(AT_ONCE);
    expect((await accepting).sort()).toEqual([200, ...Array.from({ length: AT_ONCE - 1 }, () => 409)]);
    expect(await count("public.appointments where status = 'booked'")).toBe(1);
    expect(await count("public.appointments where status = 'held'")).toBe(0);
  });

  test("the negative control: without its locks more than one acceptance succeeds", async () => {
    const { person, offer } = await offered();
    await without(
      "private.decide_waitlist_offer(jsonb, integer)",
      / for update|perform private\.lock_patient_bookings\([^)]*\);/g,
      async () => {
        const answers = await inParallel(AT_ONCE, () => acceptDirectly(offer, person));
        expect(answers.filter(Boolean).length).toBeGreaterThan(1);
      },
    );
  });

  test("accepted directly 20 times at once is accepted once", async () => {
    const { person, offer } = await offered();
    const answers = await inParallel(AT_ONCE, () => acceptDirectly(offer, person));
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  test("accepted and lapsing at once is one of the two, in each of 10 rounds", async () => {
    for (let round = 1; round <= 10; round++) {
      await emptySchedule();
      const { person, offer } = await offered();
      const [answer] = await Promise.all([decide(offer, "accept", person.token), jobs(3, 60)]);
      const status = await sqlValue("select status from public.waitlist_offers where id = $1", [offer]);
      expect([answer.status, status], `round ${round}`).toEqual(
        answer.status === 200 ? [200, "accepted"] : [410, "lapsed"],
      );
      expect(await count("public.appointments where status = 'booked'")).toBe(answer.status === 200 ? 1 : 0);
      expect(await count("public.appointments where status = 'held'")).toBe(0);
    }
  });
});

describe("many times and many who wait", () => {
  const waiting = async (people: Visitor[]) => {
    for (const person of people) await joined(person);
  };

  test("6 times freed at once and 20 runs of the job make 6 offers to the first 6, of 6 times", async () => {
    const times = starts.slice(0, 6);
    const holders = await newVisitors(times.length);
    const ids: string[] = [];
    for (const [index, holder] of holders.entries()) ids.push(await booked(holder, times[index] ?? ""));
    const people = await newVisitors(10);
    await waiting(people);
    await Promise.all([...holders.map((holder, index) => cancel(ids[index] ?? "", holder.token)), jobs(AT_ONCE)]);
    // What could not be offered beside the others was left to the next run.
    await jobs(AT_ONCE);
    const { rows } = await sql().query<{ patient_id: string; starts_at: Date }>(
      "select patient_id, starts_at from public.waitlist_offers where status = 'open'",
    );
    expect(rows).toHaveLength(times.length);
    expect(new Set(rows.map(({ patient_id }) => patient_id)).size).toBe(times.length);
    expect(new Set(rows.map(({ starts_at }) => starts_at.toISOString())).size).toBe(times.length);
    expect(await count("public.appointments where status = 'held'")).toBe(times.length);
    expect(
      await count(
        "public.notifications n where kind = 'waitlist_offer' and exists (select from public.waitlist_offers o where n.dedupe_key = 'waitlist_offer:' || o.id)",
      ),
    )
      .toBe(times.length);
  });

  test("6 offers that lapse under 20 runs of the job pass on once each", async () => {
    const times = starts.slice(0, 6);
    const holders = await newVisitors(times.length);
    const ids: string[] = [];
    for (const [index, holder] of holders.entries()) ids.push(await booked(holder, times[index] ?? ""));
    await waiting(await newVisitors(12));
    for (const [index, holder] of holders.entries()) await cancel(ids[index] ?? "", holder.token);
    expect(await count("public.waitlist_offers where status = 'open'")).toBe(6);
    await jobs(AT_ONCE, 60);
    expect(await count("public.waitlist_offers where status = 'lapsed'")).toBe(6);
    expect(await count("public.waitlist_offers where status = 'open'")).toBe(6);
    expect(await count("(select 1 from public.waitlist_offers group by patient_id) as people")).toBe(12);
    expect(await count("public.appointments where status = 'held'")).toBe(6);
  });

  test("a job that is killed does nothing, and the next does all", async () => {
    await offered();
    const client = await pool.connect();
    await client.query("begin");
    await client.query("select private.pass_on_waitlist_offers(now() + interval '60 minutes')");
    expect(await count("public.waitlist_offers where status = 'open'")).toBe(1);
    await jobs(1, 60);
    expect(await count("public.waitlist_offers where status = 'lapsed'")).toBe(0);
    await client.query("rollback");
    client.release();
    await jobs(1, 60);
    expect(await count("public.waitlist_offers where status = 'lapsed'")).toBe(1);
  });

  test("one who cannot be offered anything keeps nobody else out", async () => {
    const [holder, broken, next] = await newVisitors(3);
    if (holder === undefined || broken === undefined || next === undefined) throw new Error("Nobody was made");
    const id = await booked(holder, starts[0] ?? "");
    await waiting([broken]);
    const entry = await joined(next);
    await sql().query(`
      create function private.fail_for_a_test() returns trigger language plpgsql set search_path = '' as
        $$ begin raise 'This one fails'; end $$;
      create trigger fails before insert on public.waitlist_offers for each row
        when (new.patient_id = '${broken.patientId}') execute function private.fail_for_a_test()`);
    try {
      await cancel(id, holder.token);
      await openOffer(entry, next);
    } finally {
      await sql().query("drop trigger fails on public.waitlist_offers; drop function private.fail_for_a_test()");
    }
  });
});

describe("one time offered by hand to 20 at once", () => {
  const offerAll = async () => {
    const people = await newVisitors(AT_ONCE);
    const entries: string[] = [];
    for (const person of people) entries.push(await joined(person));
    const body = { practitioner_id: DEMO.doctor, starts_at: starts[0] };
    const answers = await inParallel(
      AT_ONCE,
      (index) => call(`/appointments/waitlist/${entries[index]}/offers`, { token: doctor, body }),
    );
    return answers.map(({ status }) => status).sort();
  };

  test("is offered to one", async () => {
    expect(await offerAll()).toEqual([201, ...Array.from({ length: AT_ONCE - 1 }, () => 409)]);
  });

  test("the negative control: without the constraint it is offered to more", async () => {
    const name = "appointments_practitioner_is_free";
    const definition = String(
      await sqlValue("select pg_get_constraintdef(oid) from pg_constraint where conname = $1", [name]),
    );
    await sql().query(`alter table public.appointments drop constraint ${name}`);
    try {
      expect((await offerAll()).filter((status) => status === 201).length).toBeGreaterThan(1);
    } finally {
      await emptySchedule();
      await sql().query(`alter table public.appointments add constraint ${name} ${definition}`);
    }
  });
});

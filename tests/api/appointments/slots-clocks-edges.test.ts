import { describe, expect, test } from "vitest";
import { DEMO } from "../../support/appointments.ts";
import { rolledBack } from "../../support/database.ts";
import { CHANGES } from "../../support/clock-changes.ts";

/** Where hours begin and end: before, at, within and behind the hours that come twice or not at all in any of the zones. */
const EDGES = ["00:30", "01:15", "01:30", "01:45", "02:00", "02:15", "03:00", "04:30"];
const PAIRS = EDGES.flatMap((from, index) => EDGES.slice(index + 1).map((to): [string, string] => [from, to]));
/** Length of a visit and minutes from one start to the next, in turns; the second is longer than what comes twice in Lord Howe. */
const VISITS: [number, number][] = [[30, 30], [45, 45]];
const MINUTE = 60_000;

type Hours = { open: [string, string]; closed?: [string, string] };

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** What the clocks of a zone show in each minute of a night, by the time zone data of JavaScript: minutes since midnight of the day. */
function clocksOf(timeZone: string, day: string): [instant: number, shown: number][] {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  const instants = Array.from({ length: 48 * 60 }, (_, minute) => Date.parse(day) + (minute - 16 * 60) * MINUTE);
  return instants.map((instant): [string, number] => [format.format(instant), instant])
    .filter(([text]) => text.startsWith(day) && text < `${day} 05:00`)
    .map(([text, instant]) => [instant, minutesOf(text.slice(11))]);
}

/** When somebody with such hours can be seen for so long, of the times in steps of a quarter of an hour; and where slots start. */
function expected(clocks: [number, number][], { open, closed }: Hours, length: number, step: number) {
  const within = (shown: number, [from, to]: [string, string]) => shown >= minutesOf(from) && shown < minutesOf(to);
  const isOpen = clocks.map(([, shown]) => within(shown, open) && !(closed !== undefined && within(shown, closed)));
  const starts = clocks.filter((_, index) => {
    const during = isOpen.slice(index, index + length);
    return index % 15 === 0 && during.length === length && during.every(Boolean);
  });
  const iso = (times: [number, number][]) => times.map(([instant]) => new Date(instant).toISOString());
  return { visits: iso(starts), slots: iso(starts.filter(([, shown]) => (shown - minutesOf(open[0])) % step === 0)) };
}

/** The same out of the database: the slots that are found, when the doctor is there for so long, and when for a patient who takes slots alone. */
const found = (
  zone: string,
  day: string,
  clocks: [number, number][],
  { open, closed }: Hours,
  length: number,
  step: number,
) =>
  rolledBack(async (client) => {
    const [from, to] = [clocks[0], clocks.at(-1)].map((minute) => new Date(minute?.[0] ?? NaN));
    await client.query("update public.organizations set time_zone = $2 where id = $1", [DEMO.hospital, zone]);
    await client.query(
      "update public.services set duration_minutes = $2, slot_minutes = $3, buffer_after_minutes = 0 where id = $1",
      [
        DEMO.consultation,
        length,
        step,
      ],
    );
    await client.query("delete from public.availability_rules where practitioner_id = $1", [DEMO.doctor]);
    await client.query(
      `insert into public.availability_rules (organization_id, practitioner_id, weekday, start_time, end_time)
       values ($1, $2, 7, $3, $4)`,
      [DEMO.hospital, DEMO.doctor, ...open],
    );
    if (closed !== undefined) {
      await client.query(
        `insert into public.availability_exceptions (organization_id, kind, from_day, to_day, start_time, end_time)
         values ($1, 'closed', $2, $2, $3, $4)`,
        [DEMO.hospital, day, ...closed],
      );
    }
    const instants = async (text: string) => {
      const { rows } = await client.query<{ at: Date }>(text, [DEMO.doctor, from, to]);
      return rows.map(({ at }) => at.toISOString());
    };
    const search = `
      select f.starts_at as at from public.services s, private.free_slots(s, array[$1::uuid], $2, $3) f
      where s.id = '${DEMO.consultation}' order by f.starts_at`;
    const there = (more: string) => `
      select t as at from public.practitioners p, generate_series($2::timestamptz, $3, interval '15 minutes') t
      where p.id = $1 and private.is_open(p, t, t + interval '${length} minutes'${more}) order by t`;
    return {
      slots: await instants(search),
      visits: await instants(there("")),
      starts: await instants(there(`, ${step}`)),
    };
  });

describe.each(CHANGES)("in %s on %s", (zone, day) => {
  const clocks = clocksOf(zone, day);

  test("hours that begin or end at any time", async () => {
    for (const [index, open] of PAIRS.entries()) {
      const [length, step] = VISITS[index % 2] ?? [30, 30];
      const { slots, visits } = expected(clocks, { open }, length, step);
      const there = await found(zone, day, clocks, { open }, length, step);
      expect(there, open.join("–")).toEqual({ slots, visits, starts: slots });
    }
  });

  test("closures that begin or end at any time", async () => {
    for (const closed of PAIRS) {
      const hours: Hours = { open: ["00:30", "04:30"], closed };
      const { slots, visits } = expected(clocks, hours, 30, 30);
      expect(await found(zone, day, clocks, hours, 30, 30), closed.join("–")).toEqual({ slots, visits, starts: slots });
    }
  });
});

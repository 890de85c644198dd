import { tzOffset } from "@date-fns/tz";
import { tzlib_get_ical_block, tzlib_get_offset, tzlib_get_timezones } from "timezones-ical-library";

/** A time zone as iCalendar objects describe it: by a VTIMEZONE that goes by this name. */
export type CalendarZone = { tzid: string; component: string };

const HOUR = 3600 * 1000;
const WEEK = 7 * 24 * HOUR;
/** From 30 days back to a year ahead, as a feed reaches. */
const WEEKS_BACK = 5;
const WEEKS_AHEAD = 53;

const zones = new Map<string, CalendarZone | undefined>();

/**
 * The zone of this name; undefined for one that the library does not know, or knows in another way than this runtime does: the two are
 * released apart, and governments change clocks. Times of such a zone are written in UTC, which is right whoever is out of date.
 */
export function calendarZone(name: string, now = Date.now()): CalendarZone | undefined {
  const week = Math.floor(now / WEEK);
  const key = `${name} ${week}`;
  if (!zones.has(key)) zones.set(key, findZone(name, week));
  return zones.get(key);
}

let known: ReadonlySet<string> | undefined;

function findZone(name: string, week: number): CalendarZone | undefined {
  // Asked for another one, the library writes to the console.
  known ??= new Set(tzlib_get_timezones());
  if (!known.has(name)) return undefined;
  const [component, assignment] = tzlib_get_ical_block(name);
  const tzid = assignment?.replace(/^TZID=/, "");
  if (component === undefined || tzid === undefined) return undefined;
  for (let probe = week - WEEKS_BACK; probe <= week + WEEKS_AHEAD; probe++) {
    // Weeks since 1970 begin on Thursdays; clocks change around Sundays, so that noon of the day before is far from it.
    const noon = new Date(probe * WEEK - 12 * HOUR);
    if (minutes(tzlib_get_offset(name, noon.toISOString().slice(0, 10), "12:00")) !== tzOffset(tzid, noon)) {
      return undefined;
    }
  }
  return { tzid, component };
}

/** `+0545` in minutes. */
const minutes = (offset: string) =>
  Number(`${offset.slice(0, 1)}1`) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(3, 5)));

/** Whether a wall time of the zone close to this instant comes twice, because clocks go back: then only UTC says which one is meant. */
export function isAmbiguous(tzid: string, instant: number): boolean {
  return tzOffset(tzid, new Date(instant - 3 * HOUR)) > tzOffset(tzid, new Date(instant + 3 * HOUR));
}

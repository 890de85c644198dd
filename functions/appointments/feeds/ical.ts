import { TZDate } from "@date-fns/tz";
import ical, {
  foldLines,
  type ICalCalendarData,
  ICalCalendarMethod,
  ICalEventClass,
  type ICalEventData,
  ICalEventStatus,
} from "ical-generator";
import { calendarZone, isAmbiguous } from "./calendar-zone.ts";
import type { CalendarEntry } from "./schemas.ts";

/** The names of events end in it for ever. Of the domain that nobody can own (RFC 2606), and to which no mail goes. */
const DOMAIN = "health-hub.invalid";
/** How often apps are asked to read a feed again, in seconds. */
const REFRESH = 3600;

const statuses: Partial<Record<CalendarEntry["status"], ICalEventStatus>> = {
  requested: ICalEventStatus.TENTATIVE,
  cancelled: ICalEventStatus.CANCELLED,
};

/** The calendar of a feed. A subscription shows what there is, and cancelled appointments as such: always PUBLISH. */
export const feedCalendar = (entries: readonly CalendarEntry[]): string =>
  calendarOf({ method: ICalCalendarMethod.PUBLISH, name: "Appointments", ttl: REFRESH }, entries);

/**
 * The file of one appointment, to open in a calendar. It invites nobody: PUBLISH puts it there or, by the greater SEQUENCE, in the place of what was there.
 * Of a cancelled one it is CANCEL, which is how a published event is taken back (RFC 5546, 4.1.3): apps add a cancelled PUBLISH as one more event.
 */
export const appointmentCalendar = (entry: CalendarEntry): string =>
  calendarOf(
    { method: entry.status === "cancelled" ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH },
    [entry],
  );

const PRODUCT = { company: "Health Ecosystem Hub", product: "Appointments", language: "EN" };
const END = "END:VCALENDAR";

/** Puts the parts together that the library writes. Its own way of a whole calendar takes seconds for a practitioner's year: it folds byte by byte. */
function calendarOf(data: ICalCalendarData, entries: readonly CalendarEntry[]): string {
  const calendar = ical({ ...data, prodId: PRODUCT });
  const head = calendar.toString().slice(0, -END.length);
  const events = entries.map((entry) => calendar.createEvent(eventOf(entry)));
  const zones = new Set(events.map((event) => event.timezone()));
  const components = [...zones].flatMap((tzid) => tzid === null ? [] : calendarZone(tzid)?.component ?? []);
  return [
    head,
    ...components.map((component) => `${component}\r\n`),
    ...events.map((event) => fold(String(event))),
    END,
    "\r\n",
  ]
    .join("");
}

/** Printable ASCII of at most 74 characters is a line already. */
const fold = (text: string) =>
  text.split("\r\n").map((line) => line.length > 74 || /[^ -~]/.test(line) ? foldLines(line) : line).join("\r\n");

function eventOf(entry: CalendarEntry): ICalEventData {
  const changed = new Date(entry.updated_at);
  return {
    id: `${entry.id}@${DOMAIN}`,
    sequence: entry.sequence,
    // Of the change and not of this answer, so that what has not changed reads the same.
    stamp: changed,
    created: new Date(entry.created_at),
    lastModified: changed,
    ...timesOf(entry),
    summary: "Appointment",
    location: entry.room_name === null ? entry.organization_name : `${entry.organization_name}, ${entry.room_name}`,
    // RFC 5546 asks for one. A quote would end the name.
    organizer: { name: entry.organization_name.replaceAll('"', "'"), email: `hub@${DOMAIN}` },
    status: statuses[entry.status] ?? ICalEventStatus.CONFIRMED,
    class: ICalEventClass.PRIVATE,
  };
}

/** Start and end in the wall time of the hospital, or in UTC where that would not say when it is. */
function timesOf({ starts_at, ends_at, time_zone }: CalendarEntry): Pick<ICalEventData, "start" | "end" | "timezone"> {
  const [start, end] = [new Date(starts_at), new Date(ends_at)];
  const tzid = calendarZone(time_zone)?.tzid;
  if (tzid === undefined || isAmbiguous(tzid, start.getTime()) || isAmbiguous(tzid, end.getTime())) {
    return { start, end };
  }
  return { start: new TZDate(start, tzid), end: new TZDate(end, tzid), timezone: tzid };
}

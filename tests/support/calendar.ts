import ICAL from "ical.js";

/** One event of an iCalendar object, as an independent library reads it with nothing but the VTIMEZONEs in the object itself. */
export type ParsedEvent = {
  uid: string;
  sequence: number;
  status: string;
  summary: string;
  location: string;
  organizer: string;
  organizerName: string;
  start: string;
  end: string;
  /** Name of the zone of its start; undefined for UTC. */
  tzid: string | undefined;
  stamp: string;
  lastModified: string;
  properties: string[];
};

/** What an iCalendar object says. Throws when it cannot be read. */
export function parseCalendar(text: string): { method: string; zones: string[]; events: ParsedEvent[] } {
  const calendar = ICAL.Component.fromString(text);
  return {
    method: String(calendar.getFirstPropertyValue("method")),
    zones: calendar.getAllSubcomponents("vtimezone").map((zone) => String(zone.getFirstPropertyValue("tzid"))),
    events: calendar.getAllSubcomponents("vevent").map(eventOf),
  };
}

/** The only event of an iCalendar object. */
export function onlyEvent(text: string): ParsedEvent {
  const [event, ...others] = parseCalendar(text).events;
  if (event === undefined || others.length > 0) throw new Error("There is not one event");
  return event;
}

function eventOf(component: ICAL.Component): ParsedEvent {
  const organizer = component.getFirstProperty("organizer");
  const textOf = (name: string) => String(component.getFirstPropertyValue(name));
  const start = component.getFirstProperty("dtstart");
  return {
    uid: textOf("uid"),
    sequence: Number(component.getFirstPropertyValue("sequence")),
    status: textOf("status"),
    summary: textOf("summary"),
    location: textOf("location"),
    organizer: textOf("organizer"),
    organizerName: String(organizer?.getFirstParameter("cn")),
    start: instantOf(component, "dtstart"),
    end: instantOf(component, "dtend"),
    tzid: start?.getFirstParameter("tzid"),
    stamp: instantOf(component, "dtstamp"),
    lastModified: instantOf(component, "last-modified"),
    properties: component.getAllProperties().map(({ name }) => name),
  };
}

function instantOf(component: ICAL.Component, name: string): string {
  const time = component.getFirstPropertyValue(name);
  if (!(time instanceof ICAL.Time)) throw new Error(`${name} is no time`);
  if (time.zone === ICAL.Timezone.localTimezone) throw new Error(`The zone of ${name} is not in the calendar`);
  return new Date(time.toUnixTime() * 1000).toISOString();
}

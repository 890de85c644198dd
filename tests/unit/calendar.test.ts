import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { calendarZone } from "../../functions/appointments/feeds/calendar-zone.ts";
import type { CalendarEntry } from "../../functions/appointments/feeds/schemas.ts";
import { appointmentCalendar, feedCalendar } from "../../functions/appointments/feeds/ical.ts";
import { onlyEvent, parseCalendar } from "../support/calendar.ts";

const MINUTE = 60_000;
const ID = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";

const entry = (more: Partial<CalendarEntry> = {}): CalendarEntry => ({
  id: ID,
  status: "booked",
  starts_at: "2027-01-12T09:00:00+00:00",
  ends_at: "2027-01-12T09:30:00+00:00",
  organization_name: "Demo General Hospital",
  time_zone: "Europe/Berlin",
  room_name: null,
  sequence: 0,
  created_at: "2026-12-01T08:00:00.123456+00:00",
  updated_at: "2026-12-02T08:00:00.654321+00:00",
  ...more,
});

/** Half-hour appointments, one after the other, around an instant. */
const around = (instant: string, steps: number, zone: string) =>
  Array.from({ length: 2 * steps + 1 }, (_, index) => {
    const start = Date.parse(instant) + (index - steps) * 15 * MINUTE;
    return entry({
      starts_at: new Date(start).toISOString(),
      ends_at: new Date(start + 30 * MINUTE).toISOString(),
      time_zone: zone,
    });
  });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2027-01-01T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each([
  // The instants at which clocks change in 2027, and how far (hours).
  ["Europe/Berlin", ["2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z"]],
  ["America/New_York", ["2027-03-14T07:00:00Z", "2027-11-07T06:00:00Z"]],
  ["Australia/Lord_Howe", ["2027-04-03T15:00:00Z", "2027-10-02T15:30:00Z"]],
  ["Asia/Kathmandu", []],
])("in %s", (zone, changes) => {
  test.each(["2027-01-12T09:00:00Z", "2027-07-12T09:00:00Z", ...changes])(
    "a calendar says the instants around %s with its own VTIMEZONE",
    (instant) => {
      const entries = around(instant, 48, zone);
      const { zones, events } = parseCalendar(feedCalendar(entries));
      expect(zones).toEqual([zone]);
      expect(events.map(({ start, end }) => ({ start, end }))).toEqual(
        entries.map(({ starts_at, ends_at }) => ({ start: starts_at, end: ends_at })),
      );
      // UTC only where a wall time comes twice, which is within three hours of clocks that go back.
      const inZone = events.filter(({ tzid }) => tzid === zone).length;
      expect(inZone).toBeGreaterThanOrEqual(97 - 27);
      if (!changes.includes(instant)) expect(inZone).toBe(97);
    },
  );

  test("the wall time is that of Intl", () => {
    const text = feedCalendar([entry({ time_zone: zone })]);
    const wall = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" })
      .format(new Date(entry().starts_at)).replace(" ", "T").replaceAll(/[-:]/g, "");
    expect(text).toContain(`\r\nDTSTART;TZID=${zone}:${wall}\r\n`);
  });
});

test("zones all over the world tell the right instant all year, in UTC where the library knows other rules", () => {
  const names = Intl.supportedValuesOf("timeZone").filter((_, index) => index % 8 === 0);
  const noons = Array.from({ length: 12 }, (_, month) => Date.UTC(2027, month, 15, 12));
  const entries = names.flatMap((time_zone) =>
    noons.map((start) =>
      entry({
        time_zone,
        starts_at: new Date(start).toISOString(),
        ends_at: new Date(start + 30 * MINUTE).toISOString(),
      })
    )
  );
  expect(parseCalendar(feedCalendar(entries)).events.map(({ start }) => start)).toEqual(
    entries.map(({ starts_at }) => starts_at),
  );
  expect(names.filter((name) => calendarZone(name) === undefined).length).toBeLessThan(names.length / 10);
});

test.each(["UTC", "Etc/GMT+5", "Asia/Calcutta", "Not/Known"])("the zone %s does no harm", (zone) => {
  const { starts_at } = entry();
  expect(onlyEvent(feedCalendar([entry({ time_zone: zone })])).start).toBe(new Date(starts_at).toISOString());
});

test.each(
  [
    ["requested", "TENTATIVE"],
    ["booked", "CONFIRMED"],
    ["checked_in", "CONFIRMED"],
    ["completed", "CONFIRMED"],
    ["no_show", "CONFIRMED"],
    ["cancelled", "CANCELLED"],
  ] as const,
)("an appointment that is %s is %s", (status, expected) => {
  expect(onlyEvent(feedCalendar([entry({ status })])).status).toBe(expected);
});

test("a feed publishes; the file of a cancelled appointment takes it back", () => {
  expect(parseCalendar(feedCalendar([entry({ status: "cancelled" })])).method).toBe("PUBLISH");
  expect(parseCalendar(appointmentCalendar(entry())).method).toBe("PUBLISH");
  expect(parseCalendar(appointmentCalendar(entry({ status: "cancelled" }))).method).toBe("CANCEL");
});

test("an event says when and where, and nothing else", () => {
  const event = onlyEvent(feedCalendar([entry({ sequence: 2, room_name: "Room 1" })]));
  expect(event).toEqual({
    uid: `${ID}@health-hub.invalid`,
    sequence: 2,
    status: "CONFIRMED",
    summary: "Appointment",
    location: "Demo General Hospital, Room 1",
    organizer: "mailto:hub@health-hub.invalid",
    organizerName: "Demo General Hospital",
    start: "2027-01-12T09:00:00.000Z",
    end: "2027-01-12T09:30:00.000Z",
    tzid: "Europe/Berlin",
    stamp: "2026-12-02T08:00:00.000Z",
    lastModified: "2026-12-02T08:00:00.000Z",
    properties: [
      "uid",
      "sequence",
      "dtstamp",
      "dtstart",
      "dtend",
      "summary",
      "location",
      "organizer",
      "status",
      "created",
      "last-modified",
      "class",
    ],
  });
});

test.each([
  ["line breaks", "St. Mary\r\nATTENDEE:mailto:eve@example.org\nBEGIN:VALARM\rX"],
  ["what separates values", 'St. Mary; "North", ward\\n 3: a=b'],
  ["letters of all kinds", "Krankenhaus Zum Heiligen Geist 圣玛丽医院 مستشفى 🏥".repeat(3)],
])("%s in a name stay in the name", (_, name) => {
  const text = appointmentCalendar(entry({ organization_name: name, room_name: name }));
  const event = onlyEvent(text);
  const lines = name.replaceAll(/\r\n|\r|\n/g, "\n");
  expect(event.location).toBe(`${lines}, ${lines}`);
  expect(event.properties).toEqual(onlyEvent(appointmentCalendar(entry())).properties);
  expect(event.organizer).toBe("mailto:hub@health-hub.invalid");
  for (const line of text.split("\r\n")) {
    expect(line).not.toMatch(/[\r\n]/);
    expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  }
});

test("a calendar without appointments is one", () => {
  expect(parseCalendar(feedCalendar([]))).toEqual({ method: "PUBLISH", zones: [], events: [] });
  expect(feedCalendar([])).toMatch(/^BEGIN:VCALENDAR\r\n[^]*\r\nEND:VCALENDAR\r\n$/);
});

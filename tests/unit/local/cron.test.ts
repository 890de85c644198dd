import { describe, expect, test } from "vitest";
import { isDue, parseSchedule } from "../../../supabase/local/cron-schedule.ts";

const due = (schedule: string, at: string) => isDue(parseSchedule(schedule), new Date(at));

describe("a schedule of five fields", () => {
  test.each([
    ["* * * * *", "2026-11-23T08:04:59Z", true],
    ["5 4 * * *", "2026-11-23T04:05:00Z", true],
    ["5 4 * * *", "2026-11-23T05:04:00Z", false],
    ["*/15 * * * *", "2026-11-23T04:45:00Z", true],
    ["*/15 * * * *", "2026-11-23T04:46:00Z", false],
    ["0-30/10,45 9-17 * * *", "2026-11-23T17:20:00Z", true],
    ["0-30/10,45 9-17 * * *", "2026-11-23T17:45:00Z", true],
    ["0-30/10,45 9-17 * * *", "2026-11-23T17:40:00Z", false],
    ["0 0 * jan,nov mon-fri", "2026-11-23T00:00:00Z", true],
    ["0 0 * JAN,DEC MON-FRI", "2026-11-23T00:00:00Z", false],
    ["0 0 * * 7", "2026-11-22T00:00:00Z", true],
    ["0 0 * * 0", "2026-11-22T00:00:00Z", true],
    ["0 0 * * 5-7", "2026-11-22T00:00:00Z", true],
  ])("%s at %s", (schedule, at, expected) => {
    expect(due(schedule, at)).toBe(expected);
  });

  test("reckons in UTC, whatever the zone of the process", () => {
    expect(due("0 12 * * *", "2026-11-23T14:00:00+02:00")).toBe(true);
  });

  test("takes day or weekday when both are named, and both when one begins with *", () => {
    expect(due("0 0 13 * fri", "2026-11-13T00:00:00Z")).toBe(true);
    expect(due("0 0 13 * fri", "2026-11-20T00:00:00Z")).toBe(true);
    expect(due("0 0 13 * fri", "2026-11-21T00:00:00Z")).toBe(false);
    expect(due("0 0 */2 * fri", "2026-11-20T00:00:00Z")).toBe(false);
    expect(due("0 0 */2 * fri", "2026-11-27T00:00:00Z")).toBe(true);
  });

  test("$ is the last day of the month", () => {
    expect(due("0 0 $ * *", "2028-02-29T00:00:00Z")).toBe(true);
    expect(due("0 0 $ * *", "2027-02-28T00:00:00Z")).toBe(true);
    expect(due("0 0 $ * *", "2026-11-29T00:00:00Z")).toBe(false);
  });
});

describe("other forms", () => {
  test("an interval in seconds", () => {
    expect(parseSchedule("30 seconds")).toEqual({ kind: "seconds", seconds: 30 });
    expect(parseSchedule("1 second")).toEqual({ kind: "seconds", seconds: 1 });
  });

  test("the named ones", () => {
    expect(parseSchedule("@daily")).toEqual(parseSchedule("0 0 * * *"));
    expect(parseSchedule("@hourly")).toEqual(parseSchedule("0 * * * *"));
    expect(parseSchedule("@reboot")).toEqual({ kind: "reboot" });
  });
});

test.each([
  "",
  "bad",
  "* * * *",
  "* * * * * *",
  "60 * * * *",
  "* 24 * * *",
  "* * 0 * *",
  "* * 32 * *",
  "* * * 13 *",
  "* * * * 8",
  "5/10 * * * *",
  "*/0 * * * *",
  "10-5 * * * *",
  "1,,2 * * * *",
  "-1 * * * *",
  "1.5 * * * *",
  "* * $,1 * *",
  "$ * * * *",
  "0 seconds",
  "60 seconds",
  "5 minutes",
  "@never",
])("refuses %j", (schedule) => {
  expect(() => parseSchedule(schedule)).toThrow(`invalid schedule: ${schedule}`);
});

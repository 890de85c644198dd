const YEAR = new Date().getUTCFullYear() + 1;
const HALF_HOURS = ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30", "04:00", "04:30"];

/** Zone, day of the change, and what the clocks show at the half hours from 1 to 5 in that night. */
export const CHANGES: [string, string, string[]][] = [
  ["Europe/Berlin", sunday(3, -1), HALF_HOURS.filter((time) => !time.startsWith("02"))],
  ["Europe/Berlin", sunday(10, -1), ["01:00", "01:30", "02:00", "02:30", ...HALF_HOURS.slice(2)]],
  ["America/New_York", sunday(3, 2), HALF_HOURS.filter((time) => !time.startsWith("02"))],
  ["America/New_York", sunday(11, 1), ["01:00", "01:30", ...HALF_HOURS]],
  ["Australia/Lord_Howe", sunday(10, 1), HALF_HOURS.filter((time) => time !== "02:00")],
  ["Australia/Lord_Howe", sunday(4, 1), ["01:00", "01:30", ...HALF_HOURS.slice(1)]],
  ["Asia/Kathmandu", sunday(3, -1), HALF_HOURS],
  ["Asia/Kathmandu", sunday(10, -1), HALF_HOURS],
];

/** What a night without a change shows. */
export const ORDINARY_NIGHT = HALF_HOURS;

/** The first, second … Sunday of a month, or the last one (-1). */
function sunday(month: number, nth: number): string {
  const first = new Date(Date.UTC(YEAR, nth < 0 ? month : month - 1, 1));
  first.setUTCDate(first.getUTCDate() + (7 - first.getUTCDay()) % 7 + (nth < 0 ? nth : nth - 1) * 7);
  return first.toISOString().slice(0, 10);
}

/** When a pg_cron schedule is due. Reads what pg_cron 1.6 reads and, like it, counts in UTC. */

interface Minutes {
  kind: "minutes";
  minute: ReadonlySet<number>;
  hour: ReadonlySet<number>;
  day: ReadonlySet<number>;
  month: ReadonlySet<number>;
  weekday: ReadonlySet<number>;
  /** `$` in the day field: the last day of the month. */
  lastDay: boolean;
  /** Whether day and weekday must both match: so as soon as one of the two fields begins with `*`. */
  bothDays: boolean;
}

/** A parsed schedule: five fields, every so many seconds after the last run's start, or once when the server starts. */
export type Schedule = Minutes | { kind: "seconds"; seconds: number } | { kind: "reboot" };

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MACROS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

function readNumber(text: string, low: number, high: number, names: readonly string[]): number {
  const named = names.indexOf(text);
  const value = named >= 0 ? named + low : /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (!(value >= low && value <= high)) throw new RangeError(`"${text}" is not between ${low} and ${high}`);
  return value;
}

/** `*`, `n`, `n-m`, the ranges with `/step`, and lists of them. A step after a single number is refused, as by pg_cron. */
function readField(field: string, low: number, high: number, names: readonly string[] = []): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", stepText, ...rest] = part.split("/");
    const [fromText = "", toText, ...more] = range.split("-");
    const single = range !== "*" && toText === undefined;
    if (rest.length > 0 || more.length > 0 || (single && stepText !== undefined)) {
      throw new RangeError(`"${part}" is not a value, a range or a list`);
    }
    const from = range === "*" ? low : readNumber(fromText, low, high, names);
    const to = range === "*" ? high : readNumber(toText ?? fromText, low, high, names);
    const step = stepText === undefined ? 1 : readNumber(stepText, 1, 9999, []);
    if (from > to) throw new RangeError(`"${part}" runs backwards`);
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

/** Reads a schedule, or throws a RangeError with pg_cron's message. */
export function parseSchedule(text: string): Schedule {
  const expression = text.trim().toLowerCase();
  if (expression === "@reboot") return { kind: "reboot" };

  const seconds = Number(/^(\d{1,2})\s+seconds?$/.exec(expression)?.[1] ?? NaN);
  if (seconds >= 1 && seconds <= 59) return { kind: "seconds", seconds };

  const fields = (MACROS[expression] ?? expression).split(/[ \t]+/);
  try {
    if (fields.length !== 5) throw new RangeError("a schedule has five fields");
    const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
    const weekdays = readField(weekday, 0, 7, WEEKDAYS);
    if (weekdays.has(7)) weekdays.add(0);
    return {
      kind: "minutes",
      minute: readField(minute, 0, 59),
      hour: readField(hour, 0, 23),
      day: day === "$" ? new Set() : readField(day, 1, 31),
      month: readField(month, 1, 12, MONTHS),
      weekday: weekdays,
      lastDay: day === "$",
      bothDays: day.startsWith("*") || weekday.startsWith("*"),
    };
  } catch (error) {
    throw new RangeError(`invalid schedule: ${text}`, { cause: error });
  }
}

/** Whether a schedule of five fields is due in the minute that holds `at`. */
export function isDue(schedule: Schedule, at: Date): boolean {
  if (schedule.kind !== "minutes") return false;
  const month = at.getUTCMonth();
  const day = at.getUTCDate();
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const dayFits = schedule.lastDay ? day === lastDay : schedule.day.has(day);
  const weekdayFits = schedule.weekday.has(at.getUTCDay());
  return schedule.minute.has(at.getUTCMinutes()) && schedule.hour.has(at.getUTCHours()) &&
    schedule.month.has(month + 1) && (schedule.bothDays ? dayFits && weekdayFits : dayFits || weekdayFits);
}

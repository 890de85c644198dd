import parsePhoneNumber from "libphonenumber-js/min";
import { z } from "zod";

/** Characters that have no place in a line of text: control characters other than tab and line breaks, and lone surrogates. */
// deno-lint-ignore no-control-regex -- control characters are what this refuses
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Cs}/u;
const LINE_BREAK = /[\r\n\t]/;
const EARLIEST_BIRTH = "1875-01-01";

/** The id of a row. Any 128-bit id in the usual notation, also the fixed ones of seeds, which are no RFC 9562 versions. */
export const uuid = z.guid("must be a UUID").toLowerCase();

/** Rows of the demo data, as examples: what the documentation tries out reads something then. */
export const demo = {
  organization: "10000000-0000-4000-8000-000000000001",
  patient: "11a81cb1-464c-aa9c-42e0-72e885c23bad",
  doctor: "30000000-0000-4000-8000-000000000002",
} as const;

/** Ids that many rows refer to. */
export const organizationId = uuid.meta({
  example: demo.organization,
  description: "The organization it belongs to.",
});
export const patientId = uuid.meta({
  example: demo.patient,
  description: "The patient it is about.",
});
export const userId = uuid.meta({
  example: demo.doctor,
  description: "The login it belongs to.",
});

/** An instant: ISO 8601 with `Z` or an offset, to the precision of Postgres. */
export const instant = z.iso.datetime({ offset: true, error: "must be an instant such as 2026-03-01T09:30:00Z" });

/** A day of the calendar that exists, `YYYY-MM-DD`, without time or zone. */
export const calendarDate = z.iso.date("must be an existing day, written YYYY-MM-DD");

/** A time of the wall clock to the minute, `HH:MM`. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 22:00").meta({
  example: "22:00",
});

/**
 * A day on which somebody living may have been born: 1875 until today. Today is the latest date that has begun anywhere on earth (UTC+14), because
 * the function does not know where the person is.
 */
export const birthDate = calendarDate.refine((day) => day >= EARLIEST_BIRTH && day <= latestToday(), {
  error: "must lie between 1875-01-01 and today",
}).meta({ example: "1984-11-23" });

const latestToday = () => new Date(Date.now() + 14 * 3600 * 1000).toISOString().slice(0, 10);

/** One line of text: trimmed, in Unicode's composed form, not empty, at most `max` characters, without control characters. */
export const text = (max: number) =>
  z.string().trim().normalize("NFC").min(1, "must not be empty").max(max, `must have at most ${max} characters`)
    .refine((value) => !UNPRINTABLE.test(value) && !LINE_BREAK.test(value), "must not contain control characters");

/** Text of several lines: like `text`, with line breaks and tabs. */
export const longText = (max: number) =>
  z.string().trim().normalize("NFC").min(1, "must not be empty").max(max, `must have at most ${max} characters`)
    .refine((value) => !UNPRINTABLE.test(value), "must not contain control characters");

/** What `private.is_plain_text` in the database refuses besides control characters: signs of markup and of SQL. */
const MARKUP = /[<>;{}\\|=$^~`]|--|\/\*/;

/** Names, places, short reasons: one line of text as `private.is_plain_text` accepts it, without the signs of markup and of SQL. */
export const plainText = (max: number) =>
  text(max).refine((value) => !MARKUP.test(value), "must be plain text, without any of < > ; { } \\ | = $ ^ ~ ` -- /*");

/** A telephone number in the international notation, kept as E.164 (`+4930123456`). Spaces, dashes and brackets are accepted. */
export const phone = z.string().trim().max(40)
  .refine((value) => e164(value) !== undefined, "must be an international telephone number such as +4930123456")
  .overwrite((value) => e164(value) ?? value)
  .meta({ example: "+4930123456" });

function e164(value: string): string | undefined {
  const number = value.startsWith("+") ? parsePhoneNumber(value) : undefined;
  return number?.isValid() ? number.number.toString() : undefined;
}

/** An e-mail address, in lower case. RFC 5321 allows 254 characters. */
export const email = z.string().trim().toLowerCase().max(254, "must have at most 254 characters")
  .check(z.email("must be an e-mail address"))
  .meta({ example: "ada@example.org", description: "E-mail address; kept in lower case." });

/** Language, script and region of a tag, the same as `private.is_language` in the database. */
const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;

/** A language tag (BCP 47) in its canonical form: `de`, `pt-BR`. */
export const language = z.string().trim().max(35)
  .refine((value) => LANGUAGE_TAG.test(canonicalTag(value) ?? ""), "must be a language tag such as de or pt-BR")
  .overwrite((value) => canonicalTag(value) ?? value)
  .meta({ example: "de", description: "Preferred language, as a BCP 47 tag." });

function canonicalTag(value: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(value)[0];
  } catch {
    return undefined;
  }
}

const regions = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
/** Codes that ICU names but that are no countries of ISO 3166-1. */
const NO_COUNTRIES = new Set(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"]);

/** A country (ISO 3166-1 alpha-2). */
export const country = z.string().trim().toUpperCase().refine(
  (code) => /^[A-Z]{2}$/.test(code) && !NO_COUNTRIES.has(code) && regions.of(code) !== undefined,
  "must be a country code such as DE",
).meta({ example: "DE" });

/** A time zone of the IANA database: `Europe/Berlin`. Offsets are refused, they do not know daylight saving time. */
export const zone = z.string().trim().max(64).refine(isZone, "must be a time zone such as Europe/Berlin").meta({
  example: "Europe/Berlin",
});

function isZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The path parameter of a route on one row: `validate("param", idParam)`. */
export const idParam = z.strictObject({ id: uuid.describe("Id of the row.") });

/** What every row of the API carries, to spread into the schema of a representation. */
export const rowFields = {
  id: uuid.describe("Set by the server, and never reused."),
  version: z.int().min(1).meta({ example: 1, description: "Grows by one with every change; see `If-Match`." }),
  created_at: instant.describe("When the row was made."),
  updated_at: instant.describe("When the row last changed."),
};

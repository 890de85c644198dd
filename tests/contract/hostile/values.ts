import type { Field } from "./fields.ts";

/** Stands in every hostile text, so that an answer which repeats one is noticed. */
export const MARK = "h0st1le";

/** What no text of the API may have in it. */
const TEXTS: Record<string, string> = {
  "U+0000": `${MARK}\u0000`,
  "half a character": `${MARK}\ud800`,
  "a control character": `${MARK}\u0001`,
  "a C1 control character": `${MARK}\u0085`,
  "an escape sequence": `\u001b[31m${MARK}`,
  "nothing but blanks": "   ",
  "nothing": "",
};

/** What a text has to be made for: several lines, and markup. */
const LINES: Record<string, string> = { "a line break": `${MARK}\nsecond line` };
const MARKUP: Record<string, string> = {
  "a script": `<script>alert("${MARK}")</script>`,
  "SQL": `${MARK}'); drop table patients; --`,
  "a template": `\${${MARK}} {{7*7}}`,
};

/** What no text of a certain form is, such as an id, a day or one of a few words. */
const FORMLESS: Record<string, string> = {
  ...LINES,
  ...MARKUP,
  "a condition": `${MARK}' or 1=1 --`,
};
const WORDS: Record<string, string> = { "another word": MARK };

/** What looks like a day or an instant. */
const DATES: Record<string, string> = {
  "a day that does not exist": "2023-02-30",
  "a month that does not exist": "2000-13-01",
  "the day 0": "0000-00-00",
  "a day without its zeros": "1988-4-12",
  "infinity": "infinity",
  "a day in words": "12.04.1988",
};

const isText = ({ schema }: Field) => schema.type === "string" || "enum" in schema || "const" in schema;
const isFormed = ({ schema }: Field) => ["format", "pattern", "enum", "const"].some((keyword) => keyword in schema);
const isDate = ({ schema }: Field) => typeof schema.format === "string" && schema.format.startsWith("date");
const isNumber = ({ schema }: Field) => schema.type === "integer" || schema.type === "number";

/** The longest text or list that is taken; texts without a length of their own are far below this one. */
const longest = ({ schema }: Field, keyword: string): number => {
  const most = schema[keyword];
  return typeof most === "number" ? most : 20_000;
};

function textsFor(field: Field): Record<string, unknown> {
  return {
    ...TEXTS,
    "a text that is too long": MARK.repeat(Math.ceil((longest(field, "maxLength") + 1) / MARK.length)),
    ...LINES,
    ...MARKUP,
    ...(isFormed(field) && FORMLESS),
    ...(isFormed(field) && !("pattern" in field.schema) && WORDS),
    ...(isDate(field) && DATES),
  };
}

function numbersFor({ schema }: Field): Record<string, unknown> {
  const { minimum, maximum } = schema;
  return {
    "a huge number": 1e300,
    "a huge negative number": -1e300,
    ...(schema.type === "integer" && { "half of a number": 1.5 }),
    ...(typeof minimum === "number" && { "less than the least": minimum - 1 }),
    ...(typeof maximum === "number" && { "more than the most": maximum + 1 }),
  };
}

/** What is of none of the types of a field. */
function wrongTypesFor(field: Field): Record<string, unknown> {
  const { schema: { type }, nullable } = field;
  return {
    ...(!isText(field) && { "a text": MARK }),
    ...(!isNumber(field) && { "a number": 7 }),
    ...(type !== "boolean" && { "a truth value": true }),
    ...(type !== "array" && { "a list": [MARK] }),
    ...(type !== "object" && { "an object": { [MARK]: MARK } }),
    ...(!nullable && { "null": null }),
  };
}

/** The values that a field of a body has to refuse, by what they are. */
export function hostileInBody(field: Field): Record<string, unknown> {
  const { schema, example } = field;
  const { maxItems } = schema;
  return {
    ...wrongTypesFor(field),
    ...(field.required && { "nothing at all": undefined }),
    ...(isText(field) && textsFor(field)),
    ...(isNumber(field) && numbersFor(field)),
    ...(typeof maxItems === "number" &&
      {
        "a list that is too long": Array.from(
          { length: maxItems + 1 },
          () => Array.isArray(example) ? example[0] : MARK,
        ),
      }),
    ...(schema.additionalProperties === false && { "an unknown field": { ...Object(example), surprise: MARK } }),
  };
}

/** Those that a part of an address has to refuse; an address carries text alone, and none with half a character. */
export function hostileInAddress(field: Field): Record<string, unknown> {
  const { "half a character": _, ...texts } = textsFor(field);
  if (isText(field)) return texts;
  const asText = Object.entries(numbersFor(field)).map(([what, value]) => [what, String(value)]);
  return { ...texts, ...FORMLESS, ...WORDS, ...Object.fromEntries(asText) };
}

const BROKEN_TEXTS = ["U+0000", "half a character"];

/** Kinds of text that a secret may well have in it, since it is compared and never shown: all that the database can store. */
export const IN_SECRETS = [...Object.keys({ ...TEXTS, ...LINES, ...MARKUP })].filter((what) =>
  !BROKEN_TEXTS.includes(what)
);
/** Kinds that text of several lines may have in it. */
export const IN_LONG_TEXTS = Object.keys({ ...LINES, ...MARKUP });
/** Kinds that a line of any text may have in it. */
export const IN_LINES = Object.keys(MARKUP);

import { z } from "zod";

/** GS1 General Specifications, 7.9: from the right, digits weigh 3 and 1 in turn; with the check digit the sum is a multiple of ten. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce(
    (total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3),
    0,
  );
  return sum % 10 === 0;
}

const LENGTHS = /^(\d{8}|\d{12,14})$/;

/** A Global Trade Item Number as it is printed, with 8, 12, 13 or 14 digits; kept with 14, as the database does. */
export const gtin = z.string().trim()
  .regex(LENGTHS, "must be a GTIN: 8, 12, 13 or 14 digits")
  .refine((digits) => !LENGTHS.test(digits) || hasCheckDigit(digits), "must be a GTIN: the check digit is wrong")
  .overwrite((digits) => digits.padStart(14, "0"))
  .meta({ example: "09521101530018", description: "Number of the trade item (GTIN), with 14 digits." });

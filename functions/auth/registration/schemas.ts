import { z } from "zod";
import { birthDate, email, language, phone, zone } from "../../../shared/schema/fields.ts";
import { code, familyName, givenName, invitationToken, newPassword } from "../fields.ts";

/** Who somebody is, as they say themselves. */
const person = {
  given_name: givenName,
  family_name: familyName,
  phone: phone.optional().describe("Telephone number in E.164."),
  language: language.optional().describe("Of the mails and the notifications. English when it is not named."),
  time_zone: zone.optional().describe("The zone that quiet hours are told in. UTC when it is not named."),
};
const registrant = {
  ...person,
  birth_date: birthDate.optional().describe("Of a patient; staff who come in by invitation give none."),
};

export const registerInput = z.strictObject({ email, password: newPassword, ...registrant });

export const registerInvitedInput = z.strictObject({
  email,
  password: newPassword,
  ...person,
  token: invitationToken,
});

export const resendInput = z.strictObject({ email });

const withInvitation = {
  token: invitationToken.optional().describe("Of the invitation, for staff. Without it the person is a patient."),
};
/** Nobody is both: what a member of staff gives as a birth date would be lost. */
const isOfOneKind = (input: { token?: string | undefined; birth_date?: string | undefined }) =>
  input.token === undefined || input.birth_date === undefined;
const ofOneKind = { path: ["birth_date"], error: "is not kept of somebody who comes in by invitation" };
const example = {
  given_name: "Ada",
  family_name: "Adler",
  birth_date: "1984-11-23",
  language: "de",
  time_zone: "Europe/Berlin",
};

export const confirmInput = z.strictObject({ email, code, password: newPassword, ...registrant, ...withInvitation })
  .refine(isOfOneKind, ofOneKind)
  .meta({
    example: { email: "ada@example.org", code: "1234567890", password: "marmalade-river-7-lanterns", ...example },
  });

export const completeInput = z.strictObject({ ...registrant, ...withInvitation }).refine(isOfOneKind, ofOneKind)
  .meta({ example });

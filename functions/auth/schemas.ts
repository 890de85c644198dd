import { z } from "zod";
import { isGuessable } from "./passwords/strength.ts";
import { birthDate, email, language, phone, plainText, rowFields, uuid, zone } from "../../shared/schema/fields.ts";

/** bcrypt reads no more than 72 bytes: a longer password would be weaker than it looks. */
const LONGEST_PASSWORD = 72;
/** As `minimum_password_length` in supabase/config.toml. */
const SHORTEST_PASSWORD = 12;

const password = z.string().refine((value) => new TextEncoder().encode(value).length <= LONGEST_PASSWORD, {
  error: `must have at most ${LONGEST_PASSWORD} bytes`,
  abort: true,
});
/** A letter and a digit, as `password_requirements` in supabase/config.toml asks for; and nothing that a guesser tries first. */
const newPassword = password
  .refine((value) => value.length >= SHORTEST_PASSWORD, {
    error: `must have at least ${SHORTEST_PASSWORD} characters`,
    abort: true,
  })
  .refine((value) => /[A-Za-z]/.test(value) && /[0-9]/.test(value), {
    error: "must contain a letter of A to Z and a digit",
    abort: true,
  })
  .refine((value) => !isGuessable(value), "is too easy to guess")
  .meta({ minLength: SHORTEST_PASSWORD, example: "marmalade-river-7-lanterns" });
const knownPassword = password.min(1, "must not be empty").meta({ example: "correct-horse-battery" });

/** The code of a mail, as long as `otp_length` in supabase/config.toml says. */
const code = z.string().trim().regex(/^\d{10}$/, "must be the 10 digits of the mail").meta({ example: "1234567890" });
const invitationToken = z.string().trim().min(1, "must not be empty").max(200, "must have at most 200 characters")
  .meta({ example: "3q2-7wAAlY8kXJ4oTt0m9bH1cVfUe5sZ" });

const givenName = plainText(100).meta({ example: "Ada" });
const familyName = plainText(100).meta({ example: "Adler" });

/** Who somebody is, as they say themselves. */
const person = {
  given_name: givenName,
  family_name: familyName,
  phone: phone.optional(),
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

const deviceToken = z.string().meta({ example: "7f3c9a5e21b84d06a1c2e3f405162738a9b0c1d2e3f44556677889900aabbccd" });

export const loginInput = z.strictObject({
  email,
  password: knownPassword,
  device_token: deviceToken.min(1, "must not be empty").max(100, "must have at most 100 characters").optional()
    .describe("The one that this device got when it signed in to the account before."),
});

export const refreshInput = z.strictObject({
  refresh_token: z.string().min(1, "must not be empty").max(4096, "must have at most 4096 characters")
    .meta({ example: "v1.MjQ1NzYzODk" }),
});

export const logoutInput = z.strictObject({
  scope: z.enum(["local", "global", "others"]).default("local").describe(
    "Which sessions end: this one, all of the person, or all but this one.",
  ),
});

export const passwordResetInput = z.strictObject({ email });

export const passwordResetConfirmInput = z.strictObject({ email, code, new_password: newPassword });

export const changePasswordInput = z.strictObject({
  current_password: knownPassword,
  new_password: newPassword,
  code: code.optional().describe("Of the mail of `/auth/reauthenticate`; needed when the session is older than a day."),
})
  .refine((input) => input.current_password !== input.new_password, {
    path: ["new_password"],
    error: "must differ from the current password",
  });

export const acceptInvitationInput = z.strictObject({ token: invitationToken });

export const replaceProfileInput = z.strictObject({
  given_name: givenName,
  family_name: familyName,
  phone: phone.nullable(),
  language,
  time_zone: zone.optional().describe("Left as it is when it is not named."),
});

export const changeProfileInput = replaceProfileInput.partial()
  .refine((input) => Object.keys(input).length > 0, "must change at least one field");

/** What everybody gets who asks for a mail, whether one was sent or not. */
export const sent = (status: "confirmation_sent" | "reset_sent" | "code_sent") =>
  z.object({ status: z.literal(status) });

export const session = z.object({
  access_token: z.string().meta({ example: "eyJhbGciOiJFUzI1NiJ9…" }),
  refresh_token: z.string().meta({ example: "v1.MjQ1NzYzODk" }),
  token_type: z.literal("bearer"),
  expires_in: z.int().describe("Seconds for which the access token is valid.").meta({ example: 3600 }),
  expires_at: z.int().describe("When the access token ends, in seconds since 1970.").meta({ example: 1772357400 }),
  user: z.object({ id: uuid, email: z.string().meta({ example: "ada@example.org" }) }),
}).meta({ id: "Session" });

export const signedIn = session.extend({
  device_token: deviceToken.describe("Send it with the next sign-in to this account from this device."),
}).meta({ id: "SignIn" });

const role = z.enum(["hospital_staff", "pharmacy_staff", "admin", "privacy_officer"]);
const membershipStatus = z.enum(["active", "suspended"]);

const membershipFields = {
  role,
  position: z.string().nullable().meta({ example: "Physician" }),
  is_prescriber: z.boolean(),
  licence_number: z.string().nullable().meta({ example: "DE-114-2201" }),
  status: membershipStatus,
};

export const membership = z.object({
  ...rowFields,
  user_id: uuid,
  organization_id: uuid,
  ...membershipFields,
}).meta({ id: "OwnMembership" });

const profileFields = {
  ...rowFields,
  email: z.string().meta({ example: "ada@example.org" }),
  given_name: z.string().meta({ example: "Ada" }),
  family_name: z.string().meta({ example: "Adler" }),
  phone: z.string().nullable().meta({ example: "+4930123456" }),
  language: z.string().meta({ example: "de" }),
  time_zone: z.string().describe("The zone that quiet hours are told in.").meta({ example: "Europe/Berlin" }),
};

export const profile = z.object(profileFields).meta({ id: "Profile" });

export const me = z.object({
  ...profileFields,
  patient_id: uuid.nullable().describe("The patient that this person is, if any."),
  memberships: z.array(z.object({
    id: uuid,
    ...membershipFields,
    permissions: z.array(z.string()).describe("What the membership allows, for a frontend to show or hide things.")
      .meta({ example: ["patients.read"] }),
    organization: z.object({
      id: uuid,
      kind: z.enum(["hospital", "pharmacy", "laboratory"]),
      name: z.string().meta({ example: "Demo General Hospital" }),
      time_zone: z.string().meta({ example: "Europe/Berlin" }),
    }),
  })),
}).meta({ id: "Me" });

import { z } from "zod";
import { plainText } from "../../shared/schema/fields.ts";
import { isGuessable } from "./passwords/strength.ts";

/** bcrypt reads no more than 72 bytes: a longer password would be weaker than it looks. */
const LONGEST_PASSWORD = 72;
/** As `minimum_password_length` in supabase/config.toml. */
const SHORTEST_PASSWORD = 12;

const password = z.string().refine((value) => new TextEncoder().encode(value).length <= LONGEST_PASSWORD, {
  error: `must have at most ${LONGEST_PASSWORD} bytes`,
  abort: true,
});
/** A letter and a digit, as `password_requirements` in supabase/config.toml asks for; and nothing that a guesser tries first. */
export const newPassword = password
  .refine((value) => value.length >= SHORTEST_PASSWORD, {
    error: `must have at least ${SHORTEST_PASSWORD} characters`,
    abort: true,
  })
  .refine((value) => /[A-Za-z]/.test(value) && /[0-9]/.test(value), {
    error: "must contain a letter of A to Z and a digit",
    abort: true,
  })
  .refine((value) => !isGuessable(value), "is too easy to guess")
  .meta({
    minLength: SHORTEST_PASSWORD,
    example: "marmalade-river-7-lanterns",
    description: "12 characters to 72 bytes, with a letter and a digit; not easy to guess.",
  });
export const knownPassword = password.min(1, "must not be empty").meta({
  example: "correct-horse-battery",
  description: "The present password.",
});

/** The code of a mail, as long as `otp_length` in supabase/config.toml says. */
export const code = z.string().trim().regex(/^\d{10}$/, "must be the 10 digits of the mail").meta({
  example: "1234567890",
  description: "The 10 digits of the mail.",
});
export const invitationToken = z.string().trim().min(1, "must not be empty").max(
  200,
  "must have at most 200 characters",
)
  .meta({ example: "3q2-7wAAlY8kXJ4oTt0m9bH1cVfUe5sZ", description: "That of the invitation." });

export const givenName = plainText(100).meta({
  example: "Ada",
  description: "First names, as the person writes them.",
});
export const familyName = plainText(100).meta({ example: "Adler", description: "Surname, as the person writes it." });

/** What everybody gets who asks for a mail, whether one was sent or not. */
export const sent = (status: "confirmation_sent" | "reset_sent" | "code_sent") =>
  z.object({ status: z.literal(status).describe("Says nothing about whether there is an account.") });

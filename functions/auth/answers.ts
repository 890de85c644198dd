import type { z } from "zod";
import { unavailable } from "../../shared/data/errors.ts";
import { invalid, INVALID_TOKEN, problem, type ProblemError } from "../../shared/core/problem.ts";
import { invalidCredentials } from "./problems.ts";
import type { AuthAnswer } from "./auth-api.ts";
import { session } from "./sessions/schemas.ts";

export type Session = z.infer<typeof session>;

/** Says the same of every code that does not open anything. */
export const CODE_REFUSED =
  "The code is wrong, was used, has run out after an hour, or a newer mail has another one: ask for a new one.";

/** The session that Auth opened; the same 401, with the same `detail`, for whatever was wrong with the credentials. */
export function sessionOf(answer: AuthAnswer, detail?: string): Session {
  if (!answer.ok) throw refusedCredentials(detail);
  const parsed = session.safeParse(answer.body);
  if (!parsed.success) throw unavailable();
  return parsed.data;
}

/** The refusal of credentials: a wrong password, code or token, no such account, an account that is not confirmed. `detail` is the same for all of them. */
export function refusedCredentials(detail?: string): ProblemError {
  return problem(invalidCredentials, { detail, headers: { "WWW-Authenticate": "Bearer" } });
}

/** Codes of Auth that mean: this address has an account already, or has had a mail just now. Both are nobody's business. */
const HIDDEN = new Set(["over_email_send_rate_limit", "user_already_exists", "email_exists"]);

/** Throws when Auth refused for a reason that has nothing to do with who has an account. */
export function acceptSending(answer: AuthAnswer): void {
  if (answer.ok || HIDDEN.has(answer.code)) return;
  throw refusalOf(answer, "/password");
}

/** Throws when Auth refused a new password. `pointer` says where in the body it is. */
export function acceptPassword(answer: AuthAnswer, pointer: string): void {
  if (answer.ok) return;
  throw refusalOf(answer, pointer);
}

function refusalOf({ code }: { code: string }, passwordPointer: string): ProblemError {
  switch (code) {
    case "weak_password":
      return invalid(passwordPointer, "is too easy to guess");
    case "same_password":
      return invalid(passwordPointer, "must differ from the current password");
    case "reauthentication_needed":
      return invalid("/code", "is needed in a session of more than a day: POST /auth/reauthenticate mails one");
    case "reauthentication_not_valid":
      return invalid("/code", "is not the code of the newest mail, or has run out");
    case "current_password_required":
    case "current_password_mismatch":
      return invalid("/current_password", "is not the password of this account");
    case "email_address_invalid":
    case "email_address_not_authorized":
      return invalid("/email", "cannot receive mail from us");
    case "signup_disabled":
    case "email_provider_disabled":
      return problem("forbidden", { detail: "Registration is closed." });
    case "validation_failed":
      return problem("invalid_input");
    case "session_not_found":
    case "user_not_found":
    case "bad_jwt":
      return problem("unauthenticated", { headers: INVALID_TOKEN });
    default:
      return unavailable();
  }
}

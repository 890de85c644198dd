import type { Env } from "../../../shared/core/env.ts";
import { mailbox } from "./mailbox.ts";
import type { Mailer } from "./mailer.ts";
import { resend } from "./resend.ts";

/** The mailer that the environment asks for; undefined when it names none, and mail waits. */
export function mailerOf({ mail }: Env): Mailer | undefined {
  if (mail === undefined) return undefined;
  return mail.by === "resend" ? resend(mail.apiKey, mail.from) : mailbox(mail.url, mail.from);
}

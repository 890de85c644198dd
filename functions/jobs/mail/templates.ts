import { z } from "zod";
import type { Mail } from "./mailer.ts";

const notification = z.object({
  to: z.string(),
  subject: z.string(),
  title: z.string(),
  body: z.string(),
  link: z.string().nullable(),
});
const invitation = z.object({ to: z.string(), organization: z.string(), expires_at: z.string() });

/**
 * Writes a mail of the outbox: `facts` is what the database says of it (`private.mail_of`). Subjects name nobody; undefined for a template that is not
 * known, or facts that do not fit it.
 */
export function writeMail(template: string, facts: unknown, appUrl: string | undefined): Mail | undefined {
  if (template === "notification") return written(notification.safeParse(facts).data, (told) => told.subject, news);
  if (template === "invitation") return written(invitation.safeParse(facts).data, () => INVITED, invited);
  return undefined;

  function news({ title, body, link }: z.infer<typeof notification>): string[] {
    const where = link === null ? undefined : appUrl === undefined ? "Open the app to see more." : `${appUrl}${link}`;
    return [title, body, ...(where === undefined ? [] : [where])];
  }
}

const INVITED = "An invitation is waiting for you";

/** The token is not in the mail: whoever reads the mailbox does not join by that alone. */
const invited = ({ organization, expires_at }: z.infer<typeof invitation>): string[] => [
  `You are invited to join ${organization}.`,
  `Its administrator gives you the token of the invitation. Register with it and this address, or sign in and accept it, until ${
    expires_at.slice(0, 10)
  }.`,
  "If you do not expect an invitation, there is nothing you need to do.",
];

function written<Facts extends { to: string }>(
  facts: Facts | undefined,
  subject: (facts: Facts) => string,
  paragraphs: (facts: Facts) => string[],
): Mail | undefined {
  if (facts === undefined) return undefined;
  const lines = [...paragraphs(facts), SIGNATURE];
  return {
    to: facts.to,
    subject: subject(facts),
    text: `${lines.join("\n\n")}\n`,
    html: lines.map((line) => `<p>${linked(escapeHtml(line))}</p>`).join("\n"),
  };
}

const SIGNATURE = "Health Ecosystem Hub. Please do not answer this mail.";

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);
const linked = (line: string) => /^https?:\/\/\S+$/.test(line) ? `<a href="${line}">${line}</a>` : line;

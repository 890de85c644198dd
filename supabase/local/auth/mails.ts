import type { EmailDriver } from "../lite.ts";
import { z } from "zod";
import { storeMail } from "../gateway/mail-store.ts";
import { render, type TemplateData } from "./go-template.ts";
import type { Sql } from "./sql.ts";

/** The mails of Auth, by the names of config.toml. */
export const mailKinds = [
  "confirmation",
  "recovery",
  "email_change",
  "magic_link",
  "invite",
  "reauthentication",
] as const;
export type MailKind = typeof mailKinds[number];

export const MailTemplates = z.record(z.enum(mailKinds), z.object({ subject: z.string(), html: z.string() }));
export type MailTemplates = z.infer<typeof MailTemplates>;

/** What a mail says beside its template. */
type Facts = { to: string; token: string; newEmail?: string };

/** The subjects that @supabase/lite is given: by them its driver learns which mail it is. For reauthentication it takes none but its own. */
export const kindsAsSubjects = Object.fromEntries(
  mailKinds.filter((kind) => kind !== "reauthentication").map((kind) => [kind, { subject: kind }]),
);
const kindOf = (subject: string) => mailKinds.find((kind) => kind === subject) ?? "reauthentication";

/** Writes the mails of Auth with the project's templates, in the language of the login, and puts them into the mailbox. */
export class Mails {
  constructor(
    private readonly templates: MailTemplates,
    private readonly folder: string,
    private readonly siteUrl: string,
    private readonly sql: Sql,
    private readonly limiter: { mailed: () => void },
  ) {}

  async send(kind: MailKind, { to, token, newEmail = "" }: Facts): Promise<void> {
    const template = this.templates[kind];
    const data = { Token: token, Email: to, NewEmail: newEmail, SiteURL: this.siteUrl, Data: await this.dataOf(to) };
    const html = render(template.html, data);
    this.limiter.mailed();
    storeMail(this.folder, { to, subject: textOf(render(template.subject, data)), text: textOf(html), html });
  }

  /** What @supabase/lite sends its mails with: it fills templates of its own, of which the code is taken. */
  readonly driver: EmailDriver = {
    send: async ({ to, subject, text = "" }) => {
      const kind = kindOf(subject);
      // Both addresses get a code (email_change.ts); Lite writes to one of them.
      if (kind === "email_change") return;
      await this.send(kind, { to, token: /: (\d+)/.exec(text)?.[1] ?? "" });
    },
  };

  private async dataOf(address: string): Promise<TemplateData> {
    const [login] = await this.sql<{ language: string | null }[]>`
      select raw_user_meta_data ->> 'language' as language from auth.users
      where email = ${address} or email_change = ${address} order by email = ${address} desc limit 1`;
    return { language: login?.language ?? "" };
  }
}

const signs: Record<string, string> = {
  "&lt;": "<",
  "&gt;": ">",
  "&#34;": '"',
  "&#39;": "'",
  "&#43;": "+",
  "&amp;": "&",
};

/** The text of an HTML mail: its paragraphs, without the head. */
function textOf(html: string): string {
  return html.replace(/<head>[\s\S]*<\/head>|<!doctype[^>]*>/gi, "").replace(/<[^>]*>/g, "")
    .split("\n").map((line) => line.trim()).filter((line) => line !== "").join("\n\n")
    .replace(/&lt;|&gt;|&#34;|&#39;|&#43;|&amp;/g, (sign) => signs[sign] ?? sign);
}

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const Mail = z.object({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  sent_at: z.string(),
  /** The event of the outbox that the mail tells of; mails of Auth have none. */
  event_id: z.string().optional(),
});
export type Mail = z.infer<typeof Mail>;

const KEPT = 500;
const idPattern = /^\d{15}-[0-9a-f]{8}$/;

/** Keeps a mail as a file: it outlives the process that sent it, and the gateway needs no word with Auth to show it. */
export function storeMail(folder: string, mail: Omit<Mail, "id" | "sent_at">, now = new Date()): Mail {
  mkdirSync(folder, { recursive: true });
  const id = `${String(now.getTime()).padStart(15, "0")}-${crypto.randomUUID().slice(0, 8)}`;
  const stored = { ...mail, id, sent_at: now.toISOString() };
  writeFileSync(join(folder, `${id}.new`), JSON.stringify(stored));
  renameSync(join(folder, `${id}.new`), join(folder, `${id}.json`));
  for (const old of ids(folder).slice(KEPT)) rmSync(join(folder, `${old}.json`), { force: true });
  return stored;
}

/** The mails kept, newest first; only those to one address when it is given. */
export function listMails(folder: string, to?: string): Mail[] {
  const mails = ids(folder).flatMap((id) => readMail(folder, id) ?? []);
  return to === undefined ? mails : mails.filter((mail) => mail.to.toLowerCase() === to.toLowerCase());
}

export function readMail(folder: string, id: string): Mail | null {
  if (!idPattern.test(id)) return null;
  try {
    return Mail.parse(JSON.parse(readFileSync(join(folder, `${id}.json`), "utf8")));
  } catch {
    return null;
  }
}

export function emptyMailbox(folder: string): void {
  for (const id of ids(folder)) rmSync(join(folder, `${id}.json`), { force: true });
}

/** Ids begin with the time, so their order is the mails'. */
function ids(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5)).sort()
      .reverse();
  } catch {
    return [];
  }
}

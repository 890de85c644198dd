import { readBody } from "../body.ts";
import { escapeHtml, htmlPage } from "./html.ts";
import { z } from "zod";
import { emptyMailbox, listMails, type Mail, readMail, storeMail } from "./mail-store.ts";
import { problem } from "./problem.ts";

/** Longest body of a posted mail. */
export const MAIL_BYTES = 1024 * 1024;
const Incoming = z.object({ to: z.string(), subject: z.string(), text: z.string(), html: z.string() });

/**
 * The mails the stack did not send: a page for people, JSON under /mailbox/messages for tests and tools, and for
 * functions to post to.
 */
export async function mailbox(request: Request, folder: string): Promise<Response> {
  const url = new URL(request.url);
  const [, , section, id] = url.pathname.split("/");
  if (request.method === "DELETE") {
    emptyMailbox(folder);
    return new Response(null, { status: 204 });
  }
  if (request.method === "POST" && url.pathname === "/mailbox/messages") return await take(request, folder);
  if (request.method !== "GET") {
    return problem(
      405,
      "method_not_allowed",
      "The mailbox is read with GET and emptied with DELETE; mails are posted to /mailbox/messages.",
      request,
    );
  }
  if (section === undefined || section === "") return list(listMails(folder));
  if (section !== "messages") {
    return problem(404, "not_found", "The mailbox has /mailbox and /mailbox/messages.", request);
  }
  if (id === undefined || id === "") {
    return Response.json({ data: listMails(folder, url.searchParams.get("to") ?? undefined) });
  }
  const mail = readMail(folder, id);
  return mail ? Response.json(mail) : problem(404, "not_found", "There is no such mail.", request);
}

/**
 * Takes a mail as a provider does. JSON alone, which a page of another origin cannot send without being asked first.
 */
async function take(request: Request, folder: string): Promise<Response> {
  if (!request.headers.get("content-type")?.startsWith("application/json")) {
    return problem(415, "unsupported_media_type", "A mail is posted as JSON.", request);
  }
  const body = await readBody(request, MAIL_BYTES);
  if (body === null) return problem(413, "payload_too_large", `A mail has at most ${MAIL_BYTES} bytes.`, request);
  const mail = Incoming.safeParse(parsed(body));
  if (!mail.success) {
    return problem(422, "invalid_input", "A mail has the texts to, subject, text and html.", request);
  }
  const event = request.headers.get("idempotency-key");
  const { id } = storeMail(folder, { ...mail.data, ...(event !== null && { event_id: event }) });
  return Response.json({ id });
}

/** Undefined for what is no JSON. */
function parsed(body: Uint8Array<ArrayBuffer>): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

function list(mails: Mail[]): Response {
  const items = mails.map((mail) =>
    `<article><h2>${escapeHtml(mail.subject)}</h2><small>to ${escapeHtml(mail.to)}, ${
      escapeHtml(mail.sent_at)
    }</small><pre>${linked(mail.text)}</pre></article>`
  );
  const empty = "<p>No mail yet. What the stack would send to people shows up here.</p>";
  return htmlPage("Mailbox", `<p><a href="/">Health Ecosystem Hub</a></p><h1>Mailbox</h1>${items.join("") || empty}`, {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  });
}

function linked(text: string): string {
  return escapeHtml(text).replace(/https?:\/\/[^\s<]+/g, (address) => `<a href="${address}">${address}</a>`);
}

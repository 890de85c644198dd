import { escapeHtml, htmlPage } from "./html.ts";
import { emptyMailbox, listMails, type Mail, readMail } from "./mail_store.ts";
import { problem } from "./problem.ts";

/** The mails the stack did not send: a page for people, JSON under /mailbox/messages for tests and tools. */
export function mailbox(request: Request, folder: string): Response {
  const url = new URL(request.url);
  const [, , section, id] = url.pathname.split("/");
  if (request.method === "DELETE") {
    emptyMailbox(folder);
    return new Response(null, { status: 204 });
  }
  if (request.method !== "GET") {
    return problem(405, "method_not_allowed", "The mailbox is read with GET and emptied with DELETE.", request);
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

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listMails } from "../../../supabase/local/gateway/mail-store.ts";
import { mailbox } from "../../../supabase/local/gateway/mailbox.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hub-mailbox-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mail = { to: "a@example.org", subject: "S", text: "T", html: "<p>T</p>" };
const post = (body: unknown, headers: Record<string, string> = {}) =>
  mailbox(
    new Request("http://127.0.0.1/mailbox/messages", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    }),
    folder,
  );

test("a posted mail is kept with the event that it tells of", async () => {
  expect((await post({ from: "x", ...mail }, { "idempotency-key": "event-1" })).status).toBe(200);
  expect((await post(mail)).status).toBe(200);
  expect(new Set(listMails(folder).map(({ event_id }) => event_id))).toEqual(new Set(["event-1", undefined]));
});

test("what is no mail, or comes as a form does, is refused", async () => {
  expect((await post({ to: "a@example.org" })).status).toBe(422);
  expect((await post(mail, { "content-type": "text/plain" })).status).toBe(415);
  expect(listMails(folder)).toEqual([]);
});

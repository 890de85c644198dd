/** Text made safe to stand in HTML, attributes included. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}
a{color:#0a5dc2}article{border:1px solid #d4d9df;border-radius:6px;padding:.75rem 1rem;margin:1rem 0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0 0}h2{font-size:1rem;margin:0}small{color:#5b6570}`;

/** A page of the stack. `body` is HTML. */
export function htmlPage(title: string, body: string, extra: Record<string, string> = {}): Response {
  const html =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${escapeHtml(title)}</title><style>${style}</style></head><body>${body}</body></html>`;
  return new Response(html, {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", ...extra },
  });
}

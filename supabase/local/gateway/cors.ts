import { type Header, headerOf } from "../http1/head.ts";

/** Lets a page of any origin read an answer. Access is decided by keys and tokens, which no browser sends by itself. */
export const ANY_ORIGIN: readonly Header[] = [
  ["access-control-allow-origin", "*"],
  [
    "access-control-expose-headers",
    "Content-Range, Content-Location, Location, Preference-Applied, Retry-After, Server-Timing, Idempotency-Replayed",
  ],
];

/** The same on an answer of the web. */
export function allowOrigin(response: Response): Response {
  for (const [name, value] of ANY_ORIGIN) response.headers.set(name, value);
  return response;
}

/** The answer to a browser that asks before it sends. */
export function preflight(headers: readonly Header[]): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
      "access-control-allow-headers": headerOf(headers, "access-control-request-headers") ??
        "authorization, apikey, content-type, x-client-info",
      "access-control-max-age": "86400",
      "vary": "access-control-request-headers",
    },
  });
}

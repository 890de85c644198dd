/** Lets a page of any origin read an answer. Access is decided by keys and tokens, which no browser sends by itself. */
export function allowOrigin(response: Response): Response {
  response.headers.set("access-control-allow-origin", "*");
  response.headers.set(
    "access-control-expose-headers",
    "Content-Range, Content-Location, Location, Preference-Applied, Retry-After, Server-Timing, Idempotency-Replayed",
  );
  return response;
}

/** The answer to a browser that asks before it sends. */
export function preflight(request: Request): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
      "access-control-allow-headers": request.headers.get("access-control-request-headers") ??
        "authorization, apikey, content-type, x-client-info",
      "access-control-max-age": "86400",
      "vary": "access-control-request-headers",
    },
  });
}

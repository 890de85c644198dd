import { requestIdFrom } from "../../../shared/http/headers.ts";

const titles: Record<number, string> = {
  400: "The request cannot be read",
  404: "Not found",
  405: "Method not allowed",
  413: "Content too large",
  414: "The address is too long",
  415: "Unsupported media type",
  421: "Misdirected request",
  422: "The input is not valid",
  503: "Service unavailable",
};

/** An RFC 9457 answer of the stack itself, in the shape of the functions' own. A 503 says when to come back. */
export function problem(
  status: number,
  code: string,
  detail: string,
  request: Pick<Request, "url" | "headers">,
): Response {
  const requestId = requestIdFrom(request.headers.get("x-request-id"));
  const headers = new Headers({
    "content-type": "application/problem+json",
    "x-request-id": requestId,
    "access-control-allow-origin": "*",
  });
  if (status === 503) headers.set("retry-after", "1");
  const title = titles[status] ?? "Error";
  const instance = new URL(request.url).pathname;
  return new Response(
    JSON.stringify({ type: "about:blank", title, status, detail, instance, code, request_id: requestId }),
    { status, headers },
  );
}

import { pathAndQuery } from "../fault.ts";
import { type Header, headerOf } from "../http1/head.ts";
import type { Exchange } from "../http1/server.ts";

/** As much of a request as a problem tells of. */
export type Asked = Pick<Request, "url" | "headers">;

/** What a problem is about; its id is the client's own where there are headers. */
export function asked(target: string, headers: readonly Header[] = []): Asked {
  const id = headerOf(headers, "x-request-id");
  return {
    url: `http://localhost${pathAndQuery(target)}`,
    headers: new Headers(id === null ? {} : { "x-request-id": id }),
  };
}

/** A request in the words of the web, with a body that has been read already. */
export function webRequest({ request }: Exchange, target: string, bytes: Uint8Array<ArrayBuffer> | null): Request {
  const { method, host } = request;
  const body = method === "GET" || method === "HEAD" ? null : bytes;
  return new Request(`http://${host ?? "localhost"}${target}`, { method, headers: [...request.headers], body });
}

import { once } from "node:events";
import type { IncomingMessage } from "node:http";

/** Why a request is not taken: what is wrong with its first line or its Host. */
export interface Fault {
  status: 400 | 405 | 414 | 421;
  code: string;
  detail: string;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
/** Longest path with its query: the platform's, and less than any part of the stack takes. */
const TARGET_BYTES = 16 * 1024;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::\d{1,5})?$/i;
const LOOPBACK = /^(?:(?:.*\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * What is wrong with a request that must not be answered; null for one that may be. Answered are the names of this machine itself, and `hosts`: a page whose
 * name its owner points at this machine (DNS rebinding) would read what is meant for the people at it, the captured mail above all.
 */
export function faultOf(
  { method = "GET", url = "/", headers }: IncomingMessage,
  hosts: readonly string[],
): Fault | null {
  if (!METHODS.includes(method)) {
    return { status: 405, code: "method_not_allowed", detail: `Only ${METHODS.join(", ")} are known here.` };
  }
  if (url.length > TARGET_BYTES) {
    return { status: 414, code: "uri_too_long", detail: `An address has at most ${TARGET_BYTES} bytes here.` };
  }
  return headers.host === undefined ? null : hostFault(headers.host, hosts);
}

/** What is wrong with a Host. */
export function hostFault(host: string, hosts: readonly string[] = []): Fault | null {
  const name = HOST.exec(host)?.[1]?.toLowerCase();
  if (name === undefined) return { status: 400, code: "malformed_request", detail: "The Host header names no host." };
  if (LOOPBACK.test(name) || hosts.includes(name)) return null;
  return {
    status: 421,
    code: "misdirected_request",
    detail: "This stack answers to the names of its own machine and those of ALLOWED_HOSTS.",
  };
}

/** A request of node:http, which has no fault, in the words of the web. Throws for an address that is none. */
export function requestOf(message: IncomingMessage): Request {
  const { method = "GET", headers, rawHeaders } = message;
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  const body = hasBody(message) && method !== "GET" && method !== "HEAD" ? bodyOf(message) : null;
  return new Request(`http://${headers.host ?? "localhost"}${targetOf(message)}`, { method, headers: pairs, body });
}

/** A body as it comes, no faster than it is read. Nobody who stops reading it ends the connection by that. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      message.on("data", (chunk: Uint8Array<ArrayBuffer>) => {
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 0) <= 0) message.pause();
      });
      message.on("end", () => controller.close());
      message.on("error", (error) => controller.error(error));
      message.on("close", () => message.complete || controller.error(new Error("The client broke off")));
      message.pause();
    },
    pull: () => void message.resume(),
    cancel: () => void message.removeAllListeners("data").removeAllListeners("end"),
  });
}

/** Lets the client go on sending what nobody reads, until it is done or the time is over. */
export async function discard(message: IncomingMessage, milliseconds: number): Promise<void> {
  const signal = AbortSignal.timeout(milliseconds);
  const ended = once(message, "end", { signal }).catch(() => undefined);
  message.removeAllListeners("data").on("data", () => undefined).resume();
  await ended;
}

/** Path and query, also of a request that names the whole address, as those to a proxy do. */
export function targetOf({ url = "/" }: IncomingMessage): string {
  const target = url.replace(/^https?:\/\/[^/]*/i, "");
  return target.startsWith("/") ? target : "/";
}

export const hasBody = ({ headers }: IncomingMessage) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

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
 * What is wrong with a request that must not be answered; null for one that may be. Answered are the names of this
 * machine itself, and `hosts`: a page whose name its owner points at this machine (DNS rebinding) would read what is
 * meant for the people at it, the captured mail above all.
 */
export function faultOf(
  request: { method: string; target: string; host: string | null },
  hosts: readonly string[] = [],
): Fault | null {
  if (!METHODS.includes(request.method)) {
    return { status: 405, code: "method_not_allowed", detail: `Only ${METHODS.join(", ")} are known here.` };
  }
  if (request.target.length > TARGET_BYTES) {
    return { status: 414, code: "uri_too_long", detail: `An address has at most ${TARGET_BYTES} bytes here.` };
  }
  return request.host === null ? null : hostFault(request.host, hosts);
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

/** Path and query, also of a request that names the whole address, as those to a proxy do. */
export function pathAndQuery(address: string): string {
  const target = address.replace(/^https?:\/\/[^/]*/i, "");
  return target.startsWith("/") ? target : "/";
}

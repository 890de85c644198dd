import { isIP } from "node:net";
import { type Header, headerOf } from "../http1/head.ts";

/** Describe one connection (RFC 9110, 7.6.1) and end at the gateway. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
]);

/** Say where a request came from. Only a gateway may say that, so what a client sends of them is dropped. */
const origin =
  /^(x-forwarded-.*|sb-forwarded-for|cf-connecting-ip|cf-connecting-ipv6|true-client-ip|x-real-ip|x-client-ip|forwarded)$/;

/** Whether a header of a request goes on to the part behind. */
export function passesOn(name: string): boolean {
  return !hopByHop.has(name) && name !== "host" && name !== "content-length" && !origin.test(name);
}

/** Whether a header of an answer goes back to the client. Its length and framing are the gateway's own. */
export function passesBack(name: string): boolean {
  return !hopByHop.has(name) && name !== "content-length";
}

/**
 * The address that a backend names in the place of its own, as the platform's gateway takes it: in `Sb-Forwarded-For`,
 * with a secret key. Null for anybody else, and for what is no address.
 */
export function namedAddress(headers: readonly Header[], hasSecretKey: boolean): string | null {
  const named = headerOf(headers, "sb-forwarded-for")?.split(",", 1)[0]?.trim() ?? "";
  return hasSecretKey && isIP(named) !== 0 ? named : null;
}

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
const origin = /^(x-forwarded-.*|cf-connecting-ip|cf-connecting-ipv6|true-client-ip|x-real-ip|x-client-ip|forwarded)$/;

/** Whether a header of a request goes on to the part behind. */
export function passesOn(name: string): boolean {
  return !hopByHop.has(name) && !origin.test(name) && name !== "host" && name !== "content-length";
}

/** Whether a header of an answer goes back to the client. Its length and framing are the gateway's own. */
export function passesBack(name: string): boolean {
  return !hopByHop.has(name) && name !== "content-length";
}

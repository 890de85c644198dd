import { type Answer, call, gateway } from "./stack.ts";
import { stackInfo } from "./stack-info.ts";

let used = 0;
/** An address in a network that no other test comes from, of those reserved for documentation. */
export const newAddress = (): string => {
  used += 1;
  return `2001:db8:${(process.pid % 65536).toString(16)}:${used.toString(16)}::1`;
};

/** Asks Auth as a client with this address does, limits included. Told in the way of a backend: everything here comes from one machine. */
export function askAuth(address: string, path: string, body: unknown, method = "POST"): Promise<Answer> {
  const headers = { apikey: stackInfo().secretKey, "sb-forwarded-for": address };
  return gateway(`/auth/v1/${path}`, { method, body, headers });
}

/** Calls a function as a client with this address does: past the gateway, which would tell its own. */
export function callFrom(address: string, path: string, body: unknown): Promise<Answer> {
  return call(path, { body, headers: { "x-forwarded-for": address }, base: `http://127.0.0.1:${functionsPort()}` });
}

function functionsPort(): number {
  const port = stackInfo().ports.functions;
  if (port === undefined) throw new Error("This stack does not say where its functions are");
  return port;
}

import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { pathAndQuery } from "./fault.ts";

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

export const targetOf = ({ url = "/" }: IncomingMessage): string => pathAndQuery(url);

export const hasBody = ({ headers }: IncomingMessage) =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

import { endWithParent } from "./end-with-parent.ts";
import { messageOf } from "./errors.ts";
import { problem } from "./gateway/problem.ts";
import { hostFault } from "./fault.ts";

/** A part of the stack that answers requests with `handle`. */
export interface PartServer {
  port: number;
  /** What it writes to its log once it listens. */
  greeting: string;
  handle: (request: Request) => Response | Promise<Response>;
}

/**
 * Serves a part on the loopback interface, for as long as the stack lives. A process that cannot listen ends: it would
 * serve nobody, and the supervisor says why and starts another.
 */
export function servePart({ port, greeting, handle }: PartServer): void {
  endWithParent();
  const answer = (request: Request) => {
    const fault = hostFault(request.headers.get("host") ?? "localhost");
    if (fault === null) return handle(request);
    return problem(fault.status, fault.code, fault.detail, { url: "http://localhost/", headers: request.headers });
  };
  try {
    Deno.serve({ hostname: "127.0.0.1", port, onListen: () => console.log(greeting) }, answer);
  } catch (error) {
    console.log(`error: cannot listen on port ${port}: ${messageOf(error)}`);
    Deno.exit(1);
  }
}

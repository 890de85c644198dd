import type { StackError } from "./errors.ts";
import { delay } from "./supervisor.ts";
import { listeners, planPorts, type Ports, portTaken } from "./ports.ts";

/** A StackError naming the first of these ports that cannot be listened on; null when all can. */
export function takenPort(ports: Ports, parts: (keyof Ports)[]): StackError | null {
  for (const part of parts) {
    try {
      Deno.listen({ hostname: "127.0.0.1", port: ports[part] }).close();
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) return portTaken(part, ports);
      throw error;
    }
  }
  return null;
}

/** Throws the StackError of `takenPort`. */
export function requireFreePorts(ports: Ports, parts: (keyof Ports)[]): void {
  const taken = takenPort(ports, parts);
  if (taken !== null) throw taken;
}

const PATIENCE_MS = 5_000;
const AGAIN_MS = 200;

/**
 * Does what listens on the port of a part, again for some seconds where something else holds it. Throws the StackError
 * that names it then.
 */
export async function onceFree<T>(part: keyof Ports, ports: Ports, work: () => T): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS;;) {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      if (Date.now() > deadline) throw portTaken(part, ports);
      await delay(AGAIN_MS);
    }
  }
}

/** A port nobody listens on right now. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Ports for a whole stack that nobody listens on right now. */
export function freePorts(): Ports {
  for (let tries = 1;; tries++) {
    const gateway = Math.min(freePort(), 65000);
    const ports = planPorts(String(gateway));
    try {
      requireFreePorts(ports, listeners);
      return ports;
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}

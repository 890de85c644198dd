import { listeners, planPorts, type Ports, portTaken } from "./ports.ts";

/** Throws a StackError naming the first of these ports that cannot be listened on. */
export function requireFreePorts(ports: Ports, parts: (keyof Ports)[]): void {
  for (const part of parts) {
    try {
      Deno.listen({ hostname: "127.0.0.1", port: ports[part] }).close();
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) throw portTaken(part, ports);
      throw error;
    }
  }
}

/** A port nobody listens on right now. */
export function freePort(): number {
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

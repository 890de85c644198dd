import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { topicWith } from "../../realtime/support/policies.ts";
import { sendFromDatabase, sign, target } from "../../realtime/support/target.ts";
import type { Options } from "./options.ts";

export type Sockets = {
  sockets: number;
  /** From the first handshake to the last accepted join. */
  connectMs: number;
  /** Kilobytes that each process grew by, per socket. */
  kilobytes: Record<string, number>;
  /** One event for all of them. */
  reached: number;
  lastMs: number;
};

const AT_ONCE = 50;
const PATIENCE_MS = 10_000;

/** Opens many sockets, each with one private channel, and sends one event to all of them. */
export async function measureSockets({ sockets: count }: Options, processes: Record<string, number>): Promise<Sockets> {
  const topic = topicWith("r");
  const { url, publishableKey } = target();
  const address = `${url.replace(/^http/, "ws")}/realtime/v1/websocket?apikey=${publishableKey}&vsn=2.0.0`;
  const join = JSON.stringify(["1", "1", `realtime:${topic}`, "phx_join", {
    config: { private: true },
    access_token: await sign(),
  }]);
  let reached = 0;
  const before = memory(processes);
  const begun = performance.now();
  const sockets: WebSocket[] = [];
  for (let first = 0; first < count; first += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - first) }, () => open(address, join, () => reached++));
    sockets.push(...await Promise.all(batch));
  }
  const connectMs = performance.now() - begun;
  await delay(500);
  const after = memory(processes);
  const sent = performance.now();
  await sendFromDatabase(topic, "e", { n: 0 });
  while (reached < count && performance.now() - sent < PATIENCE_MS) await delay(1);
  const lastMs = performance.now() - sent;
  for (const socket of sockets) socket.close();
  const kilobytes = Object.fromEntries(
    Object.keys(processes).map((name) => [name, ((after[name] ?? NaN) - (before[name] ?? NaN)) / count]),
  );
  return { sockets: sockets.length, connectMs, kilobytes, reached, lastMs };
}

/** A socket whose channel has been accepted. Broadcasts are the only binary frames. */
function open(address: string, join: string, onBroadcast: () => void): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(join);
    socket.onerror = () => reject(new Error("A socket could not be opened"));
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return onBroadcast();
      if (data.includes('"status":"ok"')) resolve(socket);
      else reject(new Error(data));
    };
  });
}

/** Resident kilobytes of each process. */
function memory(processes: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(processes).map(([name, pid]) => [
      name,
      Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })),
    ]),
  );
}

import process from "node:process";

export type Options = {
  /** Official clients on one topic, and events sent to them, one each `pauseMs`. */
  subscribers: number;
  events: number;
  pauseMs: number;
  /** Events sent as fast as one connection can commit them, and who listens. */
  ordered: number;
  listeners: number;
  /** Sockets at once. */
  sockets: number;
  json: boolean;
};

const full = { subscribers: 200, events: 200, pauseMs: 50, ordered: 2000, listeners: 10, sockets: 1000 };
const reduced = { subscribers: 50, events: 40, pauseMs: 50, ordered: 500, listeners: 5, sockets: 200 };

/** Reads REDUCED (short, for CI) and `--json`. Throws for what it does not understand. */
export function readOptions(args: readonly string[]): Options {
  const unknown = args.find((arg) => arg !== "--json");
  if (unknown !== undefined) throw new Error(`bench:realtime does not know ${unknown}: it takes --json.`);
  const isReduced = !["", "0"].includes(process.env.REDUCED ?? "");
  return { json: args.includes("--json"), ...(isReduced ? reduced : full) };
}

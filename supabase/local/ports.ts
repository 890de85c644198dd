import { StackError } from "./errors.ts";

/** The ports of one stack. All follow from the gateway's; those of two stacks whose PORTs are ten apart do not meet, but for a few far apart. */
export interface Ports {
  gateway: number;
  postgres: number;
  postgrest: number;
  postgrestAdmin: number;
  auth: number;
  functions: number;
  realtime: number;
}

export const defaultPort = 54321;

/** From here on Linux gives ports to outgoing connections, which then may hold one that a part is about to listen on. */
const OUTGOING = 32_768;
/** A gateway that is itself in that range has its parts so far below it, or so far where that is not enough. */
const BELOW = [30_000, 61_738];
/** Ports of a stack: the gateway's and the six of its parts. */
const COUNT = 7;

/** Reads PORT and lays the other ports beside it. Throws a StackError for what is no port. */
export function planPorts(text: string | undefined): Ports {
  const gateway = text === undefined || text === "" ? defaultPort : Number(text);
  if (!Number.isInteger(gateway) || gateway < 1024 || gateway > 65529) {
    throw new StackError(`PORT=${text} is no usable port: give a number from 1024 to 65529.`);
  }
  const first = [0, ...BELOW].map((below) => gateway - below).find((port) => port + COUNT <= OUTGOING) ?? gateway;
  return {
    gateway,
    postgres: first + 1,
    postgrest: first + 2,
    postgrestAdmin: first + 3,
    auth: first + 4,
    functions: first + 5,
    realtime: first + 6,
  };
}

/** What each port is for, in words. */
const owners: Record<keyof Ports, string> = {
  gateway: "the gateway",
  postgres: "Postgres",
  postgrest: "the data API",
  postgrestAdmin: "the data API's health check",
  auth: "Auth",
  functions: "the functions",
  realtime: "Realtime",
};

/** The sentence for a port that something else holds. */
export function portTaken(part: keyof Ports, ports: Ports): StackError {
  return new StackError(
    `Port ${ports[part]}, meant for ${
      owners[part]
    }, is taken: stop what uses it, or move the whole stack with e.g. PORT=${
      ports.gateway + 1000 > 65529 ? defaultPort : ports.gateway + 1000
    } npm start.`,
  );
}

/** All parts that listen, in the order of their ports. */
export const listeners: (keyof Ports)[] = [
  "gateway",
  "postgres",
  "postgrest",
  "postgrestAdmin",
  "auth",
  "functions",
  "realtime",
];

import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { Access } from "./access.ts";
import { Changes } from "./changes.ts";
import { Connections } from "./connections.ts";
import { NO_DATABASE_MESSAGE, openPool } from "./database.ts";
import { deliverRow } from "./database-broadcast.ts";
import { broadcastByHttp } from "./http.ts";
import { Hub } from "./hub.ts";
import { log } from "./log.ts";
import { maintenanceOf } from "./maintenance.ts";
import { Rate } from "./rate.ts";
import { Replication } from "./replication.ts";
import type { Services } from "./services.ts";
import { limitsOf, type Settings } from "./settings.ts";
import type { Socket } from "./socket.ts";
import { verifyToken } from "./token.ts";

const SOCKET_PATH = "/socket/websocket";
const LONGEST_SWEEP_MS = 5_000;
/** How long a stopping server waits for its clients to have heard the goodbye. */
const GOODBYE_MS = 1_000;

/** Puts the parts together. `handle` answers requests, `upgrade` opens sockets; `stop` says goodbye to the clients. */
export function createServer(settings: Settings) {
  const limits = limitsOf(settings);
  const pool = openPool(settings.dbUrl);
  const secret = new TextEncoder().encode(settings.jwtSecret);
  const rates = {
    joins: new Rate(limits.joinsPerSecond),
    events: new Rate(limits.eventsPerSecond),
    presence: new Rate(limits.presencePerSecond),
  };
  const channels = () => [...connections.sockets].flatMap((socket) => socket.channels);
  const access = new Access(pool, channels);
  const hub = new Hub((count) => rates.events.add(count));
  const maintenance = maintenanceOf(pool);

  const changes = new Changes({ settings, silenceMs: limits.databaseSilenceMs, pool, events: rates.events, log });
  const replication = new Replication({
    dbUrl: settings.dbUrl,
    publication: "supabase_realtime_messages_publication",
    slot: `supabase_realtime_messages_replication_slot_${settings.slotSuffix}`,
    silenceMs: limits.databaseSilenceMs,
    before: async () => {
      await maintenance.now();
      await changes.clean();
    },
    onChange: (change) => {
      rates.events.add();
      const outcome = deliverRow(change, hub, {
        payloadBytes: limits.payloadBytes,
        tooMany: () => rates.events.exceeded,
      });
      if (outcome !== "delivered" && outcome !== "not_ours") log("UnableToBroadcastChanges", outcome);
      access.heard(change).catch((error: unknown) => log("review_failed", error));
    },
    onLost: () => {
      for (const channel of channels()) if (channel.room.private) channel.interrupt(NO_DATABASE_MESSAGE);
    },
    log,
  });
  const services: Services = {
    limits,
    privateOnly: settings.privateOnly,
    hub,
    pool,
    maintenance,
    rates,
    verify: (token) => verifyToken(token, secret),
    replication,
    changes,
    access,
    log,
  };
  const connections = new Connections(services);

  const sweeping = setInterval(() => {
    const now = Date.now();
    for (const socket of [...connections.sockets]) socket.sweep(now);
    if (rates.events.exceeded) quieten(connections.sockets);
  }, Math.min(LONGEST_SWEEP_MS, limits.idleMs / 4));
  const stopMaintenance = maintenance.start((error) => log("maintenance_failed", error));
  const checking = setInterval(
    () => changes.check().catch((error: unknown) => log("changes_check_failed", error)),
    limits.publicationCheckMs,
  );

  return {
    async upgrade(message: IncomingMessage, connection: Duplex, head: Buffer): Promise<Response | null> {
      if (message.url?.split("?")[0] === SOCKET_PATH) return await connections.upgrade(message, connection, head);
      return Response.json({ message: "Not Found" }, { status: 404 });
    },
    async handle(request: Request): Promise<Response> {
      const { pathname } = new URL(request.url);
      if (pathname === SOCKET_PATH) return await connections.explain(request);
      if (pathname === "/api/ping") return Response.json({ message: "Success" });
      if (pathname === "/ready") return new Response(null, { status: replication.up ? 200 : 503 });
      return await broadcastByHttp(request, services) ?? Response.json({ message: "Not Found" }, { status: 404 });
    },
    async stop(): Promise<void> {
      clearInterval(sweeping);
      stopMaintenance();
      clearInterval(checking);
      for (const socket of [...connections.sockets]) socket.restart();
      const deadline = Date.now() + GOODBYE_MS;
      while (connections.count > 0 && Date.now() < deadline) await delay(10);
      replication.stop();
      await changes.stop();
      await pool.end();
    },
  };
}

/** The installation is over its rate: everyone is told, as on the platform. */
function quieten(sockets: ReadonlySet<Socket>): void {
  for (const socket of [...sockets]) {
    for (const channel of socket.channels) channel.fail("Too many messages per second");
  }
}

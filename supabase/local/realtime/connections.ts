import type { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { reset } from "../node-http.ts";
import { requestOf } from "../node-request.ts";
import { admit, type Admitted, visibleHeaders } from "./connect.ts";
import { FRAME_BYTES } from "./limits.ts";
import type { Services } from "./services.ts";
import { Socket } from "./socket.ts";

/** The connections of the clients, from the handshake until they have really ended. */
export class Connections {
  /** Those that are served. */
  readonly sockets = new Set<Socket>();
  readonly #services: Services;
  readonly #open = new Set<Duplex>();
  readonly #protocol = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES,
  });

  constructor(services: Services) {
    this.#services = services;
  }

  /** Those that hold memory, the ones whose clients have not said goodbye yet included. */
  get count(): number {
    return this.#open.size;
  }

  /** Opens a socket. Answers why not, where it does not. */
  async upgrade(message: IncomingMessage, connection: Duplex, head: Buffer): Promise<Response | null> {
    const request = requestOf(message);
    const admission = await admit(request, this.#services, () => this.count);
    if ("response" in admission) return admission.response;
    this.#protocol.handleUpgrade(
      message,
      connection,
      head,
      (transport) => this.#serve(transport, connection, request, admission),
    );
    return null;
  }

  /** What a request for a socket is told that does not ask for one. */
  async explain(request: Request): Promise<Response> {
    const admission = await admit(request, this.#services, () => this.count);
    return "response" in admission ? admission.response : new Response(null, { status: 426 });
  }

  #serve(transport: WebSocket, connection: Duplex, request: Request, admitted: Admitted): void {
    let cut: ReturnType<typeof setTimeout> | undefined;
    this.#open.add(connection);
    const socket = new Socket(this.#services, transport, {
      ...admitted,
      headers: visibleHeaders(request.headers),
      onEnd: () => {
        this.sockets.delete(socket);
        // A client that does not read never hears the goodbye, and would keep what was meant for it in our memory.
        cut = setTimeout(() => reset(connection), this.#services.limits.farewellMs);
      },
    });
    this.sockets.add(socket);
    transport.binaryType = "arraybuffer";
    transport.on("message", (data) => socket.receive(data instanceof ArrayBuffer ? data : data.toString()));
    transport.on("error", () => socket.end(1000, ""));
    transport.on("close", () => {
      socket.end(1000, "");
      clearTimeout(cut);
      this.#open.delete(connection);
    });
  }
}

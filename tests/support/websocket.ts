import { WebSocket } from "ws";

// supabase-js wants a WebSocket when a client is made; Node has one of its own from version 22 on.
if (!("WebSocket" in globalThis)) Reflect.set(globalThis, "WebSocket", WebSocket);

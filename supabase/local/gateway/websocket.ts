/** Bytes a client may leave unread before it is cut off. The largest message is 3 MB. */
const UNREAD_BYTES = 16_000_000;

/**
 * Carries a WebSocket on to a part of the stack. Null when the part does not take it: then it has to be asked without the upgrade for the reason.
 */
export async function relayWebSocket(
  request: Request,
  url: string,
  headers: [string, string][],
): Promise<Response | null> {
  const upstream = new WebSocket(url, { headers });
  upstream.binaryType = "arraybuffer";
  // What the part says before the client's side is open.
  const early: unknown[] = [];
  upstream.onmessage = ({ data }) => early.push(data);
  if (!(await opened(upstream))) return null;

  const { socket: client, response } = Deno.upgradeWebSocket(request);
  client.binaryType = "arraybuffer";
  client.onopen = () => {
    for (const data of early) pass(data, client, upstream);
    upstream.onmessage = ({ data }) => pass(data, client, upstream);
  };
  client.onmessage = ({ data }) => pass(data, upstream, client);
  upstream.onclose = ({ code, reason }) => end(client, code, reason);
  client.onclose = () => end(upstream);
  upstream.onerror = () => end(client);
  client.onerror = () => end(upstream);
  if (upstream.readyState !== WebSocket.OPEN) end(client);
  return response;
}

function opened(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.onopen = () => resolve(true);
    socket.onerror = () => resolve(false);
    socket.onclose = () => resolve(false);
  });
}

/** A side that does not read is cut off, so that it costs no more than its buffer. */
function pass(data: unknown, to: WebSocket, from: WebSocket): void {
  if (to.readyState !== WebSocket.OPEN) return;
  if (to.bufferedAmount > UNREAD_BYTES) {
    end(from);
    end(to);
    return;
  }
  if (typeof data === "string" || data instanceof ArrayBuffer) to.send(data);
}

/** Closes with the code the other side gave, where it is one that can be sent. */
function end(socket: WebSocket, code = 1000, reason = ""): void {
  if (socket.readyState >= WebSocket.CLOSING) return;
  try {
    socket.close(code, reason);
  } catch {
    socket.close();
  }
}

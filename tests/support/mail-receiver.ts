import { once } from "node:events";
import { createServer } from "node:http";
import { z } from "zod";

/** A mail as it arrived, with the event id of its header. */
export type Received = { eventId: string; to: string; subject: string; text: string };

const mail = z.object({ to: z.string(), subject: z.string(), text: z.string() });

/** What the receiver does with a mail once it has it: answers with a status, or says nothing, so that the sender never learns what became of it. */
export type Answer = (mail: Received) => number | "silence";

/** A place that mail is posted to in place of a provider. `received` is all that ever arrived, in its order. */
export async function startReceiver(answer: Answer) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const eventId = z.string().parse(request.headers["idempotency-key"]);
    const arrived = { eventId, ...mail.parse(JSON.parse(Buffer.concat(chunks).toString())) };
    received.push(arrived);
    const status = answer(arrived);
    if (status !== "silence") response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The receiver has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    async stop(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

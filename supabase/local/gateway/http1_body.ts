import type { BufferedConnection } from "./connection.ts";
import type { ResponseHead } from "./http1.ts";

type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;

/** Bodies up to this size are awaited whole: an answer in one piece costs the server less than a stream. */
const WHOLE_BYTES = 256 * 1024;

/** The body of an answer. Gives the connection back once it is read to its end; closes it when the client goes first. */
export async function bodyOf(
  connection: BufferedConnection,
  head: ResponseHead,
  method: string,
  giveBack: (connection: BufferedConnection) => void,
): Promise<Body> {
  const done = () => head.keepAlive && connection.clean ? giveBack(connection) : connection.close();
  if (method === "HEAD" || head.status === 204 || head.status === 304 || head.length === 0) {
    done();
    return null;
  }
  const pieces = head.chunked
    ? chunks(connection)
    : head.length === null
    ? untilClosed(connection)
    : exactly(connection, head.length);
  if (head.length !== null) {
    const all = connection.takeBuffered(head.length);
    if (all !== null) {
      done();
      return all;
    }
  }
  if (head.length === null && !head.chunked) head.keepAlive = false;
  return await wholeOrStream(pieces, done, () => connection.close());
}

/** Collects the pieces while they are few; from there on the rest flows. */
async function wholeOrStream(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  done: () => void,
  abort: () => void,
): Promise<Body> {
  const collected: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  while (size < WHOLE_BYTES) {
    const next = await pieces.next();
    if (next.done) {
      done();
      return collected.length === 1 ? collected[0] ?? null : concat(collected, size);
    }
    collected.push(next.value);
    size += next.value.length;
  }
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const waiting = collected.shift();
      if (waiting !== undefined) return controller.enqueue(waiting);
      try {
        const next = await pieces.next();
        if (!next.done) return controller.enqueue(next.value);
        done();
        controller.close();
      } catch (error) {
        abort();
        controller.error(error);
      }
    },
    cancel: abort,
  });
}

function concat(pieces: Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

async function* exactly(connection: BufferedConnection, length: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let left = length; left > 0;) {
    const some = await connection.readSome(left);
    if (some === null) throw new Error("closed");
    left -= some.length;
    yield some;
  }
}

async function* untilClosed(connection: BufferedConnection): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let some = await connection.readSome(Infinity); some !== null; some = await connection.readSome(Infinity)) {
    yield some;
  }
}

async function* chunks(connection: BufferedConnection): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (;;) {
    const size = parseInt(await connection.readLine(), 16);
    if (Number.isNaN(size)) throw new Error("bad chunk");
    if (size > 0) yield* exactly(connection, size);
    // The line that ends the chunk, or the trailers up to the empty line that ends the body.
    while (await connection.readLine() !== "" && size === 0) continue;
    if (size === 0) return;
  }
}

const HEAD_LIMIT = 64 * 1024;
const READ_SIZE = 64 * 1024;
const encoder = new TextEncoder();
const lineEnd = encoder.encode("\r\n");

/** A TCP connection with a buffer of what was read beyond what was asked for. */
export class BufferedConnection {
  #socket: Deno.TcpConn;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #chunk = new Uint8Array(READ_SIZE);

  constructor(socket: Deno.TcpConn) {
    this.#socket = socket;
  }

  /** True when nothing unread is left over: a connection with a rest is in no state to serve another request. */
  get clean(): boolean {
    return this.#buffer.length === 0;
  }

  close(): void {
    try {
      this.#socket.close();
    } catch {
      // Closed already.
    }
  }

  /** Writes a head and its body; a stream goes out as it comes, in chunks when its length is not known. */
  async write(head: Uint8Array, body: Uint8Array | ReadableStream<Uint8Array> | null, chunked: boolean): Promise<void> {
    if (body === null || body instanceof Uint8Array) {
      return await this.#writeAll(body === null ? head : join(head, body));
    }
    await this.#writeAll(head);
    const reader = body.getReader();
    for (let next = await this.#next(reader); !next.done; next = await this.#next(reader)) {
      const part = next.value;
      if (part.length === 0) continue;
      await this.#writeAll(
        chunked ? join(join(encoder.encode(`${part.length.toString(16)}\r\n`), part), lineEnd) : part,
      );
    }
    if (chunked) await this.#writeAll(encoder.encode("0\r\n\r\n"));
  }

  /** A client that goes away in the middle of its body leaves a request that nobody can finish. */
  async #next(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<ReadableStreamReadResult<Uint8Array>> {
    try {
      return await reader.read();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The bytes up to the empty line that ends a head. */
  async readHead(): Promise<Uint8Array> {
    let searched = 0;
    for (;;) {
      const end = findHeadEnd(this.#buffer, searched);
      if (end >= 0) {
        const head = this.#buffer.subarray(0, end);
        this.#buffer = this.#buffer.subarray(end + 4);
        return head;
      }
      if (this.#buffer.length > HEAD_LIMIT) throw new Error("head too large");
      searched = Math.max(0, this.#buffer.length - 3);
      if (!await this.#fill()) throw new Error("closed");
    }
  }

  /** The bytes of a line of the chunked framing, without its end. */
  async readLine(): Promise<string> {
    for (;;) {
      const end = this.#buffer.indexOf(10);
      if (end >= 0) {
        const line = new TextDecoder().decode(this.#buffer.subarray(0, end)).trimEnd();
        this.#buffer = this.#buffer.subarray(end + 1);
        return line;
      }
      if (!await this.#fill()) throw new Error("closed");
    }
  }

  /** Up to `most` bytes as soon as there are any; null at the end of the connection. The caller owns them. */
  async readSome(most: number): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#buffer.length === 0 && !await this.#fill()) return null;
    const some = this.#buffer.subarray(0, most);
    this.#buffer = this.#buffer.subarray(some.length);
    return some;
  }

  /** `length` bytes if they have all arrived, else null. */
  takeBuffered(length: number): Uint8Array<ArrayBuffer> | null {
    if (this.#buffer.length < length) return null;
    const all = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return all;
  }

  async #fill(): Promise<boolean> {
    const count = await this.#socket.read(this.#chunk);
    if (count === null) return false;
    const fresh = this.#chunk.slice(0, count);
    this.#buffer = this.#buffer.length === 0 ? fresh : join(this.#buffer, fresh);
    return true;
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await this.#socket.write(rest));
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function findHeadEnd(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(13, from); at >= 0; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at;
  }
  return -1;
}

/** The other side has sent more than fits where an end was expected. */
export class TooLong extends Error {}
/** The other side has ended or cut the connection in the middle of something. */
export class Broken extends Error {}

/** Room for the requests of a client, and for most answers of a part in one piece. */
const CLIENT_BYTES = 16 * 1024;
const PART_BYTES = 64 * 1024;
const MOST_BYTES = 256 * 1024;
/** Whether an error says that the other side of a connection has gone. */
export const isLost = (error: unknown): boolean =>
  error instanceof Broken || error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset ||
  error instanceof Deno.errors.ConnectionAborted || error instanceof Deno.errors.BadResource ||
  error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.NotConnected;

const CR = 13;
const LF = 10;

const encoder = new TextEncoder();
const latin1 = new TextDecoder("latin1");
// deno-lint-ignore no-control-regex
const NOT_ASCII = /[^\x00-\x7f]/;

/**
 * A TCP connection with a buffer of what was read beyond what was asked for. One reader and one writer may use it at
 * the same time.
 */
export class Wire {
  /** When somebody who watches over connections ends this one, in milliseconds of `performance.now()`. */
  deadline = Infinity;
  readonly #connection: Deno.TcpConn;
  #buffer: Uint8Array<ArrayBuffer>;
  #start = 0;
  #end = 0;
  #ended = false;
  #closed = false;
  #reading: Promise<boolean> | undefined;
  #onEnd: (() => void) | undefined;

  constructor(connection: Deno.TcpConn, room = CLIENT_BYTES) {
    connection.setNoDelay(true);
    this.#connection = connection;
    this.#buffer = new Uint8Array(room);
  }

  /** A connection to a part of the stack. */
  static async connect(port: number): Promise<Wire> {
    return new Wire(await Deno.connect({ hostname: "127.0.0.1", port }), PART_BYTES);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How many bytes have been read that nobody took yet. */
  get buffered(): number {
    return this.#end - this.#start;
  }

  /** The address of the other side. */
  get address(): string {
    return this.#connection.remoteAddr.hostname;
  }

  /**
   * Reads ahead, and calls `onEnd` when the other side has ended, until `onEnd` is another. What it sends meanwhile is
   * kept.
   */
  watch(onEnd: (() => void) | undefined): void {
    this.#onEnd = onEnd;
    if (onEnd === undefined) return;
    if (this.#ended || this.#closed) return onEnd();
    if (this.buffered === 0) this.#fill().catch(() => undefined);
  }

  /**
   * The text up to an empty line, without that; null when the other side ended before it began. `onBegin` is called
   * when the first of it has come. Throws TooLong, Broken.
   */
  async head(most: number, onBegin?: () => void): Promise<string | null> {
    for (let searched = 0;;) {
      const at = this.#emptyLine(searched);
      if (at > most || at < 0 && this.buffered > most) throw new TooLong();
      if (at >= 0) return this.#text(at, 4);
      searched = Math.max(0, this.buffered - 3);
      if (searched === 0 && this.buffered === 0) {
        if (!await this.#fill()) return null;
        onBegin?.();
      } else if (!await this.#fill()) throw new Broken();
    }
  }

  /** A line without its end. Throws TooLong, Broken. */
  async line(most: number): Promise<string> {
    for (;;) {
      const at = this.#buffer.subarray(this.#start, this.#end).indexOf(LF);
      if (at > 0 && this.#buffer[this.#start + at - 1] === CR) return this.#text(at - 1, 2);
      if (at >= 0 || this.buffered > most) throw new TooLong();
      if (!await this.#fill()) throw new Broken();
    }
  }

  /** The next bytes, `most` of them at most; null at the end. They stay what they are until the next call. */
  async some(most: number): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.buffered === 0 && !await this.#fill()) return null;
    const end = Math.min(this.#end, this.#start + most);
    const bytes = this.#buffer.subarray(this.#start, end);
    this.#start = end;
    return bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(at === 0 ? bytes : bytes.subarray(at));
    }
  }

  /** Tells the other side that nothing more comes. */
  async closeWrite(): Promise<void> {
    await this.#connection.closeWrite().catch(() => undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#connection.close();
    } catch {
      // It has ended by itself.
    }
  }

  /**
   * Where an empty line begins, counted from the first byte that nobody took yet; -1 when there is none behind `from`.
   */
  #emptyLine(from: number): number {
    const bytes = this.#buffer.subarray(this.#start, this.#end);
    for (let at = bytes.indexOf(CR, from); at >= 0; at = bytes.indexOf(CR, at + 1)) {
      if (bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF) return at;
    }
    return -1;
  }

  #text(length: number, end: number): string {
    const bytes = this.#buffer.subarray(this.#start, this.#start + length);
    this.#start += length + end;
    return decode(bytes);
  }

  /** Reads once; false at the end. */
  #fill(): Promise<boolean> {
    this.#reading ??= this.#read().finally(() => this.#reading = undefined);
    return this.#reading;
  }

  async #read(): Promise<boolean> {
    if (this.#ended) return false;
    this.#makeRoom();
    const length = await this.#connection.read(this.#buffer.subarray(this.#end)).catch(() => null);
    this.#ended = length === null;
    this.#end += length ?? 0;
    if (this.#ended) this.#onEnd?.();
    return !this.#ended;
  }

  #makeRoom(): void {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    if (this.#end < this.#buffer.length) return;
    if (this.#start === 0 && this.#buffer.length >= MOST_BYTES) throw new TooLong();
    const larger = this.#start > this.#buffer.length / 2 ? this.#buffer.length : this.#buffer.length * 2;
    const next = new Uint8Array(Math.min(larger, MOST_BYTES));
    next.set(this.#buffer.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
    this.#buffer = next;
  }
}

/** Bytes of a head as text, one character for each byte. */
function decode(bytes: Uint8Array): string {
  const text = latin1.decode(bytes);
  // The decoder of the web reads 0x80 to 0x9f as Windows does.
  return NOT_ASCII.test(text) ? Array.from(bytes, (byte) => String.fromCharCode(byte)).join("") : text;
}

/** The text of a head as bytes, with the first bytes of a body behind it: what is small goes out in one piece. */
export function encode(text: string, body?: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length + (body?.length ?? 0));
  if (NOT_ASCII.test(text)) { for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at); }
  else encoder.encodeInto(text, bytes);
  if (body !== undefined) bytes.set(body, text.length);
  return bytes;
}

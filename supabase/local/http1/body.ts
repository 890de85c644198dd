import { type Framing, Malformed } from "./head.ts";
import { Broken, encode, type Wire } from "./wire.ts";

const CHUNK_LINE = /^([0-9a-f]{1,8})[ \t]*(?:;[^\r\n]*)?$/i;
const CHUNK_LINE_BYTES = 4096;
const TRAILER_LINES = 100;

/** The body of a message on a connection: read piece by piece, and no faster than that. */
export class Body {
  readonly #wire: Wire;
  readonly #framing: Framing;
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left: number;
  #inChunk = false;
  #done: boolean;

  constructor(wire: Wire, framing: Framing) {
    this.#wire = wire;
    this.#framing = framing;
    this.#left = typeof framing === "object" ? framing.length : 0;
    this.#done = typeof framing === "object" && framing.length === 0;
  }

  /** Whether it has been read to its end. */
  get done(): boolean {
    return this.#done;
  }

  /** Whether some of it has come already. */
  get begun(): boolean {
    return this.#done || this.#wire.buffered > 0;
  }

  /** How long it is, when that was said; else null. */
  get length(): number | null {
    return typeof this.#framing === "object" ? this.#framing.length : null;
  }

  /** The next piece, which stays what it is until the next call; null at the end. Throws Broken, Malformed, TooLong. */
  async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#done) return null;
    if (this.#framing === "until end") {
      const bytes = await this.#wire.some(Infinity);
      this.#done = bytes === null;
      return bytes;
    }
    if (this.#framing === "chunked" && this.#left === 0 && !await this.#nextChunk()) return null;
    const bytes = await this.#wire.some(this.#left);
    if (bytes === null) throw new Broken();
    this.#left -= bytes.length;
    this.#done = this.#framing !== "chunked" && this.#left === 0;
    return bytes;
  }

  /** All of it in one piece; null when it is longer than `most`, which is found out without reading more. */
  async whole(most: number): Promise<Uint8Array<ArrayBuffer> | null> {
    if ((this.length ?? 0) > most) return null;
    const pieces: Uint8Array[] = [];
    let length = 0;
    for (let piece = await this.next(); piece !== null; piece = await this.next()) {
      length += piece.length;
      if (length > most) return null;
      pieces.push(piece.slice());
    }
    return joined(pieces, length);
  }

  /** Reads what nobody wants. False when it breaks off. */
  async discard(): Promise<boolean> {
    try {
      while (await this.next() !== null) {
        // Nobody wants it.
      }
      return true;
    } catch {
      return false;
    }
  }

  async #nextChunk(): Promise<boolean> {
    if (this.#inChunk && await this.#wire.line(0) !== "") throw new Malformed();
    const size = CHUNK_LINE.exec(await this.#wire.line(CHUNK_LINE_BYTES))?.[1];
    if (size === undefined) throw new Malformed();
    this.#left = Number.parseInt(size, 16);
    this.#inChunk = true;
    if (this.#left > 0) return true;
    for (let lines = 0; await this.#wire.line(CHUNK_LINE_BYTES) !== ""; lines++) {
      if (lines >= TRAILER_LINES) throw new Malformed();
    }
    this.#done = true;
    return false;
  }
}

function joined(pieces: Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * Sends a head and a body behind it, in as few pieces as they come in and no faster than they are taken. `chunked`
 * tells the length of each piece: for a body whose length the head does not say.
 */
export async function send(wire: Wire, head: string, body: Body | null, chunked: boolean): Promise<void> {
  if (body === null) return await wire.write(encode(head));
  let before = head;
  if (!body.begun) {
    await wire.write(encode(head));
    before = "";
  }
  for (let piece = await body.next(); piece !== null; piece = await body.next()) {
    await wire.write(chunked ? chunk(piece, before) : before === "" ? piece : encode(before, piece));
    before = "";
  }
  if (chunked) before += "0\r\n\r\n";
  if (before !== "") await wire.write(encode(before));
}

function chunk(piece: Uint8Array, head: string): Uint8Array {
  const start = `${head}${piece.length.toString(16)}\r\n`;
  const bytes = new Uint8Array(start.length + piece.length + 2);
  bytes.set(encode(start, piece));
  bytes.set([13, 10], start.length + piece.length);
  return bytes;
}

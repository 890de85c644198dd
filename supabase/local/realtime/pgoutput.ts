import { Buffer } from "node:buffer";

/** A table of the replication stream. */
export interface Relation {
  schema: string;
  name: string;
  columns: string[];
}

/** A row that was inserted, its values as Postgres writes them: the text of jsonb keeps every digit. */
export interface Insert {
  relation: Relation;
  values: Map<string, string | null>;
}

const INSERT = "I".charCodeAt(0);
const RELATION = "R".charCodeAt(0);
const NULL = "n".charCodeAt(0);
const TEXT = "t".charCodeAt(0);

/** Decodes the messages of the plugin `pgoutput`, version 1 of its protocol, as far as inserts need it. */
export class PgOutputDecoder {
  readonly #relations = new Map<number, Relation>();

  /** Null for everything that is no insert. */
  decode(message: Buffer): Insert | null {
    if (message[0] === RELATION) this.#relate(new Reader(message, 1));
    return message[0] === INSERT ? this.#insert(new Reader(message, 1)) : null;
  }

  #relate(reader: Reader): void {
    const oid = reader.int32();
    const schema = reader.text();
    const name = reader.text();
    reader.skip(1);
    const columns = Array.from({ length: reader.int16() }, () => {
      reader.skip(1);
      const column = reader.text();
      reader.skip(8);
      return column;
    });
    this.#relations.set(oid, { schema, name, columns });
  }

  #insert(reader: Reader): Insert | null {
    const relation = this.#relations.get(reader.int32());
    if (relation === undefined) return null;
    reader.skip(1);
    const values = new Map<string, string | null>();
    const count = reader.int16();
    for (const column of relation.columns.slice(0, count)) {
      const kind = reader.byte();
      if (kind === TEXT) values.set(column, reader.bytes(reader.int32()));
      else if (kind === NULL) values.set(column, null);
      else throw new RangeError("A value of an insert is neither null nor text");
    }
    return { relation, values };
  }
}

class Reader {
  readonly #buffer: Buffer;
  #at: number;

  constructor(buffer: Buffer, at: number) {
    this.#buffer = buffer;
    this.#at = at;
  }

  skip(count: number): void {
    this.#at += count;
  }

  byte(): number {
    return this.#buffer.readUInt8(this.#at++);
  }

  int16(): number {
    this.#at += 2;
    return this.#buffer.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#buffer.readInt32BE(this.#at - 4);
  }

  text(): string {
    const end = this.#buffer.indexOf(0, this.#at);
    const value = this.#buffer.toString("utf8", this.#at, end);
    this.#at = end + 1;
    return value;
  }

  bytes(length: number): string {
    this.#at += length;
    return this.#buffer.toString("utf8", this.#at - length, this.#at);
  }
}

import { Buffer } from "node:buffer";

/** A column, with the oid of its type. The key is what identifies a row in the stream: the primary key, unless the table says otherwise. */
export interface Column {
  name: string;
  type: number;
  isKey: boolean;
}

/** A table of the replication stream. */
export interface Relation {
  oid: number;
  schema: string;
  name: string;
  columns: Column[];
}

/** Values as Postgres writes them: the text of jsonb keeps every digit. */
export type Values = Map<string, string | null>;

/** A row that was inserted, updated or deleted. */
export interface Change {
  action: "I" | "U" | "D";
  relation: Relation;
  /** The new row, without the long values that an update left alone; empty for a row that was deleted. */
  values: Values;
  /** What is known of the former row: its key, or all of it. Null where the key did not change. */
  former: Values | null;
  transaction: Transaction;
}

export interface Transaction {
  /** Its number, without the epoch. */
  xid: number;
  /** When it was committed. */
  at: Date;
}

const [BEGIN, RELATION, INSERT, UPDATE, DELETE, NEW, NULL, TEXT, UNCHANGED] = Buffer.from("BRIUDNntu");
const MILLISECONDS_TO_2000 = Date.UTC(2000, 0, 1);

/** Decodes the messages of the plugin `pgoutput`, version 1 of its protocol, as far as rows need it. */
export class PgOutputDecoder {
  readonly #relations = new Map<number, Relation>();
  #transaction: Transaction = { xid: 0, at: new Date(0) };

  /** Null for everything that is no row. */
  decode(message: Buffer): Change | null {
    const reader = new Reader(message, 1);
    switch (message[0]) {
      case BEGIN:
        reader.skip(8);
        this.#transaction = {
          at: new Date(Number(reader.int64() / 1000n) + MILLISECONDS_TO_2000),
          xid: reader.int32() >>> 0,
        };
        return null;
      case RELATION:
        this.#relate(reader);
        return null;
      case INSERT:
        return this.#change("I", reader);
      case UPDATE:
        return this.#change("U", reader);
      case DELETE:
        return this.#change("D", reader);
    }
    return null;
  }

  #relate(reader: Reader): void {
    const oid = reader.int32();
    const schema = reader.text();
    const name = reader.text();
    reader.skip(1);
    const columns = Array.from({ length: reader.int16() }, () => {
      const isKey = reader.byte() === 1;
      const column = { name: reader.text(), type: reader.int32(), isKey };
      reader.skip(4);
      return column;
    });
    this.#relations.set(oid, { oid, schema, name, columns });
  }

  #change(action: Change["action"], reader: Reader): Change | null {
    const relation = this.#relations.get(reader.int32());
    if (relation === undefined) return null;
    const first = reader.byte();
    const former = first === NEW ? null : this.#row(relation, reader);
    if (former !== null && action !== "D") reader.skip(1);
    const values: Values = action === "D" ? new Map<string, never>() : this.#row(relation, reader);
    return { action, relation, values, former, transaction: this.#transaction };
  }

  #row({ columns }: Relation, reader: Reader): Values {
    const values: Values = new Map();
    const count = reader.int16();
    for (const { name } of columns.slice(0, count)) {
      const kind = reader.byte();
      if (kind === TEXT) values.set(name, reader.bytes(reader.int32()));
      else if (kind === NULL) values.set(name, null);
      else if (kind !== UNCHANGED) throw new RangeError("A value is neither null nor text nor unchanged");
    }
    return values;
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

  int64(): bigint {
    this.#at += 8;
    return this.#buffer.readBigInt64BE(this.#at - 8);
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

import pg from "pg";
import { z } from "zod";
import { isOutage, rolledBack, sqlState } from "./database.ts";
import type { Claims } from "./token.ts";

export type Extension = "broadcast" | "presence";

/** Who asks about which topic. */
export interface Asker {
  topic: string;
  claims: Claims;
  /** Headers that policies may read in `request.headers`. */
  headers: Record<string, string>;
}

const Results = z.array(z.object({ rows: z.array(z.object({ id: z.string().optional() })) }));
const NOT_PERMITTED = "42501";

/**
 * Asks the SELECT policies of `realtime.messages`: a row is written for each extension and looked for as the asker, in a transaction that is rolled back. A
 * policy that fails shows nothing. Throws when the database cannot be asked.
 */
export async function mayRead(pool: pg.Pool, asker: Asker, extensions: Extension[]): Promise<Set<Extension>> {
  const probes = extensions.map((extension) => ({ extension, id: crypto.randomUUID() }));
  const rows = probes.map(({ extension, id }) => `('${id}', ${text(asker.topic)}, '${extension}', ${UTC}, ${UTC})`);
  const statements = [
    "begin",
    `insert into realtime.messages (id, topic, extension, updated_at, inserted_at) values ${rows.join(", ")}`,
    become(asker),
    `select id from realtime.messages where id in (${probes.map(({ id }) => `'${id}'`).join(", ")})`,
  ];
  try {
    const results = await rolledBack(pool, (client) => client.query(statements.join(";\n")));
    const seen = new Set(Results.parse(results).at(-1)?.rows.map(({ id }) => id));
    return new Set(probes.filter(({ id }) => seen.has(id)).map(({ extension }) => extension));
  } catch (error) {
    if (isOutage(error)) throw error;
    return new Set();
  }
}

/**
 * Asks the INSERT policies: tries to write as the asker, and takes it back. Nothing is returned by the statement, so that who may only write need not read.
 * Throws when the database cannot be asked or a policy fails.
 */
export async function mayWrite(pool: pg.Pool, asker: Asker, extension: Extension): Promise<boolean> {
  const statements = [
    "begin",
    become(asker),
    `insert into realtime.messages (topic, extension, updated_at, inserted_at)
     values (${text(asker.topic)}, '${extension}', ${UTC}, ${UTC})`,
  ];
  try {
    await rolledBack(pool, (client) => client.query(statements.join(";\n")));
    return true;
  } catch (error) {
    if (sqlState(error) === NOT_PERMITTED) return false;
    throw error;
  }
}

const UTC = "now() at time zone 'utc'";

/** The settings that policies read, for the length of the transaction. */
function become({ topic, claims, headers }: Asker): string {
  const settings: Record<string, string> = {
    "role": claims.role,
    "realtime.topic": topic,
    "request.jwt.claims": JSON.stringify(claims),
    "request.jwt.claim.sub": claims.sub ?? "",
    "request.jwt.claim.role": claims.role,
    "request.headers": JSON.stringify(headers),
  };
  const calls = Object.entries(settings).map(([name, value]) => `set_config('${name}', ${text(value)}, true)`);
  return `select ${calls.join(", ")}`;
}

/** Many statements in one message take no parameters, so values are written out. A zero byte would end the message. */
const text = (value: string) => pg.escapeLiteral(value.replaceAll("\0", ""));

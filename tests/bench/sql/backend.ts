import { readFileSync } from "node:fs";
import pg from "pg";
import type { Sent } from "./postgrest.ts";

/**
 * Processor time of a backend in microseconds: what frames the call (begin, settings, pre-request), the call, the
 * commit.
 */
export type Split = { frame: number; call: number; commit: number };

export const allOf = ({ frame, call, commit }: Split): number => frame + call + commit;

const COMMIT = { name: "commit", text: "COMMIT" };

/** One connection that behaves as one of PostgREST's; `settings` are made while it is still the superuser's. */
export class Backend {
  readonly #client: pg.Client;
  readonly #schedstat: string;

  private constructor(client: pg.Client, pid: number) {
    this.#client = client;
    this.#schedstat = `/proc/${pid}/schedstat`;
  }

  static async open(adminUrl: string, settings: Record<string, string> = {}): Promise<Backend> {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    const { rows: [own] } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    for (const [name, value] of Object.entries(settings)) await client.query(`set ${name} = '${value}'`);
    await client.query("set session authorization authenticator");
    return new Backend(client, own?.pid ?? 0);
  }

  /** Runs one transaction to its commit. */
  async run({ begin, settings, preRequest, call }: Sent): Promise<Split> {
    const start = this.#time();
    await this.#client.query(begin);
    await this.#client.query(settings);
    if (preRequest !== undefined) await this.#client.query(preRequest);
    const framed = this.#time();
    await this.#client.query(call);
    const called = this.#time();
    await this.#client.query(COMMIT);
    return { frame: framed - start, call: called - framed, commit: this.#time() - called };
  }

  /** Makes what it has counted visible to others at once. */
  async flushStatistics(): Promise<void> {
    await this.#client.query("select pg_stat_force_next_flush()");
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  /** proc(5): nanoseconds on the processor, exact for a process that waits, as a backend does once it has answered. */
  #time(): number {
    return Number(readFileSync(this.#schedstat, "utf8").split(" ")[0]) / 1000;
  }
}

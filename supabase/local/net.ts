/** Makes the requests of the stand-in for pg_net, to this machine only. Does nothing where the real one is installed. */

import type pg from "pg";
import { type Log, startWorker, type Worker } from "./db-worker.ts";
import { messageOf } from "./errors.ts";

interface Request {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  body: Uint8Array<ArrayBuffer> | null;
  timeout_milliseconds: number;
}

/** A row of net._http_response. */
export interface Answer {
  status_code: number | null;
  content_type: string | null;
  headers: Record<string, string> | null;
  content: string | null;
  timed_out: boolean;
  error_msg: string | null;
}

/** Requests taken at a time: pg_net's batch size. */
const BATCH = 200;
/** How long answers are kept: pg_net's default. */
const KEEP = "6 hours";

const nothing = { status_code: null, content_type: null, headers: null, content: null };

/** Whether an address names this very machine. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Makes one request. Whatever goes wrong is part of the answer, as in pg_net. */
export async function answerTo(request: Request): Promise<Answer> {
  try {
    if (!isLoopback(request.url)) {
      throw new Error("the local stack reaches this machine only");
    }
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers ?? {},
      body: request.body,
      redirect: "manual",
      signal: AbortSignal.timeout(request.timeout_milliseconds),
    });
    return {
      status_code: response.status,
      content_type: response.headers.get("content-type"),
      headers: Object.fromEntries(response.headers),
      content: (await response.text()).replaceAll("\0", ""),
      timed_out: false,
      error_msg: null,
    };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    const reason = timedOut ? `Timeout of ${request.timeout_milliseconds} ms reached` : messageOf(error);
    return { ...nothing, timed_out: timedOut, error_msg: reason };
  }
}

/** Starts the worker. `dbUrl` is that of a superuser. */
export function startNet({ dbUrl, log }: { dbUrl: string; log: Log }): Worker {
  async function onConnect(control: pg.Client): Promise<boolean> {
    const { rows } = await control.query<{ standin: boolean }>(
      `select to_regproc('net._enqueue') is not null as standin`,
    );
    return rows[0]?.standin ?? false;
  }

  async function onWake(control: pg.Client): Promise<void> {
    await control.query(`delete from net._http_response where created < now() - interval '${KEEP}'`);
    for (;;) {
      const { rows } = await control.query<Request>(
        `delete from net.http_request_queue where id in (
           select id from net.http_request_queue order by id limit ${BATCH} for update skip locked
         ) returning id::text, method, url, headers, body, timeout_milliseconds`,
      );
      await Promise.all(rows.map(async (request) => {
        const answer = await answerTo(request);
        await control.query(
          `insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [
            request.id,
            answer.status_code,
            answer.content_type,
            answer.headers,
            answer.content,
            answer.timed_out,
            answer.error_msg,
          ],
        );
      }));
      if (rows.length < BATCH) return;
    }
  }

  return startWorker({ dbUrl, log, name: "net", channel: "net_request_queued", everyMs: 60_000, onConnect, onWake });
}

import { Body, send } from "./body.ts";
import { type Header, readAnswer } from "./head.ts";
import type { Exchange } from "./server.ts";
import { Broken, encode, isLost, Wire } from "./wire.ts";

/** A part behind the gateway cannot be reached, or broke off before it answered. */
export class UpstreamDown extends Error {}

/** The answer of a part, of which nothing has been read but its head. */
export interface Answer {
  status: number;
  headers: Header[];
  body: Body;
  /** To be called when its body has been read, or is of no interest. */
  release(): void;
}

/** What a part is asked. */
export interface Question {
  /** Path and query. */
  target: string;
  headers: readonly Header[];
  /** The body: null for none, undefined for that of the exchange, which is sent on as it comes. */
  body: Uint8Array | null | undefined;
}

/** Shorter than the idle time after which any of the parts closes a connection itself (PostgREST: 30 s). */
const IDLE_MS = 5_000;
const MOST_IDLE = 64;
const HEAD_BYTES = 128 * 1024;

/** Keep-alive connections to one local port. `fetch` does the same at three times the cost. */
export class Upstream {
  readonly #port: number;
  /** The one used last comes last. */
  #idle: Wire[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  /**
   * Sends a request on and resolves with the answer once its head is there; the body of the request may still be on its
   * way then. The part loses the connection when the client leaves. Throws UpstreamDown, and what is wrong with the
   * client's side.
   */
  async ask(exchange: Exchange, question: Question): Promise<Answer> {
    const { request: { method }, client } = exchange;
    const part = this.#take() ?? await Wire.connect(this.#port).catch(down);
    let sent = false;
    let fault: unknown;
    const cut = (error: unknown) => {
      fault = error;
      part.close();
    };
    exchange.sending = ask(exchange, part, question).then(() => {
      sent = true;
      client.watch(() => cut(new Broken()));
    }, (error: unknown) => {
      // A part that takes no more has an answer all the same, or is gone.
      if (error instanceof Broken || !isLost(error)) cut(error);
    });
    try {
      const answer = await answerOf(part, method);
      const body = new Body(part, answer.body);
      const release = () => sent && body.done && !answer.last ? this.#keep(part) : part.close();
      return { status: answer.status, headers: answer.headers, body, release };
    } catch (error) {
      part.close();
      return fault === undefined ? down(error) : Promise.reject(fault);
    }
  }

  #take(): Wire | undefined {
    const now = performance.now();
    for (let part = this.#idle.pop(); part !== undefined; part = this.#idle.pop()) {
      part.watch(undefined);
      if (part.deadline > now && part.buffered === 0) return part;
      part.close();
    }
  }

  #keep(part: Wire): void {
    const now = performance.now();
    while (this.#idle[0] !== undefined && (this.#idle[0].deadline < now || this.#idle.length >= MOST_IDLE)) {
      this.#idle.shift()?.close();
    }
    part.deadline = now + IDLE_MS;
    this.#idle.push(part);
    part.watch(() => {
      part.close();
      this.#idle = this.#idle.filter((other) => other !== part);
    });
  }
}

async function ask({ request: { method }, body }: Exchange, part: Wire, question: Question): Promise<void> {
  const { target, headers, body: whole } = question;
  const chunked = whole === undefined && body.length === null;
  let head = `${method} ${target} HTTP/1.1\r\nhost: localhost\r\n`;
  for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
  if (chunked) head += "transfer-encoding: chunked\r\n";
  else if (whole !== null) head += `content-length: ${whole?.length ?? body.length}\r\n`;
  head += "\r\n";
  if (whole === undefined) await send(part, head, body, chunked);
  else await part.write(encode(head, whole ?? undefined));
}

/** The head of the answer itself, behind those that only tell of it (1xx). */
async function answerOf(part: Wire, method: string) {
  for (;;) {
    const text = await part.head(HEAD_BYTES);
    if (text === null) throw new Broken();
    const answer = readAnswer(text, method);
    if (answer.status >= 200) return answer;
  }
}

function down(cause: unknown): never {
  throw new UpstreamDown("no answer", { cause });
}

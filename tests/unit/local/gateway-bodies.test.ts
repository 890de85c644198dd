import { once } from "node:events";
import { get, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OwnGateway, startOwnGateway } from "../../support/own-gateway.ts";

const MB = 1024 * 1024;
const TEN_MB = 10 * MB;
const key = { apikey: "sb_publishable_test" };

/** How many answers of the part have been cut off by a client that left. */
let left = 0;
/** Bytes that the part has been let write of its endless answer. */
let written = 0;

/** How many bodies broke off before their end. */
let brokenOff = 0;

/** Answers 10 MB in chunks without a length, an answer without an end, and otherwise how many bytes it was sent. */
function part(message: IncomingMessage, response: ServerResponse): void {
  if (message.url === "/big") return void send(response, TEN_MB);
  if (message.url === "/endless") return void send(response, Infinity);
  if (message.url === "/refuse") return void response.writeHead(413, { "content-length": 2 }).end("{}");
  message.on("close", () => message.complete || (brokenOff += 1));
  let bytes = 0;
  message.on("data", (chunk: Buffer) => bytes += chunk.length);
  message.on("end", () => response.end(JSON.stringify({ bytes, length: message.headers["content-length"] ?? null })));
}

/** Waits until a stream takes more, or will take none any more. */
async function takesMore(stream: Writable): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([once(stream, "drain", { signal }), once(stream, "close", { signal })]).catch(() => undefined);
  waiting.abort();
}

async function send(response: ServerResponse, bytes: number): Promise<void> {
  let open = true;
  response.on("close", () => {
    open = false;
    if (!response.writableFinished) left += 1;
  });
  written = 0;
  for (let sent = 0; sent < bytes && open; sent += 64 * 1024) {
    written += 64 * 1024;
    if (!response.write(Buffer.alloc(64 * 1024, "x"))) await takesMore(response);
  }
  response.end();
}

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startOwnGateway(part);
}, 30_000);
afterAll(() => gateway.stop());

async function lengthOf(answer: AsyncIterable<unknown>, each: () => Promise<void> | void = () => undefined) {
  let bytes = 0;
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("A body comes in buffers");
    bytes += chunk.length;
    await each();
  }
  return bytes;
}

const got = async (path: string): Promise<IncomingMessage> => {
  const [answer] = await once(get(`${gateway.url}${path}`, { headers: key, agent: false }), "response");
  return answer;
};

/** Sends ten megabytes in pieces; the length is said where it is given. */
async function upload(path: string, headers: Record<string, string | number>, bytes = TEN_MB) {
  const sending = request(`${gateway.url}${path}`, { method: "POST", agent: false, headers: { ...key, ...headers } });
  sending.on("error", () => undefined);
  const answered = once(sending, "response");
  for (let sent = 0; sent < bytes && !sending.destroyed; sent += 64 * 1024) {
    if (!sending.write(Buffer.alloc(64 * 1024, "x"))) await takesMore(sending);
  }
  sending.end();
  const [answer] = await answered;
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode, type: answer.headers["content-type"], body: JSON.parse(text) };
}

describe("a body of 10 MB", { timeout: 60_000 }, () => {
  it.each(["/functions/v1/big", "/rest/v1/big"])("comes back whole without a length from %s", async (path) => {
    for (let times = 0; times < 3; times += 1) expect(await lengthOf(await got(path))).toBe(TEN_MB);
  });

  it("comes back whole to several readers at once, slow ones included", async () => {
    let chunks = 0;
    const slowly = () => ++chunks % 4 === 0 ? delay(5) : undefined;
    const answers = await Promise.all(Array.from({ length: 8 }, () => got("/functions/v1/big")));
    expect(await Promise.all(answers.map((answer, index) => lengthOf(answer, index % 2 ? slowly : undefined)))).toEqual(
      Array.from({ length: 8 }, () => TEN_MB),
    );
  });

  it("goes to a function whole, with a length and without", async () => {
    expect((await upload("/functions/v1/take", { "content-length": TEN_MB })).body.bytes).toBe(TEN_MB);
    expect((await upload("/functions/v1/take", {})).body.bytes).toBe(TEN_MB);
    expect((await upload("/functions/v1/take", { "content-length": 2 * TEN_MB }, 2 * TEN_MB)).body.bytes).toBe(
      2 * TEN_MB,
    );
  });

  it.each(["/rest/v1/take", "/auth/v1/take"])("is refused by %s, with a length and without", async (path) => {
    const refusal = { status: 413, type: "application/problem+json", body: { code: "payload_too_large", status: 413 } };
    expect(await upload(path, { "content-length": TEN_MB })).toMatchObject(refusal);
    expect(await upload(path, {})).toMatchObject(refusal);
    expect((await upload(path, {}, MB)).body).toEqual({ bytes: MB, length: String(MB) });
    expect(await upload(path, {}, MB + 1)).toMatchObject(refusal);
  });
});

describe("a body that is not read to its end", { timeout: 30_000 }, () => {
  it("does not keep its client from hearing why", async () => {
    expect(await upload("/functions/v1/refuse", {})).toMatchObject({ status: 413 });
    expect(await upload("/functions/v1/refuse", { "content-length": 2 * TEN_MB }, 2 * TEN_MB)).toMatchObject({
      status: 413,
    });
    expect(await upload("/nowhere", {})).toMatchObject({ status: 404 });
  });

  it("breaks off for the function as well when its client leaves", async () => {
    brokenOff = 0;
    const socket = connect({ port: gateway.port, host: "127.0.0.1" });
    socket.write(
      "POST /functions/v1/take HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
    );
    await delay(200);
    socket.destroy();
    await expect.poll(() => brokenOff, { timeout: 10_000 }).toBe(1);
  });
});

describe("an answer without an end", { timeout: 30_000 }, () => {
  it("waits for a client that does not read, and ends for one that leaves", async () => {
    left = 0;
    const socket = connect({ port: gateway.port, host: "127.0.0.1" });
    socket.write("GET /functions/v1/endless HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await once(socket, "readable");
    await expect.poll(async () => {
      const before = written;
      await delay(300);
      return written - before;
    }, { timeout: 10_000 }).toBe(0);
    expect(written).toBeLessThan(64 * MB);
    socket.destroy();
    await expect.poll(() => left, { timeout: 10_000 }).toBe(1);
  });
});

it("leaves no listeners behind and complains of nothing", () => expect(gateway.complaints()).toBe(""));

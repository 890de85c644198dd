import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OwnGateway, startOwnGateway } from "../../support/own-gateway.ts";

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await startOwnGateway(({ url, method }, response) => response.end(`${method} ${url}`), [
    "hub.example.test",
  ]);
}, 30_000);
afterAll(() => gateway.stop());

/** What the gateway answers to a first line and a Host, with lines to follow. */
async function ask(line: string, host: string | null = "localhost", ...more: string[]): Promise<string> {
  const socket = connect({ port: gateway.port, host: "127.0.0.1" });
  const hosts = host === null ? [] : [`Host: ${host}`];
  socket.write(`${[line, ...hosts, "Connection: close", "apikey: sb_publishable_test", ...more].join("\r\n")}\r\n\r\n`);
  return await text(socket);
}

const statusOf = async (...request: Parameters<typeof ask>) => Number((await ask(...request)).split(" ")[1]);

describe("the gateway answers to the names of its machine", () => {
  it.each(["localhost", "localhost:54321", "LOCALHOST.", "127.0.0.1:1", "127.8.9.1", "[::1]:54321", "app.localhost"])(
    "such as %s",
    async (host) => expect(await statusOf("GET /mailbox HTTP/1.1", host)).toBe(200),
  );

  it("and to those that it was told", async () => {
    expect(await statusOf("GET / HTTP/1.1", "hub.example.test:443")).toBe(200);
    expect(await statusOf("GET / HTTP/1.1", "other.example.test")).toBe(421);
  });

  it("and to a client of old that names none", async () => expect(await statusOf("GET / HTTP/1.0", null)).toBe(200));
});

describe("a name that only leads here", () => {
  const paths = [
    "/",
    "/mailbox",
    "/mailbox/messages",
    "/page/stack.json",
    "/functions/v1/x",
    "/rest/v1/x",
    "/auth/v1/user",
  ];
  it.each([...paths, "/realtime/v1/api/ping", "/docs", "/nowhere"])("reads nothing of %s", async (path) => {
    const answer = await ask(`GET ${path} HTTP/1.1`, "rebound.example");
    expect(answer).toMatch(/^HTTP\/1.1 421 /);
    expect(answer).toContain('"code":"misdirected_request"');
  });

  it.each([
    "localhost.rebound.example",
    "127.0.0.1.rebound.example",
    "xlocalhost",
    "0.0.0.0",
    "[::ffff:1.2.3.4]",
    "1270.0.0.1",
  ])(
    "is told from this machine's: %s",
    async (host) => expect(await statusOf("GET /mailbox HTTP/1.1", host)).toBe(421),
  );

  it("opens no socket and empties no mailbox", async () => {
    const upgrade = [
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: eA==",
    ];
    expect(await statusOf("GET /realtime/v1/websocket HTTP/1.1", "rebound.example", ...upgrade)).toBe(421);
    expect(await statusOf("DELETE /mailbox HTTP/1.1", "rebound.example")).toBe(421);
  });
});

describe("a request that nobody can mean", () => {
  it.each(["a b/?@x", "x/rest/v1", "a@b", "localhost#", "localhost:123456", "-", "a..b", "[::1"])(
    "is refused for its Host %j",
    async (host) => expect([400, 421]).toContain(await statusOf("GET /patients HTTP/1.1", host)),
  );

  it("is not led astray by its Host", async () => {
    expect(await statusOf("GET /patients HTTP/1.1", "localhost/rest/v1")).toBe(400);
    expect(await ask("GET http://x/rest/v1/patients HTTP/1.1")).toContain("GET /patients");
    expect(await statusOf("GET http://x/../secret HTTP/1.1")).toBe(404);
  });

  it.each(["TRACE", "TRACK", "PROPFIND"])("is refused with its method %s", async (method) => {
    expect([400, 405]).toContain(await statusOf(`${method} / HTTP/1.1`));
    expect([400, 405]).toContain(await statusOf(`${method} /rest/v1/patients HTTP/1.1`));
  });

  it("is refused with an address that is too long, and with too many headers", async () => {
    const long = "a".repeat(55_000);
    for (const path of ["/", "/rest/v1/patients", "/functions/v1/patients", "/auth/v1/user", "/realtime/v1/api/ping"]) {
      expect(await statusOf(`GET ${path}?name=eq.${long} HTTP/1.1`)).toBe(414);
    }
    expect(await statusOf(`GET /rest/v1/patients?name=eq.${"a".repeat(16_000)} HTTP/1.1`)).toBe(200);
    expect(await statusOf("GET / HTTP/1.1", "localhost", `x-long: ${"a".repeat(70_000)}`)).toBe(431);
  });

  it("goes on without the body that a GET below Realtime may have", async () => {
    expect(await ask("GET /realtime/v1/api/ping HTTP/1.1")).toContain("GET /api/ping");
    expect(await ask("GET /realtime/v1/api/x HTTP/1.1", "localhost", "Content-Length: 2", "", "{}")).toContain(
      "GET /api/x",
    );
    expect(await ask("HEAD /realtime/v1/api/ping HTTP/1.1")).toMatch(/^HTTP\/1.1 200 /);
  });
});

/** What the gateway answers to these very bytes. */
async function raw(...pieces: string[]): Promise<string> {
  const socket = connect({ port: gateway.port, host: "127.0.0.1" });
  for (const piece of pieces) {
    socket.write(piece);
    await delay(20);
  }
  return await text(socket);
}

const TWO = "GET /functions/v1/one HTTP/1.1\r\nhost: localhost\r\n\r\n" +
  "GET /functions/v1/two HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
const POST = "POST /functions/v1/x HTTP/1.1\r\nhost: localhost\r\n";
const CLOSE = "connection: close\r\n";

describe("a connection", () => {
  it("carries one request after the other, sent ahead or in pieces", async () => {
    for (const pieces of [[TWO], TWO.match(/[^]{1,17}/g) ?? []]) {
      expect(await raw(...pieces)).toMatch(/^HTTP\/1.1 200 [^]*GET \/oneHTTP\/1.1 200 [^]*GET \/two$/);
    }
  });

  it("carries a body with a length or in chunks, and the request behind it", async () => {
    expect(await raw(`${POST}content-length: 2\r\n\r\n{}${TWO}`)).toMatch(/POST \/x[^]*GET \/one[^]*GET \/two$/);
    expect(await raw(`${POST}transfer-encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nx: y\r\n\r\n${TWO}`)).toMatch(
      /POST \/x[^]*GET \/one[^]*GET \/two$/,
    );
  });

  it("hears that it may send a body which it asks about first", async () => {
    expect(await raw(`${POST}${CLOSE}expect: 100-continue\r\ncontent-length: 2\r\n\r\n`, "{}")).toMatch(
      /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /,
    );
  });

  it.each([
    ["a length beside chunks", "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["two lengths", "content-length: 2\r\ncontent-length: 3\r\n\r\n{}"],
    ["chunks of no size", "transfer-encoding: chunked\r\n\r\nz\r\n{}\r\n0\r\n\r\n"],
    ["chunks that are longer than they say", "transfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n"],
    ["lines that end with a line feed alone", "content-length: 2\n\n{}\r\n\r\n"],
  ])("ends at a request with %s, and hides none in it", async (_, rest) => {
    const answered = await raw(`${POST}${rest}${TWO}`);
    expect(answered).toMatch(/^(HTTP\/1.1 400 |$)/);
    expect(answered).not.toContain("GET /");
  });
});

it("complains of nothing", () => expect(gateway.complaints()).toBe(""));

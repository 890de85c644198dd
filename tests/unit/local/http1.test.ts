import { describe, expect, it } from "vitest";
import { encodeHead, parseHead } from "../../../supabase/local/gateway/http1.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (head: Uint8Array) => new TextDecoder().decode(head);

describe("the head of a request", () => {
  it("says how long a body is, or that it comes in chunks", () => {
    const base = { target: "/x?a=1", headers: [["accept", "*/*"]] satisfies [string, string][] };
    expect(text(encodeHead({ ...base, method: "GET", body: null }, 80))).toBe(
      "GET /x?a=1 HTTP/1.1\r\nhost: 127.0.0.1:80\r\naccept: */*\r\n\r\n",
    );
    expect(text(encodeHead({ ...base, method: "POST", body: bytes("äb") }, 80))).toContain("content-length: 3\r\n");
    expect(text(encodeHead({ ...base, method: "POST", body: new ReadableStream() }, 80))).toContain(
      "transfer-encoding: chunked\r\n",
    );
    expect(text(encodeHead({ ...base, method: "POST", body: new ReadableStream(), length: 7 }, 80))).toContain(
      "content-length: 7\r\n",
    );
    expect(text(encodeHead({ ...base, method: "DELETE", body: null }, 80))).toContain("content-length: 0\r\n");
  });
});

describe("header values beyond ASCII", () => {
  it("go through as the bytes they are", () => {
    const head = encodeHead({ method: "GET", target: "/", headers: [["x-name", "caf\u00e9\u0085"]], body: null }, 80);
    expect([...head]).toEqual(expect.arrayContaining([0xe9, 0x85]));
    expect(parseHead(new Uint8Array([...bytes("HTTP/1.1 200 OK\r\nx-name: "), 0xe9, 0x85, 0x61]))).toMatchObject({
      headers: [["x-name", "\u00e9\u0085a"]],
    });
  });
});

describe("the head of an answer", () => {
  it("keeps repeated headers and drops those of the connection", () => {
    const head = parseHead(
      bytes(
        'HTTP/1.1 201 Created\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nContent-Length: 12\r\nConnection: close\r\nETag: W/"1"',
      ),
    );
    expect(head).toEqual({
      status: 201,
      headers: [["set-cookie", "a"], ["set-cookie", "b"], ["etag", 'W/"1"']],
      length: 12,
      chunked: false,
      keepAlive: false,
    });
  });

  it("prefers chunks to a length", () => {
    expect(parseHead(bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-length: 3"))).toMatchObject({
      chunked: true,
      length: null,
      keepAlive: true,
    });
  });

  it("is refused when it is none", () => {
    expect(() => parseHead(bytes("hello"))).toThrow();
  });
});

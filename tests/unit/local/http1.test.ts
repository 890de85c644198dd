import { describe, expect, it } from "vitest";
import { readAnswer, readRequest } from "../../../supabase/local/http1/head.ts";

const head = (...lines: string[]) => lines.join("\r\n");
const request = (...lines: string[]) => readRequest(head("POST /x?a=1 HTTP/1.1", "Host: localhost", ...lines));

describe("the head of a request", () => {
  it("tells method, target, headers, and how its body ends", () => {
    expect(request("X-Name:  a b ", "Content-Length: 12")).toEqual({
      method: "POST",
      target: "/x?a=1",
      modern: true,
      headers: [["host", "localhost"], ["x-name", "a b"], ["content-length", "12"]],
      host: "localhost",
      body: { length: 12 },
      last: false,
    });
    expect(request("Transfer-Encoding: Chunked").body).toBe("chunked");
    expect(request().body).toEqual({ length: 0 });
  });

  it("tells whether another request may follow", () => {
    expect(request("Connection: Close").last).toBe(true);
    expect(readRequest("GET / HTTP/1.0").last).toBe(true);
    expect(readRequest(head("GET / HTTP/1.0", "Connection: keep-alive")).last).toBe(false);
  });

  it.each([
    ["both a length and chunks", ["Content-Length: 3", "Transfer-Encoding: chunked"]],
    ["two lengths", ["Content-Length: 3", "Content-Length: 3"]],
    ["two lengths in one header", ["Content-Length: 3, 3"]],
    ["a length that is no number", ["Content-Length: +3"]],
    ["another coding", ["Transfer-Encoding: gzip, chunked"]],
    ["two codings", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"]],
    ["a blank before the colon", ["Content-Length : 3"]],
    ["a folded header", ["X-Name: a", " b"]],
    ["a header without a name", [": a"]],
    ["a line without a colon", ["a"]],
    ["a bare line feed", ["X-Name: a\nContent-Length: 3"]],
    ["a bare carriage return", ["X-Name: a\rb"]],
    ["a NUL", ["X-Name: a\0"]],
    ["two hosts", ["Host: localhost"]],
  ])("is refused with %s", (_, lines) => expect(() => request(...lines)).toThrow());

  it.each(["GET /", "GET  / HTTP/1.1", "GET / HTTP/2.0", "GET / HTTP/1.1 ", "GET /a b HTTP/1.1", "G@T / HTTP/1.1", ""])(
    "is refused with the first line %j",
    (line) => expect(() => readRequest(head(line, "Host: localhost"))).toThrow(),
  );

  it("is refused without a host, and with chunks, where the version does not allow it", () => {
    expect(() => readRequest("GET / HTTP/1.1")).toThrow();
    expect(() => readRequest(head("POST / HTTP/1.0", "Transfer-Encoding: chunked"))).toThrow();
  });
});

describe("the head of an answer", () => {
  it("tells how its body ends", () => {
    expect(readAnswer(head("HTTP/1.1 200 OK", "Content-Length: 5"), "GET").body).toEqual({ length: 5 });
    expect(readAnswer(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), "GET").body).toBe("chunked");
    expect(readAnswer("HTTP/1.1 200", "GET").body).toBe("until end");
  });

  it("of HEAD without a length is the last on its connection, as PostgREST has it", () => {
    expect(readAnswer(head("HTTP/1.1 200 OK", "Content-Type: application/json"), "HEAD").last).toBe(true);
    expect(readAnswer(head("HTTP/1.1 200 OK", "Content-Length: 5"), "HEAD").last).toBe(false);
    expect(readAnswer(head("HTTP/1.1 204 No Content"), "GET").last).toBe(false);
  });

  it.each([["HEAD", 200], ["GET", 204], ["GET", 304]])("to %s with %i has none", (method, status) => {
    expect(readAnswer(head(`HTTP/1.1 ${status} X`, "Content-Length: 5"), method).body).toEqual({ length: 0 });
  });
});

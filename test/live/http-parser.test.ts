import { describe, expect, it } from "vitest";
import { HttpParser } from "../../src/live/http-parser.ts";

const limits = { maxHeadBytes: 400, maxBodyBytes: 100 };

/** Feeds all of it in one piece, then the close if more is wanted; says what it came to. */
function read(text: string, expectsBody = true): string {
  const parser = new HttpParser(limits);
  parser.start(expectsBody);
  const progress = parser.feed(Buffer.from(text));
  const end = progress === "more" ? `${parser.finish()} at the close` : progress;
  return end.startsWith("answered") ? `${end}: ${parser.status} ${parser.body}` : end;
}

const ok = "HTTP/1.1 200 OK\r\n";
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;

describe("an answer", () => {
  it.each([
    { why: "ends where its length says", text: `${ok}Content-Length: 2\r\n\r\nhi`, to: "hi" },
    { why: "may be empty", text: `${ok}Content-Length: 0\r\n\r\n`, to: "" },
    { why: "is counted in bytes", text: `${ok}content-LENGTH:\t 6 \r\n\r\n到账`, to: "到账" },
    {
      why: "may say its length twice alike",
      text: `${ok}Content-Length: 2\r\nContent-Length: 02\r\n\r\nhi`,
      to: "hi",
    },
    {
      why: "may come in chunks",
      text: `${chunked}2\r\nhi\r\nA;a="b"\r\n 123456789\r\n0\r\n\r\n`,
      to: "hi 123456789",
    },
    {
      why: "may have trailers",
      text: `${chunked}1 \r\nx\r\n000;last\r\nDigest: y\r\n\r\n`,
      to: "x",
    },
    {
      why: "may need no reason phrase",
      text: "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx",
      to: "x",
    },
    {
      why: "may have a foreign reason",
      text: "HTTP/1.0 200 \tGut é\r\nContent-Length: 1\r\n\r\nx",
      to: "x",
    },
    {
      why: "follows its interim answers",
      text: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nContent-Length: 9\r\n\r\n${ok}Content-Length: 1\r\n\r\nx`,
      to: "x",
    },
  ])("$why", ({ text, to }) => {
    expect(read(text)).toBe(`answered: 200 ${to}`);
  });

  it.each([
    { why: "204 has no body", text: "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n" },
    {
      why: "304 has no body",
      text: "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n",
    },
  ])("$why, whatever it says", ({ text }) => {
    expect(read(text)).toMatch(/^answered: (204|304) $/);
  });

  it("to HEAD has no body", () => {
    expect(read(`${ok}Content-Length: 1000000\r\n\r\n`, false)).toBe("answered: 200 ");
  });

  it.each([
    { why: "without a length", text: `${ok}\r\nto the end`, to: "to the end" },
    { why: "of HTTP/1.0 without a length", text: "HTTP/1.0 200 OK\r\n\r\n", to: "" },
  ])("$why lasts until the close", ({ text, to }) => {
    expect(read(text)).toBe(`answered at the close: 200 ${to}`);
  });
});

describe("no answer is made of", () => {
  it.each([
    { why: "nothing", text: "", to: "closed at the close" },
    {
      why: "nothing but an interim answer",
      text: "HTTP/1.1 100 \r\n\r\n",
      to: "closed at the close",
    },
    { why: "half a status line", text: "HTTP/1.1 2", to: "malformed at the close" },
    { why: "a head without end", text: `${ok}A: b\r\n`, to: "malformed at the close" },
    { why: "half a body", text: `${ok}Content-Length: 3\r\n\r\nhi`, to: "malformed at the close" },
    { why: "chunks without the last", text: `${chunked}2\r\nhi\r\n`, to: "malformed at the close" },
    { why: "another protocol", text: "SSH-2.0-x\r\n", to: "malformed" },
    { why: "another version", text: "HTTP/2.0 200 OK\r\n", to: "malformed" },
    { why: "a blank too many", text: "HTTP/1.1  200 OK\r\n", to: "malformed" },
    { why: "a status of four digits", text: "HTTP/1.1 2000\r\n", to: "malformed" },
    { why: "a status below 100", text: "HTTP/1.1 099 x\r\n", to: "malformed" },
    { why: "an upgrade", text: "HTTP/1.1 101 x\r\n\r\n", to: "malformed" },
    { why: "an empty line ahead", text: `\r\n${ok}`, to: "malformed" },
    { why: "lines that end in LF alone", text: "HTTP/1.1 200 OK\n", to: "malformed" },
    { why: "a CR within a line", text: `${ok}A: b\rc\r\n`, to: "malformed" },
    { why: "a NUL within a line", text: `${ok}A: b\0c\r\n`, to: "malformed" },
    { why: "a folded field", text: `${ok}A: b\r\n c\r\n\r\n`, to: "malformed" },
    { why: "a field without a name", text: `${ok}: b\r\n`, to: "malformed" },
    { why: "a blank before the colon", text: `${ok}A : b\r\n`, to: "malformed" },
    { why: "a field without a colon", text: `${ok}Abc\r\n`, to: "malformed" },
    {
      why: "two lengths",
      text: `${ok}Content-Length: 1\r\nContent-Length: 2\r\n`,
      to: "malformed",
    },
    { why: "a list of lengths", text: `${ok}Content-Length: 1, 1\r\n`, to: "malformed" },
    { why: "a signed length", text: `${ok}Content-Length: +1\r\n`, to: "malformed" },
    { why: "a hexadecimal length", text: `${ok}Content-Length: 0x1\r\n`, to: "malformed" },
    { why: "an empty length", text: `${ok}Content-Length: \r\n`, to: "malformed" },
    {
      why: "length and chunks",
      text: `${ok}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      to: "malformed",
    },
    {
      why: "chunks in HTTP/1.0",
      text: "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      to: "malformed",
    },
    { why: "another encoding", text: `${ok}Transfer-Encoding: gzip, chunked\r\n`, to: "malformed" },
    {
      why: "chunks twice",
      text: `${ok}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n`,
      to: "malformed",
    },
    { why: "a chunk without a size", text: `${chunked};a\r\n`, to: "malformed" },
    { why: "a size that is no number", text: `${chunked}1g\r\n`, to: "malformed" },
    { why: "a negative size", text: `${chunked}-1\r\n`, to: "malformed" },
    { why: "a chunk longer than its size", text: `${chunked}1\r\nxy\r\n`, to: "malformed" },
    { why: "a bad trailer", text: `${chunked}0\r\nbad\r\n\r\n`, to: "malformed" },
    { why: "a byte too many", text: `${ok}Content-Length: 1\r\n\r\nxy`, to: "malformed" },
    { why: "two answers", text: `HTTP/1.1 204 x\r\n\r\nHTTP/1.1 204 x\r\n\r\n`, to: "malformed" },
    { why: "a head too large", text: `${ok}A: ${"b".repeat(400)}`, to: "too-large" },
    { why: "a reason too large", text: `${ok.slice(0, -2)}${"b".repeat(400)}`, to: "too-large" },
    { why: "too many fields", text: `${ok}${"A:\r\n".repeat(101)}`, to: "too-large" },
    { why: "endless interim answers", text: "HTTP/1.1 100 \r\n\r\n".repeat(30), to: "too-large" },
    { why: "a length too large", text: `${ok}Content-Length: 101\r\n\r\n`, to: "too-large" },
    {
      why: "a length beyond numbers",
      text: `${ok}Content-Length: ${"9".repeat(300)}\r\n\r\n`,
      to: "too-large",
    },
    { why: "a chunk too large", text: `${chunked}65\r\n`, to: "too-large" },
    {
      why: "chunks too large together",
      text: `${chunked}63\r\n${"x".repeat(99)}\r\n2\r\n`,
      to: "too-large",
    },
    { why: "an endless size", text: `${chunked}${"0".repeat(400)}`, to: "too-large" },
    {
      why: "endless extensions",
      text: `${chunked}${`1;${"a".repeat(90)}\r\nx\r\n`.repeat(5)}`,
      to: "too-large",
    },
    {
      why: "endless trailers",
      text: `${chunked}0\r\n${`A: ${"b".repeat(90)}\r\n`.repeat(5)}`,
      to: "too-large",
    },
    {
      why: "a body too large without a length",
      text: `${ok}\r\n${"x".repeat(101)}`,
      to: "too-large",
    },
  ])("$why", ({ text, to }) => {
    expect(read(text)).toBe(to);
  });
});

describe("the connection", () => {
  it.each([
    { why: "of HTTP/1.1 stays open", text: `${ok}Content-Length: 0\r\n\r\n`, keeps: true },
    {
      why: "is closed on demand",
      text: `${ok}Connection: x, Close\r\nContent-Length: 0\r\n\r\n`,
      keeps: false,
    },
    {
      why: "of HTTP/1.0 is closed",
      text: "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
      keeps: false,
    },
    {
      why: "of HTTP/1.0 may be kept",
      text: "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n",
      keeps: true,
    },
    { why: "does not outlive an answer that ends with it", text: `${ok}\r\nx`, keeps: false },
  ])("$why", ({ text, keeps }) => {
    const parser = new HttpParser();
    parser.start();
    if (parser.feed(Buffer.from(text)) === "more") parser.finish();
    expect(parser.keepsAlive).toBe(keeps);
  });

  it("says how long it may idle", () => {
    const parser = new HttpParser();
    parser.start();
    parser.feed(Buffer.from(`${ok}Keep-Alive: timeout=72, max=5\r\nContent-Length: 0\r\n\r\n`));
    expect(parser.keepAliveSeconds).toBe(72);
    parser.start();
    parser.feed(Buffer.from(`${ok}Keep-Alive: timeout=soon\r\nContent-Length: 0\r\n\r\n`));
    expect(parser.keepAliveSeconds).toBe(-1);
  });
});

it("a byte between two answers is one too many", () => {
  const parser = new HttpParser();
  expect(parser.feed(Buffer.from("H"))).toBe("malformed");
});

it("fields are found by name, whatever their case, and outlive the next answer", () => {
  const parser = new HttpParser();
  parser.start();
  parser.feed(Buffer.from(`${ok}X-Station:  bank.risk\t\r\nvia: a\r\nVia: b\r\n`));
  parser.feed(Buffer.from("__proto__: c\r\nContent-Length: 0\r\n\r\n"));
  const { headers } = parser;
  parser.start();
  parser.feed(Buffer.from(`${ok}Content-Length: 0\r\n\r\n`));
  expect(headers.get("x-station")).toBe("bank.risk");
  expect(headers.get("via")).toBe("a, b");
  expect(headers.get("__proto__")).toBe("c");
  expect(headers.get("constructor")).toBeUndefined();
  expect(parser.headers.get("x-station")).toBeUndefined();
});

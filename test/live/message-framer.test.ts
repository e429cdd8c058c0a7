import { describe, expect, it } from "vitest";
import { MessageFramer } from "../../src/live/message-framer.ts";

const limits = { maxHeadBytes: 200, maxBodyBytes: 40 };

/** Every whole message of the text, then how far the rest has come. */
function messagesOf(
  kind: "request" | "answer",
  text: string,
  prepare: (framer: MessageFramer) => void = () => {},
) {
  const framer = new MessageFramer(kind, limits);
  prepare(framer);
  framer.push(Buffer.from(text, "latin1"));
  const messages: string[] = [];
  while (framer.scan() === "message") messages.push(framer.take().toString("latin1"));
  return { messages, rest: framer.scan(), restText: framer.takeAll().toString("latin1") };
}

const get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
const sized = "POST /pay HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";
const chunked =
  "POST /pay HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\n\r\n";
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

describe("a request", () => {
  it.each([
    { why: "without a body", text: get },
    { why: "with a length", text: sized },
    { why: "with a length of nothing", text: "POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n" },
    { why: "in chunks", text: chunked },
    {
      why: "in chunks, with trailers",
      text: "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n",
    },
  ])("$why is one message", ({ text }) => {
    expect(messagesOf("request", text)).toEqual({ messages: [text], rest: "more", restText: "" });
  });

  it("ahead of another is cut off from it", () => {
    expect(messagesOf("request", get + sized + chunked + get.slice(0, -1))).toEqual({
      messages: [get, sized, chunked],
      rest: "more",
      restText: get.slice(0, -1),
    });
  });

  it.each([
    { why: "no HTTP", text: "\x16\x03\x01" },
    { why: "another text protocol", text: "HELO a\r\n" },
    { why: "HTTP/2", text: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" },
    { why: "a bare line feed", text: "GET / HTTP/1.1\nHost: x\n\n" },
    { why: "no target", text: "GET  HTTP/1.1\r\n\r\n" },
    { why: "a folded line", text: "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n" },
    {
      why: "two lengths",
      text: "PUT / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    },
    {
      why: "a length and chunks",
      text: "PUT / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    },
    { why: "another encoding", text: "PUT / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n" },
    { why: "a bad chunk", text: "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n" },
    { why: "a switch", text: "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n" },
    { why: "a tunnel", text: "CONNECT a:1 HTTP/1.1\r\n\r\n" },
    { why: "a wish to be told to go on", text: "PUT / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n" },
    { why: "a long line", text: `GET /${"a".repeat(300)}` },
    { why: "a long head", text: `GET / HTTP/1.1\r\n${"A: b\r\n".repeat(40)}` },
    { why: "a long body", text: "PUT / HTTP/1.1\r\nContent-Length: 41\r\n\r\n" },
    {
      why: "a long body in chunks",
      text: `PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1e\r\n${"a".repeat(30)}\r\n1e`,
    },
  ])("with $why is passed through as it is", ({ text }) => {
    const whole = messagesOf("request", get + text);
    expect(whole).toEqual({ messages: [get], rest: "unframed", restText: text });
  });

  it("tells its key, its method and where its body begins", () => {
    const framer = new MessageFramer("request");
    const text = "POST /pay HTTP/1.1\r\nX-Tillstorm-DRAW:  -7.42.1 \r\nContent-Length: 2\r\n\r\n{}";
    framer.push(Buffer.from(`${text}${get}HEAD / HTTP/1.1\r\nx-tillstorm-draw: a\r\n\r\n`));
    expect(framer.scan()).toBe("message");
    expect(framer.drawKey).toEqual({ streamKey: -7, index: 42, attempt: 1 });
    expect(framer.isHead).toBe(false);
    expect(framer.bodyAt).toBe(text.length - 2);
    framer.take();
    expect(framer.scan()).toBe("message");
    expect(framer.drawKey).toBeUndefined();
    expect(framer.bodyAt).toBe(-1);
    framer.take();
    expect(framer.scan()).toBe("message");
    expect(framer.isHead).toBe(true);
    expect(framer.drawKey).toBeUndefined();
  });
});

describe("an answer", () => {
  it.each([
    { why: "with a length", text: ok },
    { why: "without a body, by its status", text: "HTTP/1.1 204 \r\nA: b\r\n\r\n" },
    { why: "unchanged since", text: "HTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n" },
    {
      why: "in chunks",
      text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    },
    { why: "behind interim ones", text: `HTTP/1.1 100 \r\n\r\nHTTP/1.1 103 \r\nA: b\r\n\r\n${ok}` },
  ])("$why is one message", ({ text }) => {
    expect(messagesOf("answer", text + ok)).toEqual({
      messages: [text, ok],
      rest: "more",
      restText: "",
    });
  });

  it("to a HEAD ends with its head", () => {
    const head = ok.slice(0, -2);
    const prepare = (framer: MessageFramer) => {
      framer.answersHead = true;
    };
    expect(messagesOf("answer", head, prepare).messages).toEqual([head]);
  });

  it("that lasts until the close ends with it, and one cut short does not", () => {
    const framer = new MessageFramer("answer", limits);
    const text = "HTTP/1.1 200 OK\r\n\r\nall of it";
    framer.push(Buffer.from(text));
    expect(framer.scan()).toBe("more");
    expect(framer.finish()).toBe("message");
    expect(framer.keepsAlive).toBe(true);
    expect(framer.take().toString()).toBe(text);
    framer.push(Buffer.from(ok.slice(0, -1)));
    expect(framer.finish()).toBe("more");
    expect(framer.takeAll().toString()).toBe(ok.slice(0, -1));
  });

  it.each([
    { why: "switches the protocol", text: "HTTP/1.1 101 Switching Protocols\r\n\r\n" },
    { why: "is none", text: "220 smtp ready\r\n" },
    { why: "lasts too long", text: `HTTP/1.1 200 OK\r\n\r\n${"a".repeat(41)}` },
  ])("that $why is passed through as it is", ({ text }) => {
    expect(messagesOf("answer", text)).toEqual({ messages: [], rest: "unframed", restText: text });
  });

  it("says whether the connection goes on", () => {
    const framer = new MessageFramer("answer");
    framer.push(
      Buffer.from(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n${ok}`),
    );
    expect(framer.scan()).toBe("message");
    expect(framer.keepsAlive).toBe(false);
    framer.take();
    expect(framer.scan()).toBe("message");
    expect(framer.keepsAlive).toBe(true);
  });
});

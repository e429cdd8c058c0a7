import { connect } from "node:net";
import { fc } from "../support/property.ts";

/** Raw requests for the fuzz tests: good ones, surely malformed ones, and havoc. */

/** What a connection is like for the server: bytes, then silence, then the client's end. */
export type RawDraft = { readonly kind: string; readonly bytes: Buffer };

type Parts = {
  method: string;
  target: string;
  version: string;
  headers: readonly string[];
  body: string;
};

const goodBody = '{"merchant":12,"amountMinor":3450}';

function goodParts(): Parts {
  return {
    method: "POST",
    target: "/activate",
    version: "HTTP/1.1",
    headers: ["host: bank", "content-type: application/json"],
    body: goodBody,
  };
}

/** @param length - What the header says, if not the truth. */
function render({ method, target, version, headers, body }: Parts, length?: string): Buffer {
  const lengths = `content-length: ${length ?? Buffer.byteLength(body)}`;
  return Buffer.from(
    `${method} ${target} ${version}\r\n${[...headers, lengths].join("\r\n")}\r\n\r\n${body}`,
    "latin1",
  );
}

export const goodRequest = render(goodParts());

const withHeader = (header: string) => {
  const parts = goodParts();
  return render({ ...parts, headers: [...parts.headers, header] });
};
const withBody = (body: string) => render({ ...goodParts(), body });
const ascii = (maxLength: number) => fc.string({ unit: "binary-ascii", maxLength });
const word = fc.stringMatching(/^[A-Za-z]{1,9}$/);

/** Each kind is wrong in a way that no reading of HTTP or of the interface lets through. */
const malformed: Readonly<Record<string, fc.Arbitrary<Buffer>>> = {
  truncated: fc
    .integer({ min: 1, max: goodRequest.length - 1 })
    .map((length) => goodRequest.subarray(0, length)),
  garbage: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  method: fc
    .oneof(word, fc.constantFrom("GET", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "CONNECT"))
    .filter((it) => it !== "POST")
    .map((method) => render({ ...goodParts(), method })),
  target: fc
    .stringMatching(/^\/[!-~]{0,20}$/)
    .filter((it) => !/^\/(activate|status)([?#]|$)/.test(it))
    .map((target) => render({ ...goodParts(), target })),
  // llhttp, which reads for Node, takes 0.9, 1.0 and 2.0 for 1.1.
  version: fc
    .constantFrom(
      "HTTP/1.2",

      "HTTP/3",
      "HTTP/11",
      "http/1.1",
      "HTTPS/1.1",
      "",
    )
    .map((version) => render({ ...goodParts(), version })),
  header: fc
    .constantFrom(
      "no colon",
      "na me: x",
      ": x",
      "x\0y: z",
      "x: a\0b",
      "x: a\rb: c",
      "x : y",
      "(x): y",
    )
    .map(withHeader),
  length: fc
    .oneof(
      fc.integer({ min: 1, max: goodBody.length - 1 }),
      fc.integer({ min: goodBody.length + 1, max: 16_000 }),
      fc.integer({ min: -100, max: -1 }),
      fc.constantFrom("1x", "0x22", "1e1", "34, 35", "99999999999999999999999"),
    )
    .map((length) => render(goodParts(), String(length))),
  smuggled: fc
    .constantFrom("transfer-encoding: chunked", "transfer-encoding: xchunked", "content-length: 3")
    .map(withHeader),
  chunked: fc
    .constantFrom("zz\r\n{}\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n", "2\r\n{}x\r\n0\r\n\r\n")
    .map((chunks) =>
      Buffer.from(
        "POST /activate HTTP/1.1\r\nhost: bank\r\ncontent-type: application/json\r\n" +
          `transfer-encoding: chunked\r\n\r\n${chunks}`,
      ),
    ),
  "no JSON": ascii(60)
    .map((it) => `{${it}`)
    .filter((it) => !isJson(it))
    .map(withBody),
  "wrong JSON": fc
    .constantFrom(
      "[]",
      "1",
      '"x"',
      '{"amountMinor":"1"}',
      '{"amountMinor":-1}',
      '{"amountMinor":1.5}',
      '{"amountMinor":[1]}',
      '{"merchant":{}}',
      '{"merchant":1e999}',
      '{"__proto__":{}}',
    )
    .map(withBody),
  oversize: fc
    .integer({ min: 16_385, max: 40_000 })
    .map((length) => withBody(`{"a":"${"x".repeat(length - 8)}"}`)),
  "large header": fc
    .integer({ min: 17_000, max: 40_000 })
    .map((length) => withHeader(`x: ${"y".repeat(length)}`)),
  "content type": fc
    .constantFrom("text/plain", "application/xml", "multipart/form-data", "text/json", "/", "json")
    .map((type) => render({ ...goodParts(), headers: ["host: bank", `content-type: ${type}`] })),
  "draw key": fc
    .constantFrom("", "1", "1.2", "1.2.x", "1.-2.3", "1.2.3.4", "99999999999.1.1", "1.1.1 ;")
    .map((key) => withHeader(`x-tillstorm-draw: ${key}`)),
  "idempotency key": fc
    .constantFrom("", "   ", "k".repeat(256))
    .map((key) => withHeader(`idempotency-key: ${key}`)),
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // No JSON: what is looked for.
  }
}

export const malformedKinds: readonly string[] = Object.keys(malformed);

export const malformedRequest: fc.Arbitrary<RawDraft> = fc.oneof(
  ...Object.entries(malformed).map(([kind, arbitrary]) =>
    arbitrary.map((bytes) => ({ kind, bytes })),
  ),
);

type Edit = { readonly at: number; readonly drop: number; readonly insert: Uint8Array };

/** A good request with a few pieces cut out or put in: perhaps still good, perhaps not. */
export const havoc: fc.Arbitrary<RawDraft> = fc
  .array(
    fc.record<Edit>({
      at: fc.nat(goodRequest.length),
      drop: fc.nat(6),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 6 }),
        fc
          .constantFrom("\r\n", "\r\n\r\n", ": ", "\0", "POST /activate HTTP/1.1\r\n")
          .map((it) => Buffer.from(it)),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((edits) => {
    let bytes = goodRequest;
    for (const { at, drop, insert } of edits) {
      bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + drop)]);
    }
    return { kind: "havoc", bytes };
  });

/** How long a client waits for a first byte before it ends its side: bytes may deserve no answer. */
const silenceMs = 25;

/** How long it waits where an answer is due, however busy the machine is. */
export const answerMs = 10_000;

/**
 * Sends the bytes on a connection of their own.
 * @returns All that came back until it closed.
 */
export function converse(port: number, bytes: Uint8Array, patienceMs = silenceMs): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1");
    socket.setEncoding("latin1");
    const timer = setTimeout(() => socket.end(), patienceMs);
    socket.on("data", (text: string) => {
      heard += text;
      socket.end();
    });
    socket.on("error", () => {}); // The server may hang up while we write.
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(heard);
    });
    socket.write(bytes);
  });
}

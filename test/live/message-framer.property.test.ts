import { expect, it } from "vitest";
import { MessageFramer } from "../../src/live/message-framer.ts";
import { fc } from "../support/property.ts";

const limits = { maxHeadBytes: 400, maxBodyBytes: 200 };
const field = fc
  .tuple(
    fc.stringMatching(/^[0-9A-Za-z!#$%&'*+.^_`|~-]{1,12}$/),
    fc.stringMatching(/^[ -~\t]{0,20}$/),
  )
  .filter(([name]) => !/^(content-length|transfer-encoding|connection|upgrade|expect)$/i.test(name))
  .map(([name, text]) => `${name}: ${text}\r\n`);
const fields = fc.array(field, { maxLength: 4 }).map((lines) => lines.join(""));
const body = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));

/** The body in pieces of this size. */
function inChunks(whole: Buffer, size: number, extension: string): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < whole.length; at += size) {
    const piece = whole.subarray(at, at + size);
    const line = `${piece.length.toString(16)}${extension}\r\n`;
    parts.push(Buffer.from(line), piece, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}

const framed = fc.oneof(
  body.map((whole) => ({ head: `Content-Length: ${whole.length}\r\n`, wire: whole })),
  fc
    .tuple(body, fc.integer({ min: 1, max: 30 }), fc.constantFrom("", ";a=b"))
    .map(([whole, size, extension]) => ({
      head: "Transfer-Encoding: chunked\r\n",
      wire: inChunks(whole, size, extension),
    })),
);
const key = fc.constantFrom("", "x-tillstorm-draw: 7.8.9\r\n");
const request = fc.oneof(
  fields.map((lines) => Buffer.from(`GET /a HTTP/1.1\r\n${lines}\r\n`)),
  fc
    .tuple(fields, key, framed)
    .map(([lines, draw, { head, wire }]) =>
      Buffer.concat([Buffer.from(`POST /pay HTTP/1.1\r\n${lines}${draw}${head}\r\n`), wire]),
    ),
);
const answer = fc.oneof(
  fields.map((lines) => Buffer.from(`HTTP/1.1 204 \r\n${lines}\r\n`)),
  fc
    .tuple(fc.constantFrom("", "HTTP/1.1 103 \r\nA: b\r\n\r\n"), fields, framed)
    .map(([interim, lines, { head, wire }]) =>
      Buffer.concat([Buffer.from(`${interim}HTTP/1.1 200 OK\r\n${lines}${head}\r\n`), wire]),
    ),
);

/** Cuts the bytes at these places, as TCP might, and says what the framer made of them. */
function frame(kind: "request" | "answer", wire: Buffer, cuts: readonly number[]) {
  const framer = new MessageFramer(kind, limits);
  const messages: string[] = [];
  const notes: unknown[] = [];
  const ends = [...cuts.map((cut) => cut % (wire.length + 1)), wire.length].sort((a, b) => a - b);
  let usedBytes = 0;
  let end = framer.scan();
  for (const at of ends) {
    if (at > usedBytes) framer.push(Buffer.from(wire.subarray(usedBytes, at)));
    usedBytes = at;
    for (end = framer.scan(); end === "message"; end = framer.scan()) {
      notes.push([framer.drawKey, framer.bodyAt, framer.isHead, framer.keepsAlive]);
      messages.push(framer.take().toString("latin1"));
    }
  }
  return { messages, notes, end, rest: framer.takeAll().toString("latin1") };
}

const cuts = fc.array(fc.nat({ max: 3_000 }), { maxLength: 15 });
const everywhere = (wire: Buffer) => Array.from({ length: wire.length }, (_, index) => index);

// Goal: TCP may cut and join messages anywhere. Method: rows of valid messages of every framing,
// joined, and cut at random and at every byte.
it.each([
  { kind: "request", message: request },
  { kind: "answer", message: answer },
] as const)("every $kind is found whole, however they are split", ({ kind, message }) => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), cuts, (them, places) => {
      const wire = Buffer.concat(them);
      const whole = frame(kind, wire, []);
      const messages = them.map((it) => it.toString("latin1"));
      expect(whole).toMatchObject({ messages, end: "more", rest: "" });
      expect(frame(kind, wire, places)).toEqual(whole);
      expect(frame(kind, wire, everywhere(wire))).toEqual(whole);
      reached.add(`${them.length > 1} ${places.length > 0}`);
    }),
    { numRuns: 500 },
  );
  expect(reached.size).toBe(4);
});

const edit = fc.record({
  at: fc.nat({ max: 2_000 }),
  remove: fc.nat({ max: 3 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(
        "\r",
        "\n",
        "\r\n",
        " ",
        ":",
        "9",
        ";",
        "Content-Length: 3\r\n",
        "a".repeat(450),
      )
      .map((text) => Buffer.from(text)),
  ),
});

// Goal: whatever comes, no byte is changed, added or left out, nothing is thrown, and the verdict
// does not hang on how TCP split it. Method: valid messages with a few edits, and plain garbage.
it.each([
  { kind: "request", message: request },
  { kind: "answer", message: answer },
] as const)("a damaged $kind passes byte for byte, however it is split", ({ kind, message }) => {
  const reached = new Set<string>();
  const wire = fc.oneof(
    {
      weight: 9,
      arbitrary: fc
        .tuple(fc.array(message, { maxLength: 3 }), fc.array(edit, { minLength: 1, maxLength: 3 }))
        .map(([them, edits]) =>
          edits.reduce((bytes, { at, remove, insert }) => {
            const place = at % (bytes.length + 1);
            return Buffer.concat([
              bytes.subarray(0, place),
              insert,
              bytes.subarray(place + remove),
            ]);
          }, Buffer.concat(them)),
        ),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 900 }).map((bytes) => Buffer.from(bytes)) },
  );
  fc.assert(
    fc.property(wire, cuts, (bytes, places) => {
      const whole = frame(kind, bytes, []);
      expect(whole.messages.join("") + whole.rest).toBe(bytes.toString("latin1"));
      expect(frame(kind, bytes, places)).toEqual(whole);
      expect(frame(kind, bytes, everywhere(bytes))).toEqual(whole);
      reached.add(`${whole.messages.length > 0} ${whole.end}`);
    }),
    { numRuns: 2_000 },
  );
  expect(reached).toEqual(new Set(["true more", "false more", "true unframed", "false unframed"]));
});

import { expect, it } from "vitest";
import { type HttpLimits, HttpParser } from "../../src/live/http-parser.ts";
import { fc } from "../support/property.ts";

/** Every answer made here fits into these. */
const wide = { maxHeadBytes: 600, maxBodyBytes: 300 };
const token = fc.stringMatching(/^[0-9A-Za-z!#$%&'*+.^_`|~-]{1,12}$/);
const value = fc.stringMatching(/^[ -~\t]{0,20}$/);
const field = fc
  .tuple(token, value)
  .filter(([name]) => !/^(content-length|transfer-encoding|connection|keep-alive)$/i.test(name))
  .map(([name, text]) => `${name}: ${text}\r\n`);
const fields = fc.array(field, { maxLength: 5 }).map((lines) => lines.join(""));
const status = fc.integer({ min: 200, max: 599 }).filter((code) => code !== 204 && code !== 304);
const body = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));

/** The body in chunks of these sizes, the last one taking the rest. */
function inChunks(whole: Buffer, sizes: readonly number[], extension: string): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of [...sizes, whole.length]) {
    const piece = whole.subarray(at, at + size);
    if (piece.length === 0) continue;
    parts.push(
      Buffer.from(`${piece.length.toString(16)}${extension}\r\n`),
      piece,
      Buffer.from("\r\n"),
    );
    at += piece.length;
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n")]);
}

const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 });
const framed = fc.oneof(
  body.map((whole) => ({
    head: `Content-Length: ${whole.length}\r\n`,
    wire: whole,
    text: whole.toString(),
    lastsUntilClose: false,
  })),
  fc
    .tuple(body, sizes, fc.constantFrom("", ";a=b", " ; c"), fields)
    .map(([whole, cuts, ext, trailers]) => ({
      head: "Transfer-Encoding: Chunked\r\n",
      wire: Buffer.concat([inChunks(whole, cuts, ext), Buffer.from(`${trailers}\r\n`)]),
      text: whole.toString(),
      lastsUntilClose: false,
    })),
  body.map((whole) => ({ head: "", wire: whole, text: whole.toString(), lastsUntilClose: true })),
);
const interim = fc.constantFrom(
  "",
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 103 \r\nA: b\r\n\r\n",
);
const answer = fc.tuple(interim, status, fields, framed).map(([before, code, lines, it]) => ({
  status: code,
  body: it.text,
  lastsUntilClose: it.lastsUntilClose,
  wire: Buffer.concat([
    Buffer.from(`${before}HTTP/1.1 ${code} Reason\r\n${lines}${it.head}\r\n`),
    it.wire,
  ]),
}));

/** Cuts the bytes at these places and feeds them through one buffer, as a socket does. */
function read(wire: Buffer, cuts: readonly number[], limits: HttpLimits = wide) {
  const parser = new HttpParser(limits);
  const buffer = Buffer.alloc(wire.length);
  parser.start();
  let progress: ReturnType<HttpParser["feed"]> = "more";
  let usedBytes = 0;
  const ends = [...cuts.map((cut) => cut % (wire.length + 1)), wire.length].sort((a, b) => a - b);
  for (const end of ends) {
    if (progress !== "more" && progress !== "answered") break;
    const length = wire.copy(buffer, 0, usedBytes, end);
    if (length === 0) continue;
    progress = parser.feed(buffer, length);
    buffer.fill("#"); // The socket's next bytes.
    usedBytes = end;
  }
  const end = progress === "more" ? parser.finish() : progress;
  return { end, status: parser.status, body: parser.body, keepsAlive: parser.keepsAlive };
}

const cuts = fc.array(fc.nat({ max: 2_000 }), { maxLength: 12 });

// Goal: TCP may split an answer anywhere. Method: valid answers of every framing, cut at random.
it("an answer reads alike however it is split", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(answer, cuts, (it, places) => {
      const { end, status, body, keepsAlive } = read(it.wire, places);
      expect({ end, status, body }).toEqual({ end: "answered", status: it.status, body: it.body });
      expect(keepsAlive).toBe(!it.lastsUntilClose);
      reached.add(`${it.lastsUntilClose} ${it.body.length > 0} ${places.length > 0}`);
    }),
    { numRuns: 3_000 },
  );
  expect(reached.size).toBe(8);
});

it("an answer reads alike byte by byte", () => {
  fc.assert(
    fc.property(answer, ({ wire, status, body }) => {
      const everywhere = Array.from({ length: wire.length }, (_, index) => index);
      expect(read(wire, everywhere)).toMatchObject({ end: "answered", status, body });
    }),
  );
});

const tight = { maxHeadBytes: 200, maxBodyBytes: 60 };
const mutation = fc.record({
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
        "0",
        "9",
        ";",
        "Content-Length: 3\r\n",
        "HTTP/1.1 200 \r\n",
      )
      .map((text) => Buffer.from(text)),
  ),
});

function mutate(
  wire: Buffer,
  mutations: readonly { at: number; remove: number; insert: Buffer }[],
): Buffer {
  return mutations.reduce((bytes, { at, remove, insert }) => {
    const place = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, place), insert, bytes.subarray(place + remove)]);
  }, wire);
}

// Goal: whatever a server sends, the reader neither throws nor waits for ever, and its verdict does
// not hang on how TCP split it. Method: valid answers with a few edits, some of them over the
// limits, read whole, cut and byte by byte.
it("a damaged answer ends in the same verdict however it is split", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      answer,
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      cuts,
      (it, edits, places) => {
        const wire = mutate(it.wire, edits);
        const whole = read(wire, [], tight);
        expect(["answered", "malformed", "too-large", "closed"]).toContain(whole.end);
        const everywhere = Array.from({ length: wire.length }, (_, index) => index);
        for (const split of [places, everywhere]) {
          const { end, status, body } = read(wire, split, tight);
          expect(end).toBe(whole.end);
          if (end === "answered")
            expect({ status, body }).toEqual({ status: whole.status, body: whole.body });
        }
        reached.add(whole.end);
      },
    ),
    { numRuns: 3_000 },
  );
  // Rarely the damage makes a length that the connection's end cuts short: `closed`.
  for (const end of ["answered", "malformed", "too-large"]) expect(reached).toContain(end);
});

it("garbage is malformed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 900 }), cuts, (bytes, places) => {
      expect(read(Buffer.from(bytes), places).end).toBe("malformed");
    }),
  );
});

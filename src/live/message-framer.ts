import assert from "node:assert/strict";
import { type DrawKey, parseDrawKey } from "./draw-key.ts";
import { HttpHead } from "./http-head.ts";
import { CR, incomplete, malformed, readEmptyLine, spells, tooLarge } from "./http-lines.ts";
import { type HttpLimits, httpLimits } from "./http-parser.ts";
import { HttpRequestLine } from "./http-request-line.ts";
import { drawKeyHeader } from "./protocol.ts";

/** How far a message has come. `unframed`: nobody here can say where it ends. */
export type Framing = "more" | "message" | "unframed";

type State =
  | "first-line"
  | "fields"
  | "sized"
  | "until-close"
  | "chunk-size"
  | "chunk"
  | "chunk-end"
  | "trailers"
  | "message"
  | "unframed";

/** A chunk's size in hexadecimal, CR and LF: what a line may take without being an extension. */
const chunkLineBytes = 10;
const nothing: Buffer = Buffer.alloc(0);

/**
 * Cuts what a socket reads into whole HTTP/1.1 messages and changes no byte of them: what is taken
 * out, in order, is what was put in. It is as strict as our parser of answers. What is not exactly
 * a message, is larger than the limits or asks for another protocol is `unframed` from its first
 * byte on. Same bytes, same messages, whatever pieces they come in; one that comes in one piece, as
 * most do, is never copied.
 */
export class MessageFramer {
  /** Of a request: the key of its draws, if it has a good one. */
  drawKey: DrawKey | undefined;
  /** Where the first byte of the body stands in the message; -1: it has no body. */
  bodyAt = -1;
  /** Set before an answer is scanned: the request was a HEAD, so no body follows. */
  answersHead = false;
  readonly #isRequest: boolean;
  readonly #limits: HttpLimits;
  readonly #head = new HttpHead();
  readonly #requestLine = new HttpRequestLine();
  #state: State = "first-line";
  /** What is held: from the start of a message, and as much of this buffer as `#length` says. */
  #bytes: Buffer = nothing;
  #length = 0;
  /** Up to here the bytes have been understood. */
  #at = 0;
  /** Bytes of `maxHeadBytes` that are left. */
  #room: number;
  /** Where this stretch of the body ends; beyond what is held while it lacks something. */
  #stretchEnd = 0;
  #bodyBytes = 0;
  /** A request that will not be followed by a plain answer: it asks for a switch, or for a go-ahead. */
  #asksForMore = false;

  constructor(kind: "request" | "answer", limits: HttpLimits = httpLimits) {
    this.#isRequest = kind === "request";
    this.#limits = limits;
    this.#room = limits.maxHeadBytes;
  }

  /** Bytes that were put in and not taken out. */
  get heldBytes(): number {
    return this.#length;
  }

  /** Of a request that is whole. */
  get isHead(): boolean {
    return this.#requestLine.method === "HEAD";
  }

  /** Of an answer that is whole: the connection may carry another. */
  get keepsAlive(): boolean {
    return this.#head.keepsAlive;
  }

  /** Puts in what a socket has read. The piece is the framer's from now on. */
  push(piece: Buffer): void {
    if (this.#length === 0) {
      this.#bytes = piece;
      this.#length = piece.length;
      return;
    }
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const bigger = Buffer.allocUnsafe(Math.max(length, 2 * this.#length));
      this.#bytes.copy(bigger, 0, 0, this.#length);
      this.#bytes = bigger;
    }
    piece.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** Reads on as far as it can; says the same again until more is put in or something taken out. */
  scan(): Framing {
    while (this.#state !== "message" && this.#state !== "unframed") {
      if (this.#at >= this.#length) return "more";
      const lineMaxBytes = this.#lineMaxBytes();
      const next = this.#step(Math.min(this.#length, this.#at + lineMaxBytes));
      if (next === incomplete && this.#length - this.#at < lineMaxBytes) return "more";
      if (next < 0) this.#state = "unframed";
      else this.#at = next;
    }
    return this.#state;
  }

  /** The sender will send no more: a message that lasts until then is whole now. */
  finish(): Framing {
    if (this.#state === "until-close") this.#state = "message";
    return this.scan();
  }

  /** Takes out the message that `scan` has found; what came behind it begins the next one. */
  take(): Buffer {
    assert(this.#state === "message", "a message is taken when it is whole");
    const message = this.#bytes.subarray(0, this.#at);
    this.#startWith(this.#bytes.subarray(this.#at, this.#length));
    return message;
  }

  /** Takes out all that is held, whatever it is. */
  takeAll(): Buffer {
    const all = this.#bytes.subarray(0, this.#length);
    this.#startWith(nothing);
    return all;
  }

  #startWith(held: Buffer): void {
    this.#bytes = held;
    this.#length = held.length;
    this.#state = "first-line";
    this.#at = 0;
    this.#room = this.#limits.maxHeadBytes;
    this.#bodyBytes = 0;
    this.#asksForMore = false;
    this.drawKey = undefined;
    this.bodyAt = -1;
    this.#head.reset();
  }

  /** Reads one line or one stretch of the body. @returns The position after it, or why there is none. */
  #step(lineEnd: number): number {
    const bytes = this.#bytes;
    const at = this.#at;
    switch (this.#state) {
      case "first-line":
        return this.#spend(this.#firstLine(lineEnd));
      case "fields":
        return this.#spend(this.#field(lineEnd));
      case "trailers":
        return this.#spend(this.#trailer(lineEnd));
      case "sized":
      case "chunk": {
        if (this.#length < this.#stretchEnd) return this.#length;
        this.#state = this.#state === "sized" ? "message" : "chunk-end";
        return this.#stretchEnd;
      }
      case "until-close":
        return this.#length - this.bodyAt > this.#limits.maxBodyBytes ? tooLarge : this.#length;
      case "chunk-size":
        return this.#chunkSize(lineEnd);
      case "chunk-end": {
        const next = readEmptyLine(bytes, at, lineEnd);
        if (next >= 0) this.#state = "chunk-size";
        return next;
      }
      case "message":
      case "unframed":
        assert.fail("nothing is read behind the end");
    }
  }

  #lineMaxBytes(): number {
    if (this.#state === "chunk-end") return chunkLineBytes;
    return this.#state === "chunk-size" ? this.#room + chunkLineBytes : this.#room;
  }

  #spend(next: number): number {
    if (next >= 0) this.#room -= next - this.#at;
    return next;
  }

  #firstLine(end: number): number {
    const { lines } = this.#head;
    if (!this.#isRequest) {
      const next = lines.readStatus(this.#bytes, this.#at, end);
      if (next >= 0) this.#state = "fields";
      return next;
    }
    const next = this.#requestLine.read(this.#bytes, this.#at, end);
    if (next < 0) return next;
    lines.minor = this.#requestLine.minor;
    this.#asksForMore = this.#requestLine.method === "CONNECT";
    this.#state = "fields";
    return next;
  }

  #field(end: number): number {
    const bytes = this.#bytes;
    const at = this.#at;
    if (bytes[at] === CR) {
      const next = readEmptyLine(bytes, at, end);
      return next < 0 ? next : this.#headEnds(next);
    }
    const next = this.#head.readField(bytes, at, end);
    if (next >= 0 && this.#isRequest) this.#heed(bytes, at);
    return next;
  }

  #heed(bytes: Buffer, at: number): void {
    const { nameEnd, valueStart, valueEnd } = this.#head.lines;
    if (spells(bytes, at, nameEnd, drawKeyHeader)) {
      this.drawKey = parseDrawKey(bytes.toString("latin1", valueStart, valueEnd));
    } else if (spells(bytes, at, nameEnd, "upgrade") || spells(bytes, at, nameEnd, "expect")) {
      this.#asksForMore = true;
    }
  }

  /** Decides how the body will be delimited (RFC 9112, section 6.3). */
  #headEnds(next: number): number {
    const head = this.#head;
    const { status } = head.lines;
    if (this.#asksForMore || head.isAmbiguous) return malformed;
    if (!this.#isRequest && status < 200) {
      if (status === 101) return malformed;
      head.reset();
      this.#state = "first-line";
      return next;
    }
    if (this.#hasNoBody()) this.#state = "message";
    else if (head.contentLengthBytes > this.#limits.maxBodyBytes) return tooLarge;
    else if (head.isChunked) this.#state = "chunk-size";
    else {
      this.bodyAt = next;
      this.#stretchEnd = next + head.contentLengthBytes;
      this.#state = head.contentLengthBytes > 0 ? "sized" : "until-close";
    }
    return next;
  }

  #hasNoBody(): boolean {
    const { contentLengthBytes, isChunked, lines } = this.#head;
    if (contentLengthBytes === 0) return true;
    if (this.#isRequest) return contentLengthBytes < 0 && !isChunked;
    return this.answersHead || lines.status === 204 || lines.status === 304;
  }

  /** A size line spends the head's room only by what it has beyond a size: its extensions. */
  #chunkSize(end: number): number {
    const { lines } = this.#head;
    const bytesMax = this.#limits.maxBodyBytes - this.#bodyBytes;
    const next = lines.readChunkSize(this.#bytes, this.#at, end, bytesMax);
    if (next < 0) return next;
    this.#room -= Math.max(0, next - this.#at - chunkLineBytes);
    this.#bodyBytes += lines.chunkBytes;
    this.#stretchEnd = next + lines.chunkBytes;
    this.#state = lines.chunkBytes === 0 ? "trailers" : "chunk";
    if (this.bodyAt < 0 && lines.chunkBytes > 0) this.bodyAt = next;
    return next;
  }

  #trailer(end: number): number {
    const bytes = this.#bytes;
    const at = this.#at;
    if (bytes[at] !== CR) return this.#head.readTrailer(bytes, at, end);
    const next = readEmptyLine(bytes, at, end);
    if (next >= 0) this.#state = "message";
    return next;
  }
}

import { HttpBody } from "./http-body.ts";
import { HttpHead, HttpHeaders } from "./http-head.ts";
import { CR, incomplete, malformed, readEmptyLine, tooLarge } from "./http-lines.ts";

/** How far an answer has come. */
export type HttpProgress = "more" | "answered" | "malformed" | "too-large";

export type HttpLimits = Readonly<{
  /** Status line, fields, interim answers, chunk extensions and trailers together. */
  maxHeadBytes: number;
  maxBodyBytes: number;
}>;

export const httpLimits: HttpLimits = { maxHeadBytes: 16_384, maxBodyBytes: 1_048_576 };

type State =
  | "status"
  | "fields"
  | "sized"
  | "until-close"
  | "chunk-size"
  | "chunk"
  | "chunk-end"
  | "trailers"
  | "answered"
  | "malformed"
  | "too-large";

/** A chunk's size in hexadecimal, CR and LF: what a line may take without being an extension. */
const chunkLineBytes = 10;
const noHeaders = new HttpHeaders("");

/**
 * Reads one HTTP/1.1 answer after the other, byte by byte where it must, and believes nothing: what
 * is not exactly an answer is `malformed` or `too-large`. Same bytes, same verdict, whatever pieces
 * they come in. An answer that comes in one piece, as most do, is read where it lies.
 */
export class HttpParser {
  /** The answer, once `feed` has said `answered`. */
  status = 0;
  headers = noHeaders;
  body = "";
  readonly #limits: HttpLimits;
  readonly #head = new HttpHead();
  readonly #body = new HttpBody();
  #state: State = "answered";
  #expectsBody = true;
  /** Bytes of `maxHeadBytes` that are left. */
  #room = 0;
  /** The piece of a line that the next bytes will complete. */
  #rest: Buffer | undefined;
  /** Field lines from earlier pieces, and where those of this piece begin. */
  #text = "";
  #textStart = 0;
  /** Bytes that this chunk still lacks. */
  #chunkBytes = 0;

  constructor(limits: HttpLimits = httpLimits) {
    this.#limits = limits;
  }

  /** Expects the next answer; until then any byte is one too many. @param expectsBody - No HEAD. */
  start(expectsBody = true): void {
    this.#state = "status";
    this.#expectsBody = expectsBody;
    this.#room = this.#limits.maxHeadBytes;
    this.#rest = undefined;
    this.#text = "";
    this.#body.clear();
    this.#head.reset();
  }

  /** Whether the connection may carry another request after this answer. */
  get keepsAlive(): boolean {
    return this.#state === "answered" && this.#head.keepsAlive;
  }

  /** How long the server said that it keeps an idle connection; -1: it did not say. [s] */
  get keepAliveSeconds(): number {
    return this.#head.keepAliveSeconds;
  }

  /** Reads the first `length` bytes of a buffer that may be overwritten afterwards. */
  feed(buffer: Buffer, length = buffer.length): HttpProgress {
    if (this.#rest === undefined) return this.#parse(buffer, length);
    const joined = Buffer.concat([this.#rest, buffer.subarray(0, length)]);
    this.#rest = undefined;
    return this.#parse(joined, joined.length);
  }

  /** The server will send no more. `closed`: it had not begun to answer. */
  finish(): Exclude<HttpProgress, "more"> | "closed" {
    const state = this.#state;
    if (state === "answered" || state === "malformed" || state === "too-large") return state;
    if (state === "status" && this.#rest === undefined) return "closed";
    this.#state = "malformed";
    if (state !== "until-close") return "malformed";
    this.body = this.#body.take();
    return "answered";
  }

  #parse(bytes: Buffer, end: number): HttpProgress {
    this.#textStart = 0;
    let at = 0;
    while (at < end) {
      const next = this.#step(bytes, at, end);
      if (next === incomplete && end - at < this.#lineMaxBytes()) break;
      if (next < 0) {
        this.#state = next === malformed ? "malformed" : "too-large";
        return this.#state;
      }
      at = next;
    }
    if (this.#state === "answered") return "answered";
    if (this.#state === "fields") this.#text += bytes.toString("latin1", this.#textStart, at);
    if (at < end) this.#rest = Buffer.from(bytes.subarray(at, end));
    return "more";
  }

  /** Reads one line or one stretch of the body. @returns The position after it, or why there is none. */
  #step(bytes: Buffer, at: number, end: number): number {
    const lineMaxEnd = Math.min(end, at + this.#lineMaxBytes());
    switch (this.#state) {
      case "status": {
        const next = this.#head.lines.readStatus(bytes, at, lineMaxEnd);
        if (next < 0) return next;
        this.#room -= next - at;
        this.#state = "fields";
        this.#textStart = next;
        return next;
      }
      case "fields":
      case "trailers":
        return this.#field(bytes, at, lineMaxEnd);
      case "sized":
        return this.#sized(bytes, at, end);
      case "until-close":
        if (this.#body.length + end - at > this.#limits.maxBodyBytes) return tooLarge;
        this.#body.append(bytes, at, end);
        return end;
      case "chunk-size":
        return this.#chunkSize(bytes, at, lineMaxEnd);
      case "chunk": {
        const next = Math.min(end, at + this.#chunkBytes);
        this.#body.append(bytes, at, next);
        this.#chunkBytes -= next - at;
        if (this.#chunkBytes === 0) this.#state = "chunk-end";
        return next;
      }
      case "chunk-end": {
        const next = readEmptyLine(bytes, at, end);
        if (next >= 0) this.#state = "chunk-size";
        return next;
      }
      case "too-large":
        return tooLarge;
      case "answered": // A byte that nobody asked for.
      case "malformed":
        return malformed;
    }
  }

  #lineMaxBytes(): number {
    if (this.#state === "chunk-end") return chunkLineBytes;
    return this.#state === "chunk-size" ? this.#room + chunkLineBytes : this.#room;
  }

  #field(bytes: Buffer, at: number, end: number): number {
    const isTrailer = this.#state === "trailers";
    if (bytes[at] === CR) {
      const next = readEmptyLine(bytes, at, end);
      if (next < 0) return next;
      this.#room -= 2;
      if (!isTrailer) return this.#headEnds(bytes, at, next);
      this.#end(this.#body.take());
      return next;
    }
    const next = isTrailer
      ? this.#head.readTrailer(bytes, at, end)
      : this.#head.readField(bytes, at, end);
    if (next >= 0) this.#room -= next - at;
    return next;
  }

  /** Decides how the body will be delimited (RFC 9112, section 6.3). */
  #headEnds(bytes: Buffer, at: number, next: number): number {
    const head = this.#head;
    const { status } = head.lines;
    if (status < 200) {
      if (status === 101) return malformed; // We never ask for another protocol.
      head.reset();
      this.#text = "";
      this.#state = "status";
      return next;
    }
    if (head.isAmbiguous) return malformed;
    this.headers = new HttpHeaders(this.#text + bytes.toString("latin1", this.#textStart, at));
    this.status = status;
    if (!this.#expectsBody || status === 204 || status === 304 || head.contentLengthBytes === 0) {
      this.#end("");
    } else if (head.contentLengthBytes > this.#limits.maxBodyBytes) {
      return tooLarge;
    } else if (head.isChunked) {
      this.#state = "chunk-size";
    } else {
      this.#state = head.contentLengthBytes > 0 ? "sized" : "until-close";
    }
    return next;
  }

  #sized(bytes: Buffer, at: number, end: number): number {
    const next = Math.min(end, at + this.#head.contentLengthBytes - this.#body.length);
    if (next - at === this.#head.contentLengthBytes) {
      this.#end(bytes.toString("utf8", at, next));
      return next;
    }
    this.#body.append(bytes, at, next);
    if (this.#body.length === this.#head.contentLengthBytes) this.#end(this.#body.take());
    return next;
  }

  /** A size line spends the head's room only by what it has beyond a size: its extensions. */
  #chunkSize(bytes: Buffer, at: number, end: number): number {
    const { lines } = this.#head;
    const bytesMax = this.#limits.maxBodyBytes - this.#body.length;
    const next = lines.readChunkSize(bytes, at, end, bytesMax);
    if (next < 0) return next;
    this.#room -= Math.max(0, next - at - chunkLineBytes);
    this.#chunkBytes = lines.chunkBytes;
    this.#state = lines.chunkBytes === 0 ? "trailers" : "chunk";
    return next;
  }

  #end(body: string): void {
    this.body = body;
    this.#state = "answered";
  }
}

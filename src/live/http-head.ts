import { HttpLines, malformed, spells, tooLarge } from "./http-lines.ts";

/** More fields than this are refused. */
const fieldMaxCount = 100;

/** The fields of an answer. They are taken apart only when somebody asks. */
export class HttpHeaders {
  readonly #text: string;
  #byName: Map<string, string> | undefined;

  /** @param text - Whole lines that a parser has found right. */
  constructor(text: string) {
    this.#text = text;
  }

  /** A field's value; of a repeated field every value, joined by `, `. @param name - Lower case. */
  get(name: string): string | undefined {
    this.#byName ??= parseFields(this.#text);
    return this.#byName.get(name);
  }
}

function parseFields(text: string): Map<string, string> {
  const byName = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon < 0) continue; // After the last line.
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, "");
    const before = byName.get(name);
    byName.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return byName;
}

/** What the head of an answer says about the body and the connection (RFC 9112, sections 6 and 9). */
export class HttpHead {
  readonly lines = new HttpLines();
  /** -1: not given. */
  contentLengthBytes = -1;
  isChunked = false;
  /** What `Keep-Alive: timeout=` promised; -1: nothing. [s] */
  keepAliveSeconds = -1;
  #fieldCount = 0;
  #saysClose = false;
  #saysKeepAlive = false;

  reset(): void {
    this.contentLengthBytes = -1;
    this.isChunked = false;
    this.keepAliveSeconds = -1;
    this.#fieldCount = 0;
    this.#saysClose = false;
    this.#saysKeepAlive = false;
  }

  /** Whether the server will take another request on this connection. */
  get keepsAlive(): boolean {
    return !this.#saysClose && (this.lines.minor === 1 || this.#saysKeepAlive);
  }

  /** Whether two readers could disagree about where the body ends: how answers get smuggled. */
  get isAmbiguous(): boolean {
    return this.isChunked && (this.contentLengthBytes >= 0 || this.lines.minor === 0);
  }

  /** Reads one field line and heeds the few that matter here. */
  readField(bytes: Buffer, at: number, end: number): number {
    const next = this.lines.readField(bytes, at, end);
    if (next < 0) return next;
    this.#fieldCount += 1;
    if (this.#fieldCount > fieldMaxCount) return tooLarge;
    return this.#heed(bytes, at) ? next : malformed;
  }

  /** Reads one field line after a chunked body, where none of them matters any more. */
  readTrailer(bytes: Buffer, at: number, end: number): number {
    const next = this.lines.readField(bytes, at, end);
    if (next < 0) return next;
    this.#fieldCount += 1;
    return this.#fieldCount > fieldMaxCount ? tooLarge : next;
  }

  #heed(bytes: Buffer, at: number): boolean {
    const { nameEnd } = this.lines;
    switch (nameEnd - at) {
      case 10:
        if (spells(bytes, at, nameEnd, "connection")) this.#heedConnection(bytes);
        else if (spells(bytes, at, nameEnd, "keep-alive")) this.#heedKeepAlive(bytes);
        return true;
      case 14:
        return !spells(bytes, at, nameEnd, "content-length") || this.#heedLength(bytes);
      case 17:
        return !spells(bytes, at, nameEnd, "transfer-encoding") || this.#heedEncoding(bytes);
      default:
        return true;
    }
  }

  #heedConnection(bytes: Buffer): void {
    const { valueStart, valueEnd } = this.lines;
    // Nearly always this, and in each answer.
    if (spells(bytes, valueStart, valueEnd, "keep-alive")) {
      this.#saysKeepAlive = true;
      return;
    }
    for (const word of bytes.toString("latin1", valueStart, valueEnd).toLowerCase().split(",")) {
      const option = word.trim();
      if (option === "close") this.#saysClose = true;
      if (option === "keep-alive") this.#saysKeepAlive = true;
    }
  }

  #heedKeepAlive(bytes: Buffer): void {
    const { valueStart, valueEnd } = this.lines;
    const said = /\btimeout=(\d{1,9})\b/i.exec(bytes.toString("latin1", valueStart, valueEnd));
    if (said !== null) this.keepAliveSeconds = Number(said[1]);
  }

  /** A length said twice must be the same length. */
  #heedLength(bytes: Buffer): boolean {
    const { valueStart, valueEnd } = this.lines;
    let length = 0;
    for (let i = valueStart; i < valueEnd; i += 1) {
      const byte = bytes[i] as number;
      if (byte < 48 || byte > 57) return false;
      length = Math.min(length * 10 + byte - 48, Number.MAX_SAFE_INTEGER);
    }
    const isNew = this.contentLengthBytes < 0 || this.contentLengthBytes === length;
    this.contentLengthBytes = length;
    return isNew && valueEnd > valueStart;
  }

  /** We offer no other encoding, so no other one may come. */
  #heedEncoding(bytes: Buffer): boolean {
    const { valueStart, valueEnd } = this.lines;
    if (this.isChunked || !spells(bytes, valueStart, valueEnd, "chunked")) return false;
    this.isChunked = true;
    return true;
  }
}

/** What a reader of lines returns when it has no line: a position is the index after one. */
export const incomplete = -1;
export const malformed = -2;
export const tooLarge = -3;

export const CR = 13;
const LF = 10;
const TAB = 9;
const SP = 32;
const COLON = 58;
const SEMICOLON = 59;

const isToken = new Uint8Array(256);
for (const sign of "!#$%&'*+-.^_`|~") isToken[sign.charCodeAt(0)] = 1;
for (let byte = 0; byte < 256; byte += 1) {
  if (/[0-9A-Za-z]/.test(String.fromCharCode(byte))) isToken[byte] = 1;
}
/** Visible ASCII, blank, tab and everything above ASCII: what a field value may hold. */
const isText = new Uint8Array(256).map((_, byte) =>
  byte === TAB || (byte >= SP && byte !== 127) ? 1 : 0,
);

const protocol = "HTTP/1.";

/**
 * Reads the lines of an answer (RFC 9112), strictly. A reader looks at the bytes in order and says
 * `incomplete` only if every one of them was right: so it says the same however they are split.
 */
export class HttpLines {
  /** Of the status line. */
  status = 0;
  /** Of the status line: HTTP/1.`minor`. */
  minor = 0;
  /** Of the field. */
  nameEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  /** Of the chunk's size line. */
  chunkBytes = 0;

  /** `HTTP/1.1 200 OK`; the blank before an absent reason may be absent too. */
  readStatus(bytes: Uint8Array, at: number, end: number): number {
    for (let i = 0; i < 12; i += 1) {
      if (at + i >= end) return incomplete;
      if (!fitsStatusLine(i, bytes[at + i] as number)) return malformed;
    }
    if (at + 12 >= end) return incomplete;
    if (bytes[at + 12] !== SP && bytes[at + 12] !== CR) return malformed;
    this.minor = digit(bytes, at + 7);
    this.status = digit(bytes, at + 9) * 100 + digit(bytes, at + 10) * 10 + digit(bytes, at + 11);
    const lineEnd = readText(bytes, at + 12, end);
    return lineEnd < 0 ? lineEnd : lineEnd + 2;
  }

  /** `name: value`. A line folded in the old way begins with a blank, which is no name. */
  readField(bytes: Uint8Array, at: number, end: number): number {
    let i = at;
    while (i < end && isToken[bytes[i] as number] === 1) i += 1;
    if (i >= end) return incomplete;
    if (i === at || bytes[i] !== COLON) return malformed;
    this.nameEnd = i;
    i += 1;
    while (i < end && isBlank(bytes[i])) i += 1;
    this.valueStart = i;
    const lineEnd = readText(bytes, i, end);
    if (lineEnd < 0) return lineEnd;
    let valueEnd = lineEnd;
    while (valueEnd > i && isBlank(bytes[valueEnd - 1])) valueEnd -= 1;
    this.valueEnd = valueEnd;
    return lineEnd + 2;
  }

  /** `1a;name=value`: the extension is read over. */
  readChunkSize(bytes: Uint8Array, at: number, end: number, bytesMax: number): number {
    let i = at;
    let size = 0;
    while (i < end) {
      const value = hexDigit(bytes[i] as number);
      if (value < 0) break;
      size = size * 16 + value;
      if (size > bytesMax) return tooLarge;
      i += 1;
    }
    if (i >= end) return incomplete;
    if (i === at) return malformed;
    while (i < end && isBlank(bytes[i])) i += 1;
    if (i >= end) return incomplete;
    if (bytes[i] !== SEMICOLON && bytes[i] !== CR) return malformed;
    const lineEnd = readText(bytes, i, end);
    this.chunkBytes = size;
    return lineEnd < 0 ? lineEnd : lineEnd + 2;
  }
}

/** The empty line, after a head or a chunk. */
export function readEmptyLine(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return incomplete;
  if (bytes[at] !== CR) return malformed;
  if (at + 1 >= end) return incomplete;
  return bytes[at + 1] === LF ? at + 2 : malformed;
}

/** Whether these bytes spell the word, whatever their case. @param word - Small letters and `-`. */
export function spells(bytes: Uint8Array, at: number, end: number, word: string): boolean {
  if (end - at !== word.length) return false;
  for (let i = 0; i < word.length; i += 1) {
    // Setting this bit makes a capital letter small, and nothing but letters into letters.
    if (((bytes[at + i] as number) | 32) !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** @returns Where the line's CR stands; a CR or LF alone ends no line. */
function readText(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && isText[bytes[i] as number] === 1) i += 1;
  const next = readEmptyLine(bytes, i, end);
  return next < 0 ? next : i;
}

function fitsStatusLine(index: number, byte: number): boolean {
  if (index < 7) return byte === protocol.charCodeAt(index);
  if (index === 7) return byte === 48 || byte === 49; // HTTP/1.0, HTTP/1.1
  if (index === 8) return byte === SP;
  if (index === 9) return byte >= 49 && byte <= 53; // 1xx to 5xx
  return byte >= 48 && byte <= 57;
}

/** The value of a byte that is known to be a digit. */
function digit(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) - 48;
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const small = byte | 32;
  return small >= 97 && small <= 102 ? small - 87 : -1;
}

function isBlank(byte: number | undefined): boolean {
  return byte === SP || byte === TAB;
}

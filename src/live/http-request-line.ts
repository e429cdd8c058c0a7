import { incomplete, malformed, readEmptyLine } from "./http-lines.ts";

const SP = 32;
const DEL = 127;
const HYPHEN = 45;
const versionText = " HTTP/1.";

/** Reads `POST /pay HTTP/1.1` (RFC 9112, section 3), strictly, and the same however it is split. */
export class HttpRequestLine {
  method = "";
  /** HTTP/1.`minor`. */
  minor = 0;

  /** @returns The position after the line, or why there is none. */
  read(bytes: Buffer, at: number, end: number): number {
    let i = at;
    while (i < end && isOfMethod(bytes[i] as number)) i += 1;
    if (i >= end) return incomplete;
    if (i === at || bytes[i] !== SP) return malformed;
    const methodEnd = i;
    i += 1;
    while (i < end && isVisible(bytes[i] as number)) i += 1;
    if (i >= end) return incomplete;
    if (i === methodEnd + 1) return malformed;
    for (let k = 0; k < versionText.length; k += 1, i += 1) {
      if (i >= end) return incomplete;
      if (bytes[i] !== versionText.charCodeAt(k)) return malformed;
    }
    if (i >= end) return incomplete;
    const minor = (bytes[i] as number) - 48;
    if (minor !== 0 && minor !== 1) return malformed;
    const next = readEmptyLine(bytes, i + 1, end);
    if (next < 0) return next;
    this.method = bytes.toString("latin1", at, methodEnd);
    this.minor = minor;
    return next;
  }
}

/** Methods are tokens; those in use are capitals, some with a hyphen. */
function isOfMethod(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || byte === HYPHEN;
}

function isVisible(byte: number): boolean {
  return byte > SP && byte !== DEL;
}

import type { Luck } from "./luck.ts";
import type { Mutant, Origin } from "./mutant.ts";
import { bodyOf, requestOf } from "./sender.ts";

/** Pieces that mean something to who reads. */
const pieces = [
  ...(["\r\n", "\r\n\r\n", "\n", "\0", ": ", '"', "}", "{", ",", "\\u0030", "é", "%00"] as const),
  ...(["content-length: 3\r\n", "transfer-encoding: chunked\r\n", "0\r\n\r\n"] as const),
  ...(["expect: 100-continue\r\n", "idempotency-key: k\r\n", "connection: close\r\n"] as const),
  ...(["POST /activate HTTP/1.1\r\n", '"captcha":true,', '"link":null,', "x".repeat(200)] as const),
] as const;

/** Bytes with one to four edits: flipped, cut out, put in, doubled, swapped, cut short. */
export function mutateBytes(bytes: Buffer, luck: Luck): Buffer {
  let it = bytes;
  for (let count = 1 + luck.below(4); count > 0; count -= 1) {
    const at = luck.below(it.length + 1);
    const end = Math.min(it.length, at + 1 + luck.below(8));
    const [before, piece, after] = [it.subarray(0, at), it.subarray(at, end), it.subarray(end)];
    const flipped = Buffer.from(piece);
    if (flipped.length > 0) flipped[0] = flipped.readUInt8(0) ^ (1 << luck.below(8));
    it = Buffer.concat(
      luck.oneOf<readonly Uint8Array[]>([
        [before, flipped, after],
        [before, after],
        [before, luck.bytes(piece.length), after],
        [before, Buffer.from(luck.oneOf(pieces)), piece, after],
        [before, piece, piece, after],
        [before, after.subarray(0, 8), piece, after.subarray(8)],
        luck.below(4) === 0 ? [before] : [before, flipped, after],
      ]),
    );
  }
  return it;
}

/** The victim's request in bytes that are no longer quite its own. */
export function mutantBytes({ luck, victim }: Origin): Mutant {
  const bytes = mutateBytes(requestOf(victim.index, bodyOf(victim)), luck);
  const text = bytes.toString("latin1");
  const shows = [`"${victim.link}"`, `"${victim.code}"`];
  const isShown = shows.every((it) => text.includes(it)) && /"captcha"\s*:\s*true/.test(text);
  return { kind: "bytes of HTTP", bytes, mayRepeat: isShown };
}

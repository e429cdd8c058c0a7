import { type CredentialKeys, signLink } from "../../../src/live/credentials-wire.ts";
import { credentials, onWire } from "../../live/shown-on-wire.ts";

/** A good request, in its parts: all that it shows is its own, and passes every check. */
export type Sender = {
  /** Number of its activation. */
  readonly index: number;
  readonly merchant: number;
  readonly amountMinor: number;
  readonly link: string;
  readonly code: string;
};

const streamKey = 7;
const merchantCount = 997;

export function linkOf(
  keys: CredentialKeys,
  index: number,
  merchant: number,
  change: Partial<Parameters<typeof signLink>[1]> = {},
): string {
  const link = { isSigned: true, expiresMs: 600_000, nonceStream: streamKey, nonceIndex: index };
  return signLink(keys, { ...link, ...change }, merchant);
}

/** The code of a merchant at a time step. */
export function codeOf(keys: CredentialKeys, merchant: number, codeStep: number): string {
  return onWire(keys, credentials({ link: null, codeStep }), merchant).code ?? "";
}

/** The sender of a number: no two have a link or an amount in common. The code is of a time step. */
export function senderOf(keys: CredentialKeys, index: number, step: number): Sender {
  const merchant = 1 + (index % merchantCount); // None is 0, as who is not named is.
  return {
    index,
    merchant,
    amountMinor: 1_000_000 + index,
    link: linkOf(keys, index, merchant),
    code: codeOf(keys, merchant, step),
  };
}

export function bodyOf({ merchant, amountMinor, link, code }: Sender): string {
  return JSON.stringify({ merchant, amountMinor, link, captcha: true, code, terminalMs: 1 });
}

/** A whole request; its framing is right whatever the body. */
export function requestOf(index: number, body: string | Buffer): Buffer {
  const bytes = Buffer.from(body);
  const head =
    "POST /activate HTTP/1.1\r\nhost: bank\r\ncontent-type: application/json\r\n" +
    `content-length: ${bytes.length}\r\nx-tillstorm-deadline: 60000.000\r\n` +
    `x-tillstorm-draw: ${streamKey}.${index}.0\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

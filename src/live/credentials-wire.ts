import { createHmac, timingSafeEqual } from "node:crypto";
import {
  type Credentials,
  codeStepAt,
  codeStepsAround,
  noCode,
  type ShownLink,
  wrongCode,
} from "../domain/credentials.ts";
import { totpCode } from "./totp.ts";

/**
 * How what a request shows of its sender goes over the wire, in its JSON body: the link as a token
 * signed by HMAC-SHA-256, the second factor as a code of RFC 6238.
 *
 * A token is `payload.signature`, both base64url. The payload is of fixed length, big-endian: nonce
 * stream (4 bytes), nonce number (6), merchant (6), instant of expiry in ms of the run (6).
 */
const payloadBytes = 22;
const signatureBytes = 16;
/** Characters of a token. */
export const tokenLength =
  Math.ceil((payloadBytes * 4) / 3) + 1 + Math.ceil((signatureBytes * 4) / 3);
const tokenPattern = /^[A-Za-z0-9_-]{30}\.[A-Za-z0-9_-]{22}$/;

/** Expiry is shifted by this, so that a link which expired before the run has one too. [ms] */
const expiryShiftMs = 2 ** 40;
const expiryMaxMs = 2 ** 48 - 1 - expiryShiftMs;

/** Keys of one run: links are signed and codes made with them. Never logged. */
export type CredentialKeys = { readonly link: Uint8Array; readonly codes: Uint8Array };

/** Derives both keys from a secret; those who sign and those who check have it from the scenario. */
export function credentialKeys(secret: string): CredentialKeys {
  const derive = (purpose: string) => createHmac("sha256", secret).update(purpose).digest();
  return { link: derive("tillstorm link"), codes: derive("tillstorm second factor") };
}

/** What a body says of its sender, beside merchant and amount. All of it may be missing. */
export type ShownOnWire = {
  readonly link?: string;
  readonly captcha?: boolean;
  readonly code?: string;
  readonly terminalMs?: number;
};

/** The members of a JSON body, each with a comma before it. */
export function renderShown(keys: CredentialKeys, shown: Credentials, merchant: number): string {
  const { link, hasCaptcha, codeStep, terminalMs } = shown;
  const token = link === null ? "" : `,"link":"${signLink(keys, link, merchant)}"`;
  const code = codeStep === noCode ? "" : `,"code":"${codeOf(keys, codeStep, merchant)}"`;
  return `${token},"captcha":${hasCaptcha}${code},"terminalMs":${Math.round(terminalMs)}`;
}

/** Who forges a link has a key of their own. */
const forgersKey = Buffer.from("not the operator's key");

export function signLink(keys: CredentialKeys, link: ShownLink, merchant: number): string {
  const payload = Buffer.alloc(payloadBytes);
  payload.writeInt32BE(link.nonceStream, 0);
  payload.writeUIntBE(link.nonceIndex, 4, 6);
  payload.writeUIntBE(merchant, 10, 6);
  const expiresMs = Math.max(-expiryShiftMs, Math.min(link.expiresMs, expiryMaxMs));
  payload.writeUIntBE(expiresMs + expiryShiftMs, 16, 6);
  const signature = sign(link.isSigned ? keys.link : forgersKey, payload);
  return `${payload.toString("base64url")}.${signature.toString("base64url")}`;
}

/** Reads a token. What is no token at all counts as a link that nobody has signed. */
export function readLink(keys: CredentialKeys, token: string, merchant: number): ShownLink {
  const unsigned = { isSigned: false, expiresMs: 0, nonceStream: 0, nonceIndex: 0 };
  if (!tokenPattern.test(token)) return unsigned;
  const [payloadText = "", signatureText = ""] = token.split(".");
  const payload = Buffer.from(payloadText, "base64url");
  const signature = Buffer.from(signatureText, "base64url");
  // The last character of each part has spare bits: two texts must not be one token.
  const isCanonical =
    payload.toString("base64url") === payloadText &&
    signature.toString("base64url") === signatureText;
  if (!isCanonical) return unsigned;
  const isOurs = timingSafeEqual(signature, sign(keys.link, payload));
  return {
    isSigned: isOurs && payload.readUIntBE(10, 6) === merchant,
    expiresMs: payload.readUIntBE(16, 6) - expiryShiftMs,
    nonceStream: payload.readInt32BE(0),
    nonceIndex: payload.readUIntBE(4, 6),
  };
}

/** Reads what a body shows; null if it shows nothing. */
export function readShown(
  keys: CredentialKeys,
  { link, captcha, code, terminalMs }: ShownOnWire,
  merchant: number,
  nowMs: number,
): Credentials | null {
  const all = [link, captcha, code, terminalMs];
  if (all.every((it) => it === undefined)) return null;
  return {
    link: link === undefined ? null : readLink(keys, link, merchant),
    hasCaptcha: captcha === true,
    codeStep: code === undefined ? noCode : stepOfCode(keys, code, merchant, nowMs),
    terminalMs: terminalMs ?? nowMs,
  };
}

function sign(key: Uint8Array, payload: Buffer): Buffer {
  return createHmac("sha256", key).update(payload).digest().subarray(0, signatureBytes);
}

/** Each merchant has a secret of their own. */
function secretOf(keys: CredentialKeys, merchant: number): Buffer {
  return createHmac("sha1", keys.codes).update(String(merchant)).digest();
}

function codeOf(keys: CredentialKeys, step: number, merchant: number): string {
  if (step !== wrongCode) return totpCode(secretOf(keys, merchant), step);
  return totpCode(forgersKey, merchant);
}

/** Whether the code fits the present step, or one around it: which of them. */
function stepOfCode(keys: CredentialKeys, code: string, merchant: number, nowMs: number): number {
  const nowStep = codeStepAt(nowMs);
  const secret = secretOf(keys, merchant);
  for (let around = -codeStepsAround; around <= codeStepsAround; around += 1) {
    if (totpCode(secret, nowStep + around) === code) return nowStep + around;
  }
  return wrongCode;
}

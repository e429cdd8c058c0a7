import { describe, expect, it } from "vitest";
import { codeStepAt, codeStepMs, noCode, wrongCode } from "../../src/domain/credentials.ts";
import {
  credentialKeys,
  readLink,
  readShown,
  signLink,
  tokenLength,
} from "../../src/live/credentials-wire.ts";
import { credentials, onWire } from "./shown-on-wire.ts";

const keys = credentialKeys("a scenario's seed");
const merchant = 42;
const link = { isSigned: true, expiresMs: 600_000, nonceStream: -5, nonceIndex: 2 ** 40 };
const token = signLink(keys, link, merchant);
const other = signLink(keys, { ...link, nonceIndex: 9 }, merchant);
const [payload = "", signature = ""] = token.split(".");
const [otherPayload = "", otherSignature = ""] = other.split(".");
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The texts whose last character differs in bits that stand for nothing. */
function twinsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text, "base64url");
  return [...alphabet]
    .map((last) => text.slice(0, -1) + last)
    .filter((it) => it !== text && Buffer.from(it, "base64url").equals(bytes));
}

describe("a link", () => {
  it("comes back as it was signed", () => {
    expect(readLink(keys, token, merchant)).toEqual(link);
  });

  it("takes up always the same room", () => {
    const small = { isSigned: false, expiresMs: -1e15, nonceStream: 0, nonceIndex: 0 };
    const lengths = [token, signLink(keys, small, 0)].map((it) => it.length);
    expect(lengths).toEqual([tokenLength, tokenLength]);
    expect(tokenLength).toBe(53);
  });

  it.each([
    {
      why: "a forger has signed it",
      shown: signLink(keys, { ...link, isSigned: false }, merchant),
    },
    { why: "it is of another run", shown: signLink(credentialKeys("another"), link, merchant) },
    { why: "it is another merchant's", shown: signLink(keys, link, merchant + 1) },
    { why: "its signature is another link's", shown: `${payload}.${otherSignature}` },
    { why: "its parts are swapped", shown: `${signature}.${payload}` },
    { why: "it has no signature", shown: `${payload}.` },
    { why: "it has no dot", shown: payload + signature },
    { why: "it has three parts", shown: `${token}.${signature}` },
    { why: "it is cut short", shown: token.slice(0, -1) },
    { why: "something follows it", shown: `${token}A` },
    { why: "a line's end follows it", shown: `${token}\n` },
    { why: "it is in the other alphabet of base64", shown: `${"+".repeat(30)}.${"/".repeat(22)}` },
    { why: "it is empty", shown: "" },
  ])("is not the operator's where $why", ({ shown }) => {
    expect(readLink(keys, shown, merchant).isSigned).toBe(false);
  });

  it("is refused in every other spelling of its base64", () => {
    const spelt = [
      ...twinsOf(payload).map((it) => `${it}.${signature}`),
      ...twinsOf(signature).map((it) => `${payload}.${it}`),
    ];
    expect(spelt).toHaveLength(30); // Four bits to spare at the end of each part.
    expect(spelt.filter((it) => readLink(keys, it, merchant).isSigned)).toEqual([]);
  });

  it("is still read where another has signed it, so that its other checks can be told apart", () => {
    const forged = { ...link, isSigned: false };
    expect(readLink(keys, signLink(keys, forged, merchant), merchant)).toEqual(forged);
    expect(readLink(keys, `${otherPayload}.${signature}`, merchant).nonceIndex).toBe(9);
  });

  it("that expires beyond what the wire can say expires at the last instant it can say", () => {
    const ends = [-1e15, 1e15].map((expiresMs) =>
      readLink(keys, signLink(keys, { ...link, expiresMs }, merchant), merchant),
    );
    expect(ends).toEqual([
      { ...link, expiresMs: -(2 ** 40) },
      { ...link, expiresMs: 2 ** 48 - 1 - 2 ** 40 },
    ]);
  });
});

describe("a code", () => {
  const nowMs = 10 * codeStepMs + 12_345;
  const read = (codeStep: number, reader = merchant, from = keys) => {
    const body = onWire(keys, credentials({ codeStep }), merchant);
    return readShown(from, body, reader, nowMs)?.codeStep;
  };

  it.each([
    { why: "of this step is found", by: 0, found: true },
    { why: "of the step before is found", by: -1, found: true },
    { why: "of the step after is found", by: 1, found: true },
    { why: "two steps old is not", by: -2, found: false },
    { why: "two steps ahead is not", by: 2, found: false },
  ])("$why", ({ by, found }) => {
    const step = codeStepAt(nowMs) + by;
    expect(read(step)).toBe(found ? step : wrongCode);
  });

  it("is one merchant's, and of one run", () => {
    const step = codeStepAt(nowMs);
    expect(read(step, merchant + 1)).toBe(wrongCode);
    expect(read(step, merchant, credentialKeys("another"))).toBe(wrongCode);
  });

  it("that is guessed fits no step; none at all is told apart from it", () => {
    expect(read(wrongCode)).toBe(wrongCode);
    expect(read(noCode)).toBe(noCode);
  });

  it.each(["", "12345", "1234567", "abcdef", " 12345", "١٢٣٤٥٦"])("is not %j", (code) => {
    expect(readShown(keys, { code }, merchant, nowMs)?.codeStep).toBe(wrongCode);
  });
});

describe("a body", () => {
  it("that says nothing of its sender shows nothing", () => {
    expect(readShown(keys, {}, merchant, 5)).toBeNull();
  });

  it("without a page shows that, and the instant at which it came", () => {
    const { codeStep, ...shown } = { codeStep: noCode, link: null, hasCaptcha: false };
    expect(readShown(keys, { captcha: false }, merchant, 5)).toEqual({
      ...shown,
      codeStep,
      terminalMs: 5,
    });
  });

  it("says the terminal's time in whole milliseconds", () => {
    expect(onWire(keys, credentials({ terminalMs: 12.6 }), merchant).terminalMs).toBe(13);
  });
});

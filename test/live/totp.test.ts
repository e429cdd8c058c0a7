import { describe, expect, it } from "vitest";
import { totpCode } from "../../src/live/totp.ts";

/** The shared secret of both RFCs. */
const secret = Buffer.from("12345678901234567890");

describe("a one-time password", () => {
  // RFC 6238, appendix B, SHA-1, steps of 30 seconds. They have eight digits there, and six here.
  it.each([
    { atSeconds: 59, code: "94287082" },
    { atSeconds: 1_111_111_109, code: "07081804" },
    { atSeconds: 1_111_111_111, code: "14050471" },
    { atSeconds: 1_234_567_890, code: "89005924" },
    { atSeconds: 2_000_000_000, code: "69279037" },
    { atSeconds: 20_000_000_000, code: "65353130" },
  ])("ends as that of RFC 6238 at second $atSeconds", ({ atSeconds, code }) => {
    expect(totpCode(secret, Math.floor(atSeconds / 30))).toBe(code.slice(-6));
  });

  // RFC 4226, appendix D.
  it.each([
    { count: 0, code: "755224" },
    { count: 1, code: "287082" },
    { count: 2, code: "359152" },
    { count: 3, code: "969429" },
    { count: 4, code: "338314" },
    { count: 5, code: "254676" },
    { count: 6, code: "287922" },
    { count: 7, code: "162583" },
    { count: 8, code: "399871" },
    { count: 9, code: "520489" },
  ])("is that of RFC 4226 at count $count", ({ count, code }) => {
    expect(totpCode(secret, count)).toBe(code);
  });

  it("keeps its leading zeros", () => {
    const codes = Array.from({ length: 200 }, (_, step) => totpCode(secret, step));
    expect(codes.filter((it) => !/^\d{6}$/.test(it))).toEqual([]);
    expect(codes.some((it) => it.startsWith("0"))).toBe(true);
  });

  it("counts over the whole 64 bits", () => {
    expect(totpCode(secret, 2 ** 32)).not.toBe(totpCode(secret, 0));
  });
});

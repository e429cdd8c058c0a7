import { expect, it } from "vitest";
import { breakReason } from "../../src/live/http-break.ts";

const failed = (code: string) => Object.assign(new Error(code), { code });

it.each([
  { why: "nobody listens", code: "ECONNREFUSED", isConnected: false, reason: "refused" },
  { why: "the files are used up", code: "EMFILE", isConnected: false, reason: "no-descriptors" },
  {
    why: "the ports are used up",
    code: "EADDRNOTAVAIL",
    isConnected: false,
    reason: "no-descriptors",
  },
  { why: "the host is off", code: "EHOSTUNREACH", isConnected: false, reason: "unreachable" },
  { why: "the name is unknown", code: "ENOTFOUND", isConnected: false, reason: "unreachable" },
  { why: "the server resets", code: "ECONNRESET", isConnected: true, reason: "reset" },
  { why: "the server is gone already", code: "EPIPE", isConnected: true, reason: "reset" },
  { why: "the line dies under the bytes", code: "ETIMEDOUT", isConnected: true, reason: "reset" },
])("$why", ({ code, isConnected, reason }) => {
  expect(breakReason(failed(code), isConnected)).toBe(reason);
});

it("an error without a code is no reason to crash", () => {
  expect(breakReason(new Error("odd"), false)).toBe("unreachable");
});

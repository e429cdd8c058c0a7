import { describe, expect, it } from "vitest";
import { RetrySpec, retriesOn } from "../../src/policy/retry.ts";

describe("retriesOn", () => {
  const usual = RetrySpec.parse({});
  const busy = RetrySpec.parse({ on: ["rejected", "retriable"] });
  const patient = RetrySpec.parse({ on: ["timeout"] });

  it.each([
    { why: "an answer is the end", spec: usual, end: "answered", code: false, again: false },
    { why: "68, 91 and 96 are not", spec: usual, end: "answered", code: true, again: true },
    { why: "unless left out", spec: patient, end: "answered", code: true, again: false },
    { why: "a timeout is tried again", spec: usual, end: "timeout", code: false, again: true },
    { why: "so is a refusal", spec: usual, end: "refused", code: false, again: true },
    { why: "so is a break", spec: usual, end: "broken", code: false, again: true },
    { why: "the own no is not", spec: usual, end: "rejected", code: false, again: false },
    { why: "unless it is asked for", spec: busy, end: "rejected", code: false, again: true },
    { why: "what is not asked for, is not", spec: busy, end: "timeout", code: false, again: false },
    { why: "an old code is no reason", spec: patient, end: "refused", code: true, again: false },
  ] as const)("$why", ({ spec, end, code, again }) => {
    expect(retriesOn(spec, end, code)).toBe(again);
  });
});

describe("RetrySpec", () => {
  it("has all of its defaults", () => {
    expect(RetrySpec.parse({})).toEqual({
      attempts: 3,
      on: ["timeout", "refused", "broken", "retriable"],
      backoff: "exponential",
    });
    expect(RetrySpec.parse({ budget: {} }).budget).toBeDefined();
  });

  it.each([
    { written: { attempts: 1 }, told: "expected a whole number from 2" },
    { written: { attempts: 2.5 }, told: "expected a whole number from 2" },
    { written: { attempts: 1_001 }, told: "expected a whole number up to 1000" },
    { written: { on: [] }, told: "expected at least one reason" },
    { written: { on: "timeout" }, told: "expected a list such as [timeout, refused]" },
    { written: { on: ["timeout", "timeout"] }, told: "expected each reason once" },
    {
      written: { on: ["timeouts"] },
      told: "expected timeout, refused, broken, rejected or retriable",
    },
  ])("tells what it expected instead of $written", ({ written, told }) => {
    expect(RetrySpec.safeParse(written).error?.issues[0]?.message).toBe(told);
  });
});

import { describe, expect, it } from "vitest";
import { buildRateLimit, RateLimitSpec, TokenBucket } from "../../src/policy/token-bucket.ts";

/** How many are let in at one instant. */
function takeAll(bucket: TokenBucket, nowMs: number): number {
  let count = 0;
  while (bucket.take(nowMs)) count += 1;
  return count;
}

describe("take", () => {
  it("lets a burst in, then one each time a token is due", () => {
    const bucket = new TokenBucket(100, 3);
    expect(takeAll(bucket, 0)).toBe(3);
    expect(takeAll(bucket, 9.999)).toBe(0);
    expect(takeAll(bucket, 10)).toBe(1);
    expect(takeAll(bucket, 35)).toBe(2);
    expect(takeAll(bucket, 40)).toBe(1);
  });

  it("spills what does not fit", () => {
    const bucket = new TokenBucket(100, 3);
    takeAll(bucket, 0);
    expect(takeAll(bucket, 60_000)).toBe(3);
  });

  it("fills up at its rate when only some are taken", () => {
    const bucket = new TokenBucket(1, 3);
    bucket.take(0);
    bucket.take(500);
    expect(takeAll(bucket, 1_500)).toBe(2);
  });

  it("gives each token at its own instant, where the rate is no round number", () => {
    const bucket = new TokenBucket(3, 2);
    const passedMs = [];
    for (let us = 0; us < 2_000_000; us += 1) {
      if (bucket.take(us / 1_000)) passedMs.push(us / 1_000);
    }
    expect(passedMs).toEqual([0, 0.001, 333.334, 666.667, 1_000, 1_333.334, 1_666.667]);
  });

  it("has a token at its instant, though the time since the last one falls a hair short", () => {
    expect((128.2 - 118.2) * 0.1).toBeLessThan(1);
    const bucket = new TokenBucket(100, 1);
    expect([118.2, 128.199, 128.2].map((ms) => bucket.take(ms))).toEqual([true, false, true]);
  });

  it("keeps its rate to the last token in a million tries, years after the beginning", () => {
    const bucket = new TokenBucket(7, 5);
    const startMs = 1e11;
    let passed = 0;
    for (let i = 0; i < 1_000_000; i += 1) if (bucket.take(startMs + i * 10)) passed += 1;
    // It never was full again, so all that dropped in were taken, and the burst.
    expect(passed).toBe(5 + Math.floor(7 * 9_999.99));
  });
});

describe("buildRateLimit", () => {
  it.each([
    { why: "as written", written: { rate: "100/s", burst: 20 }, burst: 20 },
    { why: "else one second's worth", written: { rate: "100/s" }, burst: 100 },
    { why: "rounded down", written: { rate: "90/m" }, burst: 1 },
    { why: "and at least one", written: { rate: "6/m" }, burst: 1 },
  ])("has a burst $why", ({ written, burst }) => {
    expect(takeAll(buildRateLimit(RateLimitSpec.parse(written)), 0)).toBe(burst);
  });

  it.each([
    { written: {}, told: "expected a rate such as 80/s or 4800/m" },
    { written: { rate: "0/s" }, told: "expected a rate above 0, such as 100/s" },
    { written: { rate: "1/s", burst: 0 }, told: "expected a whole number from 1" },
  ])("tells what it expected instead of $written", ({ written, told }) => {
    expect(RateLimitSpec.safeParse(written).error?.issues[0]?.message).toBe(told);
  });
});

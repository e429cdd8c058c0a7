import { describe, expect, it } from "vitest";
import { bucketOf, cutBuckets } from "../../src/record/buckets.ts";
import { fc } from "../support/property.ts";

const minute = 60_000;

describe("cutBuckets", () => {
  it.each([
    { why: "a moment", durationMs: 1, bucketMs: 100, count: 1 },
    { why: "ten seconds", durationMs: 10_000, bucketMs: 100, count: 100 },
    {
      why: "twelve seconds, just as many as allowed",
      durationMs: 12_000,
      bucketMs: 100,
      count: 120,
    },
    { why: "a little more", durationMs: 12_000.001, bucketMs: 200, count: 61 },
    { why: "a lunch", durationMs: 20 * minute, bucketMs: 10_000, count: 120 },
    { why: "a day", durationMs: 24 * 60 * minute, bucketMs: 15 * minute, count: 96 },
    { why: "ten days", durationMs: 240 * 60 * minute, bucketMs: 120 * minute, count: 120 },
    { why: "eleven days", durationMs: 264 * 60 * minute, bucketMs: 240 * minute, count: 66 },
  ])("cuts $why into buckets of a round length", ({ durationMs, bucketMs, count }) => {
    expect(cutBuckets(durationMs)).toEqual({ bucketMs, count });
  });
});

describe("bucketOf", () => {
  const buckets = { bucketMs: 1_000, count: 3 };
  it.each([
    { why: "the start", atMs: 0, bucket: 0 },
    { why: "the last moment of a bucket", atMs: 999.999, bucket: 0 },
    { why: "the first moment of the next", atMs: 1_000, bucket: 1 },
    { why: "the last bucket", atMs: 2_500, bucket: 2 },
    { why: "what comes after the traffic", atMs: 90_000, bucket: 2 },
    { why: "what comes before it", atMs: -1, bucket: 0 },
  ])("finds $why", ({ atMs, bucket }) => {
    expect(bucketOf(buckets, atMs)).toBe(bucket);
  });
});

// Goal: a chart of any run has at most 120 points, and its buckets cover the run with none to
// spare. Method: lengths from a microsecond to a thousand days.
it("cuts every run into at most 120 buckets that just cover it", () => {
  const us = fc.oneof(
    fc.integer({ min: 1, max: 60_000_000 }),
    fc.integer({ min: 1, max: 86_400_000_000 }),
    fc.integer({ min: 1, max: 1_000 * 86_400_000_000 }),
  );
  fc.assert(
    fc.property(us, fc.double({ min: 0, max: 1, noNaN: true }), (it, part) => {
      const durationMs = it / 1_000;
      const buckets = cutBuckets(durationMs);
      expect(buckets.count).toBeGreaterThanOrEqual(1);
      expect(buckets.count).toBeLessThanOrEqual(120);
      expect(buckets.count * buckets.bucketMs).toBeGreaterThanOrEqual(durationMs);
      expect((buckets.count - 1) * buckets.bucketMs).toBeLessThan(durationMs);
      const atMs = part * durationMs;
      const bucket = bucketOf(buckets, atMs);
      expect(bucket).toBe(Math.min(buckets.count - 1, Math.floor(atMs / buckets.bucketMs)));
    }),
    { numRuns: 2_000 },
  );
});

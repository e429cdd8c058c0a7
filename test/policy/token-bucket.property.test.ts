import { expect, it } from "vitest";
import { TokenBucket } from "../../src/policy/token-bucket.ts";
import { fc } from "../support/property.ts";

const microsecondsInSecond = 1_000_000;
const gapUs = fc.oneof(
  fc.constant(0),
  fc.nat(20_000),
  fc.nat(3 * microsecondsInSecond),
  fc.nat(3_600 * microsecondsInSecond),
);

// Goal: it lets in exactly what a bucket of whole numbers does, hence in any stretch t no more than
// burst + rate t. Method: random gaps of whole microseconds; the other bucket counts millionths of
// a token in integers, and every pair of the passed instants is checked.
it("passes exactly what is in the bucket, never more than burst + rate t", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 9 }),
      fc.array(gapUs, { maxLength: 80 }),
      (ratePerSecond, burst, gaps) => {
        const bucket = new TokenBucket(ratePerSecond, burst);
        const full = BigInt(burst * microsecondsInSecond);
        let level = full;
        let nowUs = 0;
        const passedUs: number[] = [];
        for (const gap of gaps) {
          nowUs += gap;
          level += BigInt(gap) * BigInt(ratePerSecond);
          if (level >= full) {
            level = full;
            reached.add("full");
          }
          const isDue = level >= BigInt(microsecondsInSecond);
          expect(bucket.take(nowUs / 1_000)).toBe(isDue);
          reached.add(isDue ? "let in" : "turned away");
          if (!isDue) continue;
          level -= BigInt(microsecondsInSecond);
          passedUs.push(nowUs);
        }
        passedUs.forEach((from, i) => {
          passedUs.slice(i).forEach((to, more) => {
            const allowed = burst + (ratePerSecond * (to - from)) / microsecondsInSecond;
            expect(more + 1).toBeLessThanOrEqual(allowed + 1e-6);
          });
        });
      },
    ),
    { numRuns: 300 },
  );
  expect(reached).toEqual(new Set(["full", "let in", "turned away"]));
});
